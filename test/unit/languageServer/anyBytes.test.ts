import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { WorkspaceDiagnosticReport } from 'vscode-languageserver/node';
import { createText } from '../../../src/languageServer/text.ts';
import { fullCapabilities } from '../../support/clientCapabilities.ts';
import { useEveryFeature } from '../../support/everyFeature.ts';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';

/** Pieces of YAML, as they may stand anywhere. */
const yaml = fc.constantFrom(
  ...[
    'lyncTopology: 1\n',
    'pools:\n',
    'poolPairs:\n',
    'sites:',
    '\n  ',
    '\n    ',
    '- ',
    ': ',
    '? ',
    '| ',
    '>-\n',
    '&a ',
    '*a',
    '<<: ',
  ],
  ...[
    '!!str ',
    '!x ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ', ',
    '#',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\t',
    '\r\n',
    '\r',
    '\0',
    '\uFEFF',
    '\uD83D',
    '😀',
    '\x85',
  ],
);
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('utf8'));
const texts = fc.oneof(
  bytes,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(yaml, { maxLength: 60 }).map((all) => all.join('')),
);

const uri = 'file:///any.topology.yaml';

/** Opens and edits a text, and uses every feature at a place of it. */
async function tryText(client: LanguageClient, text: string, inserted: string, at: number): Promise<void> {
  const offset = at % (text.length + 1);
  await client.open(uri, text, { unreported: true });
  const before = createText(text, 'utf-16');
  const position = before.positionAt(offset);
  await client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: position, end: position }, text: inserted }],
  });
  const start = before.offsetAt(position);
  const content = text.slice(0, start) + inserted + text.slice(start);
  const whole = createText(content, 'utf-16').toRange({ start: 0, end: content.length });
  await useEveryFeature({ client, uri, positions: [position], whole });
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  assert.deepEqual(
    client.log.filter(({ type }) => type === 1),
    [],
  );
}

describe('Any bytes at all', function () {
  this.timeout(60_000);

  it('that are opened and edited leave a server that answers', async () => {
    await using client = await startLanguageClient({ inProcess: true, capabilities: fullCapabilities('utf-16') });
    const property = fc.asyncProperty(texts, texts, fc.nat(), (text, inserted, at) =>
      tryText(client, text, inserted, at),
    );
    await fc.assert(property, { numRuns: 150 });
  });

  it('in files of the workspace are reported on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lync-topology-bytes-'));
    const contents = fc.sample(fc.uint8Array({ maxLength: 2_000 }), 30);
    await Promise.all(contents.map((content, index) => writeFile(join(folder, `${index}.topology.yaml`), content)));
    await using client = await startLanguageClient({ inProcess: true, folders: [pathToFileURL(folder).href] });
    const report = await client.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
    });
    assert.equal(report.items.length, contents.length);
    await rm(folder, { recursive: true });
  });

  it('of a file of 100 MB get an answer from every feature', async () => {
    const line = '  atl-cs-001.litwareinc.com: { site: Atlanta }\n';
    const text = `lyncTopology: 1\npools:\n${line.repeat(100_000_000 / line.length)}`;
    await using client = await startLanguageClient({ inProcess: true, capabilities: fullCapabilities('utf-16') });
    await tryText(client, text, 'x', 40);
  });
});
