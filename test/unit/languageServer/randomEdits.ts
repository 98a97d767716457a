/**
 * Random edits over the protocol: a document is edited by somebody who knows YAML and by somebody who does not, and what the
 * server says of it is compared with what a server says that has just opened the text.
 */
import assert from 'node:assert/strict';
import { createText, type Text } from '../../../src/languageServer/text.ts';
import { fullCapabilities } from '../../support/clientCapabilities.ts';
import { useEveryFeature } from '../../support/everyFeature.ts';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import {
  below,
  blindEdit,
  type Edit,
  knowingEdit,
  type Random,
  randomTopology,
  seededRandom,
} from '../topology/randomEdits.ts';

export interface RandomEditOptions {
  /** The first document's; every document has the next one. A failure names it. */
  readonly seed: number;
  readonly edits: number;
  /** Called after every document. */
  readonly onDocument?: (edits: number) => void;
}

export interface Outcome {
  readonly documents: number;
  readonly edits: number;
  readonly comparisons: number;
  readonly mostLines: number;
}

/** Edits documents until so many edits were made. Rejects with the seed and the edit at which the servers disagree. */
export async function editAtRandom({ seed, edits, onDocument }: RandomEditOptions): Promise<Outcome> {
  await using edited = await start();
  await using fresh = await start();
  const outcome = { documents: 0, edits: 0, comparisons: 0, mostLines: 0 };
  while (outcome.edits < edits) {
    await editOne(edited, fresh, seed + outcome.documents, outcome);
    onDocument?.(outcome.edits);
  }
  return outcome;
}

function start(): Promise<LanguageClient> {
  return startLanguageClient({ inProcess: true, capabilities: fullCapabilities('utf-16') });
}

/** What is asked of both servers; those of them that they announce. */
const compared = [
  ['textDocument/diagnostic', 'diagnosticProvider'],
  ['textDocument/documentSymbol', 'documentSymbolProvider'],
  ['textDocument/semanticTokens/full', 'semanticTokensProvider'],
  ['textDocument/foldingRange', 'foldingRangeProvider'],
] as const;

const editedUri = 'file:///edited.topology.yaml';
const freshUri = 'file:///fresh.topology.yaml';

/** One document in the editor, with what would take each edit back. */
interface Editing {
  readonly client: LanguageClient;
  readonly random: Random;
  readonly undo: Edit[];
  content: string;
  text: Text;
  version: number;
}

async function editOne(
  edited: LanguageClient,
  fresh: LanguageClient,
  seed: number,
  outcome: { -readonly [Key in keyof Outcome]: number },
): Promise<void> {
  const random = seededRandom(seed);
  const content = randomTopology(random, poolsOf(seed, random));
  const editing: Editing = {
    client: edited,
    random,
    undo: [],
    content,
    text: createText(content, 'utf-16'),
    version: 1,
  };
  const { lineCount } = editing.text;
  const isLarge = lineCount > 300;
  await open(edited, editedUri, content);
  for (let index = 0; index < (isLarge ? 30 : 40); index += 1) {
    const before = editing.content;
    const made = await burst(editing, random() < 0.5 ? 1 + below(random, 8) : 1);
    outcome.edits += made.length;
    const where = (): string =>
      `seed ${seed}, step ${index}: ${JSON.stringify(made)} of ${JSON.stringify(before.slice(0, 5_000))}`;
    if (index % (isLarge ? 10 : 3) !== 0) continue;
    outcome.comparisons += 1;
    await compare(edited, fresh, editing.content, where);
    if (index % 30 === 0) await useAll(editing, where);
  }
  outcome.documents += 1;
  outcome.mostLines = Math.max(outcome.mostLines, lineCount);
  await close(edited, editedUri);
}

/** From one pool to so many that the text has thousands of lines; most documents are small, as each edit is compared. */
function poolsOf(seed: number, random: Random): number {
  if (seed % 50 === 0) return 100 + below(random, 280);
  return seed % 10 === 0 ? 10 + below(random, 40) : 1 + below(random, 5);
}

async function compare(
  edited: LanguageClient,
  fresh: LanguageClient,
  content: string,
  where: () => string,
): Promise<void> {
  await open(fresh, freshUri, content);
  for (const [method, capability] of compared) {
    if (edited.initialized.capabilities[capability] === undefined) continue;
    const [ours, theirs] = await Promise.all([ask(edited, method, editedUri), ask(fresh, method, freshUri)]);
    if (ours !== theirs) assert.equal(ours, theirs, `${method}, ${where()}`);
  }
  await close(fresh, freshUri);
  const failures = [...edited.log, ...fresh.log].filter(({ type }) => type === 1);
  assert.deepEqual(failures, [], where());
}

async function ask(client: LanguageClient, method: string, uri: string): Promise<string> {
  const answer = await client.connection.sendRequest<object | null>(method, { textDocument: { uri } });
  // The names of results are the server's own affair, and those of documents are ours.
  return JSON.stringify({ ...answer, resultId: '' }).replaceAll(uri, '');
}

async function useAll(editing: Editing, where: () => string): Promise<void> {
  const { client, text, content, random } = editing;
  const positions = Array.from({ length: 3 }, () => text.positionAt(below(random, content.length + 1)));
  const whole = text.toRange({ start: 0, end: content.length });
  await useEveryFeature({ client, uri: editedUri, positions, whole }).catch((error: unknown) => {
    throw new Error(`${String(error)}, ${where()}`);
  });
}

async function open({ connection }: LanguageClient, uri: string, text: string): Promise<void> {
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'lync-topology', version: 1, text },
  });
}

async function close({ connection }: LanguageClient, uri: string): Promise<void> {
  await connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
}

/** Several changes in one notification, as of several cursors, or one. */
async function burst(editing: Editing, count: number): Promise<readonly Edit[]> {
  const made: Edit[] = [];
  const contentChanges: object[] = [];
  for (let index = 0; index < count; index += 1) {
    const edit = nextEdit(editing);
    made.push(edit);
    const whole = editing.random() < 0.01;
    const range = editing.text.toRange(edit);
    apply(editing, edit);
    contentChanges.push(whole ? { text: editing.content } : { range, text: edit.text });
  }
  editing.version += 1;
  const textDocument = { uri: editedUri, version: editing.version };
  await editing.client.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges });
  return made;
}

/** An insertion, a deletion, a paste, or the last edit taken back: often enough that most texts can still be understood. */
function nextEdit({ random, undo, content, text }: Editing): Edit {
  const last = random() < 0.4 ? undo.pop() : undefined;
  if (last !== undefined) return last;
  const kind = random();
  const edit =
    kind < 0.15 ? paste(random, content) : kind < 0.7 ? knowingEdit(random, content) : blindEdit(random, content);
  // Editors cannot put the cursor inside of a line end, and the protocol has no position for it.
  const [start, end] = [text.offsetAt(text.positionAt(edit.start)), text.offsetAt(text.positionAt(edit.end))];
  undo.push({ start, end: start + edit.text.length, text: content.slice(start, end) });
  return { start, end, text: edit.text };
}

/** A piece of the text, up to a few dozen lines of it, once more at some other place. */
function paste(random: Random, content: string): Edit {
  const from = content.lastIndexOf('\n', below(random, content.length + 1)) + 1;
  const to = Math.min(content.length, from + below(random, 1_500));
  const at = content.lastIndexOf('\n', below(random, content.length + 1)) + 1;
  return { start: at, end: at, text: content.slice(from, to) };
}

function apply(editing: Editing, { start, end, text }: Edit): void {
  editing.content = editing.content.slice(0, start) + text + editing.content.slice(end);
  editing.text.replace({ start, end }, text.length, editing.content);
}
