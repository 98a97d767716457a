import assert from 'node:assert/strict';
import { type Diagnostic, TopologyDocument } from './imports.ts';
import { applied, completed } from './marked.ts';
import { below, knowingEdit, randomTopology, seededRandom } from './randomEdits.ts';

/** A fragment, and what stands there after the rule was switched off at the end of the line, and above it. */
const cases: readonly (readonly [string, string, string | undefined, string | undefined])[] = [
  [
    'a line without a comment',
    'backupService:\n  syncInterval: 00:00:01\n',
    'backupService:\n  syncInterval: 00:00:01 # lync-topology-disable-line sync-interval-range\n',
    'backupService:\n  # lync-topology-disable-next-line sync-interval-range\n  syncInterval: 00:00:01\n',
  ],
  [
    'a line with spaces at its end',
    'backupService:\n  syncInterval: 00:00:01  \n',
    'backupService:\n  syncInterval: 00:00:01 # lync-topology-disable-line sync-interval-range\n',
    'backupService:\n  # lync-topology-disable-next-line sync-interval-range\n  syncInterval: 00:00:01  \n',
  ],
  [
    'a line with a comment for people',
    'backupService:\n  syncInterval: 00:00:01 # quick\n',
    'backupService:\n  syncInterval: 00:00:01 # quick # lync-topology-disable-line sync-interval-range\n',
    'backupService:\n  # lync-topology-disable-next-line sync-interval-range\n  syncInterval: 00:00:01 # quick\n',
  ],
  [
    'a line where another rule is switched off, with a reason',
    'backupService:\n  # lync-topology-disable-next-line wrong-type\n  syncInterval: 00:00:01 # lync-topology-disable-line unknown-key -- a drill\n',
    'backupService:\n  # lync-topology-disable-next-line wrong-type\n  syncInterval: 00:00:01 # lync-topology-disable-line unknown-key, sync-interval-range -- a drill\n',
    'backupService:\n  # lync-topology-disable-next-line wrong-type, sync-interval-range\n  syncInterval: 00:00:01 # lync-topology-disable-line unknown-key -- a drill\n',
  ],
  [
    'a line that ends in a text over several lines',
    'backupService: { syncInterval: 00:00:01, "\n  x": 1 }\n',
    undefined,
    '# lync-topology-disable-next-line sync-interval-range\nbackupService: { syncInterval: 00:00:01, "\n  x": 1 }\n',
  ],
  [
    'a line that begins in a text over several lines',
    'backupService: { "x\n  ": 1, syncInterval: 00:00:01 }\n',
    'backupService: { "x\n  ": 1, syncInterval: 00:00:01 } # lync-topology-disable-line sync-interval-range\n',
    undefined,
  ],
  [
    'the header of a block text',
    'backupService:\n  syncInterval: |-\n    00:00:01\n',
    'backupService:\n  syncInterval: |- # lync-topology-disable-line sync-interval-range\n    00:00:01\n',
    'backupService:\n  # lync-topology-disable-next-line sync-interval-range\n  syncInterval: |-\n    00:00:01\n',
  ],
];

describe('Edits that switch a rule off', function () {
  this.timeout(60_000);

  for (const [title, fragment, line, nextLine] of cases) {
    for (const newline of ['\n', '\r\n']) {
      it(`${title}${newline === '\n' ? '' : ', with Windows line ends'}`, () => {
        const document = TopologyDocument.open(completed(fragment).replaceAll('\n', newline));
        const diagnostic = document.diagnostics.find(({ code }) => code === 'sync-interval-range');
        assert.ok(diagnostic !== undefined);
        const edits = document.disableEdits(diagnostic);
        for (const [edit, expected] of [[edits.line, line] as const, [edits.nextLine, nextLine] as const]) {
          const result = edit && applied(document.text, [edit]);
          assert.equal(result, expected && completed(expected).replaceAll('\n', newline));
        }
      });
    }
  }

  it('switch off what they are for and change nothing else, in random texts', () => {
    let tried = 0;
    for (let seed = 1; seed <= 10; seed += 1) {
      const random = seededRandom(seed);
      let text = randomTopology(random, 2 + below(random, 3));
      for (let index = 0; index < 3; index += 1) {
        tried += tryEdits(text);
        text = applied(text, [knowingEdit(random, text)]);
      }
    }
    assert.ok(tried > 200, `${tried} edits tried`);
  });
});

function tryEdits(text: string): number {
  const document = TopologyDocument.open(text);
  let tried = 0;
  // Every second one: neighbours are much alike.
  for (const diagnostic of document.diagnostics.filter((_, index) => index % 2 === 0)) {
    const edits = document.disableEdits(diagnostic);
    for (const edit of [edits.line, edits.nextLine]) {
      if (edit === undefined) continue;
      tried += 1;
      const edited = TopologyDocument.open(applied(text, [edit]));
      const hint = `${diagnostic.message} ${JSON.stringify(edit)}: ${JSON.stringify(text)}`;
      assert.deepEqual(
        edited.diagnostics.map(sentence),
        document.diagnostics.filter((other) => !isOnSameLine(text, diagnostic, other)).map(sentence),
        hint,
      );
    }
  }
  return tried;
}

function sentence({ code, message }: Diagnostic): string {
  return `${code} ${message}`;
}

/** Another one, or the same, that is switched off with it. */
function isOnSameLine(text: string, one: Diagnostic, other: Diagnostic): boolean {
  const [first = 0, last = 0] = [one.range.start, other.range.start].sort((a, b) => a - b);
  return one.code === other.code && !text.slice(first, last).includes('\n');
}
