import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseDocument } from 'yaml';
import { plainValue } from '../../../src/core/topology/shape/values.ts';
import { rangeOf, type TreeNode } from '../../../src/core/topology/syntax/nodes.ts';
import { TopologyDocument } from './imports.ts';
import { below, blindEdit, type Edit, knowingEdit, type Random, randomTopology, seededRandom } from './randomEdits.ts';

/** Edits per seed; 400 seeds make 10,000 edits. */
const editsPerSeed = 25;

/** Every error of the YAML library takes a stack trace, which nobody reads and which costs a third of the time here. */
const stackTraceLimit = Error.stackTraceLimit;

function withoutStackTraces(): void {
  before(() => {
    Error.stackTraceLimit = 0;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
}

describe('Incremental analysis', function () {
  this.timeout(600_000);
  withoutStackTraces();

  it('says after each of 10,000 random edits what a fresh parse says', () => {
    for (let seed = 1; seed <= 400; seed += 1) editAndCompare(seed, seed % 20 === 0 ? 12 : 1 + (seed % 4));
  });

  it('keeps the identity of what an edit does not touch', () => {
    const pool = (index: number) => `  cs-${index}.litwareinc.com:\n    site: Atlanta\n    edition: Enterprise\n`;
    const document = TopologyDocument.open(`lyncTopology: 1\npools:\n${[1, 2, 3, 4, 5].map(pool).join('')}`);
    const before = document.topology.pools.all;
    const at = document.rangeOf('pools', 'cs-3.litwareinc.com', 'edition');
    assert.ok(at !== undefined);
    document.update([{ start: at.start, end: at.end, text: 'editio' }]);
    const after = document.topology.pools.all;
    assert.deepEqual(
      after.map((pool, index) => pool === before[index]),
      after.map((pool) => pool.name !== 'cs-3.litwareinc.com'),
    );
  });

  it('keeps nothing of the texts before', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    assert.ok(typeof collect === 'function');
    const document = TopologyDocument.open(randomTopology(seededRandom(5), 6));
    const before = [new WeakRef(document.topology), new WeakRef(document.tree), new WeakRef(document.diagnostics)];
    for (const text of ['# one\n', '# two\n', '# three\n']) {
      document.update([{ start: 0, end: 0, text }]);
      assert.ok(document.diagnostics.length > 0);
    }
    // A weak reference is held until the task that read it ends.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    assert.deepEqual(
      before.map((reference) => reference.deref()),
      [undefined, undefined, undefined],
    );
  });

  it('takes several changes one after the other, as an editor sends them', () => {
    const document = TopologyDocument.open('lyncTopology: 1\n');
    document.update([
      { start: 16, end: 16, text: 'deployment: L\n' },
      { start: 28, end: 29, text: 'Litware' },
      { start: 0, end: 0, text: '# Litware\n' },
    ]);
    assert.equal(document.text, '# Litware\nlyncTopology: 1\ndeployment: Litware\n');
    assert.deepEqual(document.diagnostics, []);
    assert.equal(document.deployment.name, 'Litware');
  });
});

describe('Segmented parsing', function () {
  this.timeout(600_000);
  withoutStackTraces();

  it('reads what the YAML library reads in the whole text, and finds errors exactly where there are some', () => {
    const seen = { valid: 0, broken: 0 };
    for (let seed = 1001; seed <= 1060; seed += 1) {
      const random = seededRandom(seed);
      const text = randomTopology(random, 1 + below(random, 4));
      for (let index = 0; index < 20; index += 1)
        compareWithLibrary(edited(text, randomEdit(random, text)), seen, seed);
    }
    assert.ok(seen.valid > 200 && seen.broken > 200, JSON.stringify(seen));
  });
});

function randomEdit(random: Random, text: string): Edit {
  return (random() < 0.6 ? knowingEdit : blindEdit)(random, text);
}

function edited(text: string, edit: Edit): string {
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

function editAndCompare(seed: number, pools: number): void {
  const random = seededRandom(seed);
  const document = TopologyDocument.open(randomTopology(random, pools));
  for (let index = 0; index < editsPerSeed; index += 1) {
    const before = document.text;
    const edit = randomEdit(random, before);
    document.update([edit]);
    const hint = () => `seed ${seed}, edit ${index}: ${JSON.stringify(edit)} of ${JSON.stringify(before)}`;
    assertSame(document, hint);
    // Taken back half of the time: otherwise nearly every text would be broken beyond recognition.
    if (random() < 0.5) {
      const undo = { start: edit.start, end: edit.start + edit.text.length, text: before.slice(edit.start, edit.end) };
      document.update([undo]);
      assert.equal(document.text, before);
    }
  }
}

function assertSame(document: TopologyDocument, hint: () => string): void {
  const fresh = TopologyDocument.open(document.text);
  const [ours, theirs] = [facets(document), facets(fresh)];
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
  assert.deepEqual(ours, theirs, hint());
  assert.fail(hint());
}

function facets(document: TopologyDocument): unknown {
  const { diagnostics, deployment, operable } = document;
  return { diagnostics, deployment, operable, tree: outline(document.tree.root) };
}

/** Every node with its place in the text. */
function outline(node: TreeNode): unknown {
  const { start, end } = rangeOf(node);
  if (node.kind === 'map') {
    return [start, end, node.entries.map((entry) => [entry.name, rangeOf(entry.key).start, outline(entry.value)])];
  }
  if (node.kind === 'sequence') return [start, end, node.items.map(outline)];
  return [start, end, node.kind === 'alias' ? node.name : node.value];
}

function compareWithLibrary(text: string, seen: { valid: number; broken: number }, seed: number): void {
  const library = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const tree = TopologyDocument.open(text).tree;
  const hint = `seed ${seed}: ${JSON.stringify(text)}`;
  if (library.errors.length > 0) {
    seen.broken += 1;
    assert.ok(tree.findings.length > 0, `no error found, ${library.errors[0]?.message}: ${hint}`);
    return;
  }
  const value = valueOfLibrary(library);
  const unreadable = tree.findings.some((finding) =>
    /alias|anchor|stands inside|plain name|this marker|Merge keys/.test(finding.message),
  );
  // A key that stands twice counts once: the first one for us, the last one for the library.
  const repeated = TopologyDocument.open(text).diagnostics.some((diagnostic) => /second time/.test(diagnostic.message));
  if (value === undefined || unreadable || repeated) return;
  seen.valid += 1;
  const errors = tree.findings.filter((finding) => finding.severity === undefined);
  assert.deepEqual(
    errors.map((finding) => finding.message),
    [],
    hint,
  );
  assert.equal(JSON.stringify(plainValue(tree.root)), JSON.stringify(value), hint);
}

/** The value of a text whose root is a map with something in it. */
function valueOfLibrary(library: ReturnType<typeof parseDocument>): object | undefined {
  try {
    const value: unknown = library.toJS({ maxAliasCount: -1 });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
