/** The undo journal: at whatever byte it was cut off, the old file is there or can be put together again. */
import assert from 'node:assert/strict';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { microseconds, nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import { rollBack, writeUndoJournal } from '../../../src/core/backupService/content/undoJournal.ts';

describe('content: the undo journal', function () {
  this.timeout(60_000);
  let root: string;
  const journal = () => join(root, 'journal');
  const place = () => join(root, 'file');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lync-undo-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Writes a file and the journal for the ranges; the file is untouched. */
  function begin(bytes: Buffer, ranges: { offset: number; length: number }[]): void {
    rmSync(journal(), { force: true });
    writeFileSync(place(), bytes);
    utimesSync(place(), 1_700_000_000, 1_700_000_000);
    const stats = statSync(place());
    const header = {
      path: 'file',
      size: bytes.length,
      mtimeUs: microseconds(stats),
      mode: stats.mode & 0o7777,
      inode: stats.ino,
    };
    const descriptor = openSync(place(), 'r');
    writeUndoJournal(nodeFileSystem, journal(), header, descriptor, ranges);
    closeSync(descriptor);
  }

  const ranges = fc.array(fc.record({ offset: fc.nat(5000), length: fc.integer({ min: 1, max: 900 }) }), {
    maxLength: 6,
  });

  it('puts back the old bytes, length and time, whatever part of the new ones was written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 4000 }),
        ranges,
        fc.array(fc.boolean()),
        fc.nat(6000),
        (given, changed, done, size) => {
          const bytes = Buffer.from(given);
          begin(bytes, [...changed, { offset: Math.min(size, bytes.length), length: bytes.length }]);
          const descriptor = openSync(place(), 'r+');
          for (const [index, { offset, length }] of changed.entries()) {
            if (done[index]) writeSync(descriptor, Buffer.alloc(length, 0xee), 0, length, offset);
          }
          closeSync(descriptor);
          truncateSync(place(), size);
          assert.equal(rollBack(nodeFileSystem, root, journal()), 'file');
          assert.deepEqual(readFileSync(place()), bytes);
          assert.equal(statSync(place()).mtimeMs, 1_700_000_000_000);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does nothing when the journal is cut off or damaged anywhere: then nothing was overwritten yet', () => {
    const bytes = Buffer.from('the old content of the file');
    fc.assert(
      fc.property(fc.nat(), fc.option(fc.nat(), { nil: undefined }), (cut, flip) => {
        begin(bytes, [{ offset: 3, length: 9 }]);
        const whole = readFileSync(journal());
        const damaged = whole.subarray(0, flip === undefined ? cut % whole.length : whole.length);
        if (flip !== undefined) {
          // Only bytes that the check covers: magic, sum, payload.
          const covered = [...whole.keys()].filter((at) => at < 8 || (at >= 32 && at < 36));
          const at = covered[flip % covered.length] ?? 0;
          damaged[at] = (damaged[at] ?? 0) ^ 1;
        }
        writeFileSync(journal(), damaged);
        assert.equal(rollBack(nodeFileSystem, root, journal()), undefined);
        assert.deepEqual(readFileSync(place()), bytes);
      }),
      { numRuns: 150 },
    );
  });

  it('leaves a file alone that is no longer the one that was updated', () => {
    begin(Buffer.from('old'), [{ offset: 0, length: 3 }]);
    writeFileSync(join(root, 'other'), 'replaced');
    nodeFileSystem.renameSync(join(root, 'other'), place());
    assert.equal(rollBack(nodeFileSystem, root, journal()), undefined);
    assert.equal(readFileSync(place(), 'utf8'), 'replaced');
  });

  it('never leaves its root, whatever the journal says', () => {
    writeFileSync(join(root, '..', 'lync-undo-outside'), 'outside');
    const header = { path: '../lync-undo-outside', size: 0, mtimeUs: 0, mode: 0o600, inode: 1 };
    writeFileSync(place(), '');
    const descriptor = openSync(place(), 'r');
    writeUndoJournal(nodeFileSystem, journal(), header, descriptor, []);
    closeSync(descriptor);
    assert.throws(() => rollBack(nodeFileSystem, root, journal()), { code: 'path-outside-root' });
    assert.equal(readFileSync(join(root, '..', 'lync-undo-outside'), 'utf8'), 'outside');
    rmSync(join(root, '..', 'lync-undo-outside'));
  });
});
