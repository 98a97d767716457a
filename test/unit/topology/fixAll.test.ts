import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editsWhileTyping } from '../../../src/core/topology/formatting/onType.ts';
import { editsOf, then, untouched } from '../../../src/core/topology/refactorings/compose.ts';
import { fixAllEdits, preferredFix } from '../../../src/core/topology/refactorings/fixAll.ts';
import { type TextEdit, TopologyDocument } from './imports.ts';
import { applied, completed } from './marked.ts';
import { below, knowingEdit, randomTopology, seededRandom } from './randomEdits.ts';

function fixed(text: string): string {
  return applied(text, fixAllEdits(TopologyDocument.open(text)));
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** A topology with some mistakes in it. */
const texts = seeds.map((seed) => {
  const random = seededRandom(seed);
  let text = randomTopology(random, 2 + below(random, 3));
  for (let count = below(random, 4); count > 0; count -= 1) text = applied(text, [knowingEdit(random, text)]);
  return text;
});

describe('All fixes at once', function () {
  this.timeout(60_000);

  it('makes what the first fixes uncover', () => {
    const modules = (list: string) =>
      completed(
        `poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules: ${list}\n`,
      );
    const wrong = modules('[DataConf, CentralMgmt.CMSMaster, DataConf, DataConf, PresenceFocu]');
    assert.equal(fixed(wrong), modules('[ConfServices.DataConf, CentralMgmt.CMSMaster, UserServices.PresenceFocus]'));
  });

  it('has nothing to do where nothing is wrong', () => {
    assert.deepEqual(fixAllEdits(TopologyDocument.open(completed('backupService: {}\n'))), []);
  });

  it('makes only those that are wanted', () => {
    const text = completed('backupService: { syncIntervall: 00:02:00 }\nobjectives: { poolFailovr: {} }\n');
    const document = TopologyDocument.open(text);
    const edits = fixAllEdits(document, ({ message }) => message.includes('poolFailovr'));
    assert.equal(applied(text, edits), text.replace('poolFailovr', 'poolFailover'));
    assert.equal(document.text, text, 'the document itself stays as it is');
  });

  it('leaves to people what two pools share and each wants otherwise', () => {
    const pool = (name: string, databases: string) =>
      `  ${name}.litwareinc.com:\n    site: Atlanta\n    edition: Standard\n    release: "2013"\n    databases: ${databases}\n`;
    const shared = pool('a', '{ User: &user { primary: a.litwareinc.com\\RTC } }') + pool('b', '{ User: *user }');
    const text = completed(`pools:\n${shared}backupService: { syncIntervall: 00:02:00 }\n`);
    assert.equal(fixed(text), text.replace('syncIntervall', 'syncInterval'));
  });

  it('leaves nothing behind that has one right answer, and breaks nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const result = fixed(text);
        assert.equal(fixed(result), result, 'done after one time');
        const after = TopologyDocument.open(result);
        // What two pools share through an alias may be wrong for both, with two right answers.
        const isShared = text.includes('*');
        const left = after.diagnostics.filter((found) => preferredFix(found) !== undefined && !isShared);
        assert.deepEqual(
          left.map(({ message }) => message),
          [],
        );
        // In a text that cannot be read in places, a fix may show more of them.
        if (syntaxErrors(TopologyDocument.open(text)) === 0) assert.equal(syntaxErrors(after), 0, 'it can be read');
      }),
      { numRuns: 60 },
    );
  });

  it('tells edits in steps as edits of the first text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), seeds, (text, seed) => {
        const random = seededRandom(seed);
        let [current, composition] = [text, untouched(text)];
        for (let step = 0; step < 4; step += 1) {
          const edits = randomEdits(random, current.length);
          composition = then(composition, edits);
          current = applied(current, edits);
        }
        assert.equal(applied(text, editsOf(composition, text)), current);
      }),
    );
  });
});

describe('Edits while typing', () => {
  it('touch the line of the cursor and the one before, in any text', () => {
    fc.assert(
      fc.property(texts, seeds, fc.constantFrom('\n', '-'), (text, seed, typed) => {
        const offset = below(seededRandom(seed), text.length + 1);
        const after = text.slice(0, offset) + typed + text.slice(offset);
        const edits = editsWhileTyping(after, TopologyDocument.open(after).tree, offset + 1, typed);
        const lineStart = after.lastIndexOf('\n', offset) + 1;
        const first = after.lastIndexOf('\n', lineStart - 2) + 1;
        for (const edit of edits) {
          assert.ok(edit.start >= first && !after.slice(Math.max(offset + 1, edit.start), edit.end).includes('\n'));
          assert.match(after.slice(edit.start, edit.end), /^[ \t\r\n-]*$/, 'nothing is lost');
        }
      }),
      { numRuns: 100 },
    );
  });
});

function randomEdits(random: () => number, length: number): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (let start = below(random, 8); start <= length; start += 1 + below(random, 8)) {
    const end = Math.min(length, start + below(random, 4));
    edits.push({ start, end, text: 'xyz'.slice(below(random, 4)) });
    start = end;
  }
  return edits;
}

/** Places that cannot be read; a key that stands twice is none of them. */
function syntaxErrors({ tree }: TopologyDocument): number {
  return tree.findings.filter(({ severity }) => severity === undefined).length;
}
