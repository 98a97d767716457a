import assert from 'node:assert/strict';
import { definitionsAt, usesAt } from '../../../src/core/topology/queries/definitions.ts';
import { folds } from '../../../src/core/topology/queries/folding.ts';
import { linkedNamesAt } from '../../../src/core/topology/queries/linkedNames.ts';
import { ruleLinks, shareLinks } from '../../../src/core/topology/queries/links.ts';
import { definedNames, nameAt } from '../../../src/core/topology/queries/names.ts';
import { outline } from '../../../src/core/topology/queries/outline.ts';
import type { OutlineItem } from '../../../src/core/topology/queries/outlineItem.ts';
import { placeOfThing, relatedThingAt } from '../../../src/core/topology/queries/relatedThings.ts';
import { relationsFrom, relationsTo } from '../../../src/core/topology/queries/relations.ts';
import { renameAt, renameableAt } from '../../../src/core/topology/queries/rename.ts';
import { selectionsAt } from '../../../src/core/topology/queries/selections.ts';
import { type Place, rangeOf } from '../../../src/core/topology/syntax/nodes.ts';
import { goneAround } from './deploymentToGoAround.ts';
import { TopologyDocument } from './imports.ts';
import { applied } from './marked.ts';
import { below, blindEdit, knowingEdit, type Random, randomTopology, seededRandom } from './randomEdits.ts';

/** Seeds of the random edits; each makes as many edits as are given there. */
const seeds = 15;
const editsPerSeed = 20;

/** Everything that is said of a text as a whole. */
function wholes(document: TopologyDocument): unknown {
  const { tree } = document;
  return {
    outline: outline(tree.root).map(drawn),
    folds: folds(tree),
    names: definedNames(tree.root).map(({ kind, name, path, range }) => [kind, name, path, range]),
    rules: ruleLinks(tree.segments),
    shares: shareLinks(tree),
  };
}

function drawn({ name, detail, kind, place, selection, children }: OutlineItem): unknown {
  return [name, detail, kind, rangeOf(place), rangeOf(selection), children.map(drawn)];
}

/** Everything that is said of an offset. */
function atOffset(document: TopologyDocument, offset: number): unknown {
  const { tree, topology, text } = document;
  const thing = relatedThingAt(topology, offset);
  const ranges = (places: readonly Place[]): unknown => places.map(rangeOf);
  return {
    definitions: definitionsAt(tree.root, offset),
    uses: usesAt(tree.root, offset).map(({ role, kind, range }) => [role, kind, range]),
    linked: linkedNamesAt(tree.root, offset),
    renameable: renameableAt(tree, offset),
    rename: renameAt(tree, offset, 'fresh-1.litwareinc.com'),
    selections: selectionsAt(tree, text, offset),
    place: thing && placeOfThing(topology, thing),
    from: thing && relationsFrom(topology, thing).map(({ to, places }) => [to, ranges(places)]),
    to: thing && relationsTo(topology, thing).map(({ from, places }) => [from, ranges(places)]),
  };
}

function editAndCompare(seed: number): void {
  const random = seededRandom(seed);
  const document = TopologyDocument.open(seed % 3 === 0 ? goneAround : randomTopology(random, 1 + (seed % 4)));
  for (let index = 0; index < editsPerSeed; index += 1) {
    const { text: before } = document;
    const edit = (random() < 0.6 ? knowingEdit : blindEdit)(random, before);
    document.update([edit]);
    compare(
      document,
      random,
      () => `seed ${seed}, edit ${index}: ${JSON.stringify(edit)} of ${JSON.stringify(before)}`,
    );
    if (random() < 0.5)
      document.update([
        { start: edit.start, end: edit.start + edit.text.length, text: before.slice(edit.start, edit.end) },
      ]);
  }
}

function compare(document: TopologyDocument, random: Random, hint: () => string): void {
  const fresh = TopologyDocument.open(document.text);
  const offset = below(random, document.text.length + 1);
  const ours = [wholes(document), atOffset(document, offset)];
  const theirs = [wholes(fresh), atOffset(fresh, offset)];
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) assert.deepEqual(ours, theirs, hint());
  checkRename(document, offset, hint);
}

/** What was renamed stands under the new name, at the same place, and nowhere under the old one. */
function checkRename({ tree, text }: TopologyDocument, offset: number, hint: () => string): void {
  const result = renameAt(tree, offset, 'fresh-1.litwareinc.com');
  const name = nameAt(tree.root, offset);
  if ('refused' in result || name === undefined || tree.broken.size > 0) return;
  const { root } = TopologyDocument.open(applied(text, result)).tree;
  const before = result.filter((edit) => edit.start < name.range.start);
  const moved = before.reduce((sum, edit) => sum + edit.text.length - (edit.end - edit.start), name.range.start);
  assert.equal(nameAt(root, moved + 1)?.kind, name.kind, hint());
  assert.deepEqual(
    usesAt(root, moved + 1).map(({ role, kind }) => [role, kind]),
    usesAt(tree.root, offset).map(({ role, kind }) => [role, kind]),
    hint(),
  );
}

describe('Going around in a text that is being edited', () => {
  it('says after each random edit what it says of the text when it is opened, and never throws', function () {
    this.timeout(60_000);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      for (let seed = 1; seed <= seeds; seed += 1) editAndCompare(seed);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });

  it('answers at every offset, and renames whatever can be renamed', () => {
    const document = TopologyDocument.open(goneAround);
    const renamed = new Set<number>();
    for (let offset = 0; offset <= goneAround.length; offset += 1) {
      atOffset(document, offset);
      const start = nameAt(document.tree.root, offset)?.range.start;
      if (start === undefined || renamed.has(start)) continue;
      renamed.add(start);
      checkRename(document, offset, () => `offset ${offset}`);
    }
    assert.ok(renamed.size > 50, `${renamed.size} names`);
  });
});
