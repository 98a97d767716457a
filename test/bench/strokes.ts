/** Key strokes of somebody who works in the middle of a large topology. */
import type { LanguageClient } from '../support/languageClient.ts';
import { timed } from './harness.ts';

export const uri = 'file:///large.topology.yaml';

let strokes = 0;

/** Takes the last letter of an edition in the middle of the file away, or puts a digit behind the rest. */
function nextStroke(client: LanguageClient): { readonly start: number; readonly end: number; readonly text: string } {
  const text = client.document(uri).getText();
  const line = text.indexOf('    edition: ', Math.floor(text.length / 2));
  const at = text.indexOf('\n', line);
  const added = text[at - 1] !== 'e';
  strokes++;
  return added ? { start: at - 1, end: at, text: '' } : { start: at, end: at, text: String(strokes % 10) };
}

/** Milliseconds from a key to the diagnostics of that text. */
export function typeOneKey(client: LanguageClient): Promise<number> {
  const { start, end, text } = nextStroke(client);
  return timed(() => client.change(uri, start, end, text));
}

/** The same for a client that asks for the diagnostics right behind the key. */
export function typeAndPull(client: LanguageClient): Promise<number> {
  const { start, end, text } = nextStroke(client);
  return timed(async () => {
    await client.type(uri, start, end, text);
    await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
  });
}

/** Milliseconds from the last of ten keys, none of which waits for anything, to the diagnostics of the last text. */
export async function typeBurst(client: LanguageClient): Promise<number> {
  for (let key = 0; key < 9; key++) {
    const { start, end, text } = nextStroke(client);
    await client.type(uri, start, end, text);
  }
  return typeOneKey(client);
}

/** The request goes out right behind the key, before the diagnostics have come; they are waited for outside the measure. */
export async function typeThen(client: LanguageClient, request: (offset: number) => Promise<unknown>): Promise<number> {
  const { start, end, text } = nextStroke(client);
  await client.type(uri, start, end, text);
  const content = client.document(uri).getText();
  const offset = content.indexOf('atl-cs-', content.lastIndexOf('  - pools: [')) + 3;
  const duration = await timed(() => request(offset));
  await client.diagnostics(uri, client.document(uri).version);
  return duration;
}
