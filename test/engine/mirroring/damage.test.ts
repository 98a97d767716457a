import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { problem } from './expectations.ts';
import { checkFiles } from './history.ts';
import { createPair, noteOf, type Pair, rowsOf, sessionOf, setNotes, tamper } from './pair.ts';

describe('a damaged file', () => {
  let pair: Pair;
  let database: MirroredDatabase;
  beforeEach(async () => {
    pair = await createPair();
    database = pair.open();
    setNotes(database, { anna: 'one', ben: 'one' });
    await database.maintain();
  });
  afterEach(() => pair[Symbol.dispose]());

  /** Closes the database cleanly, so that the file holds everything, and opens it again after `change`. */
  const reopenAfter = (change: () => void): void => {
    database[Symbol.dispose]();
    change();
    database = pair.open();
  };

  const kinds: Readonly<Record<string, (file: string) => void>> = {
    'overwritten header': (file) => overwrite(file, 0, 100),
    'zeroed first page': (file) => overwrite(file, 0, 4096),
    'truncated file': (file) => truncateSync(file, 5000),
    'empty file': (file) => truncateSync(file, 0),
    'text instead of a database': (file) => writeFileSync(file, 'not a database '.repeat(1000)),
    'lost state': (file) => tamper(file, 'delete from mirroring_state'),
    'changed log entry': (file) => tamper(file, "update mirroring_log set origin = 'other' where sequence = 1"),
  };
  for (const [kind, damage] of Object.entries(kinds)) {
    it(`of the mirror (${kind}) is named, the principal goes on, the file is left as it is`, async () => {
      reopenAfter(() => damage(pair.files.mirror));
      const left = readFileSync(pair.files.mirror);
      assert.equal(setNotes(database, { anna: 'two' }).sequence, 2);
      const status = database.status();
      assert.equal(status.StateOnMirror, 'DatabaseInaccessibleOrMirroringNotEnabled', status.explanation);
      assert.equal(status.MirroringStatusOnPrimary, 'suspended');
      assert.equal(status.error?.code, 'database-corrupt', status.error?.message);
      await database.maintain();
      await assert.rejects(database.failOver('mirror', {}), problem('database-not-synchronized'));
      assert.deepEqual(readFileSync(pair.files.mirror), left);
    });

    it(`of the principal (${kind}) is named and not spread to the mirror`, async () => {
      const rows = rowsOf(pair.files.mirror);
      reopenAfter(() => damage(pair.files.primary));
      assert.throws(() => setNotes(database, { anna: 'two' }), problem('database-corrupt'));
      assert.throws(() => noteOf(database, 'anna'), problem('database-corrupt'));
      await database.maintain();
      assert.equal(rowsOf(pair.files.mirror), rows);
      assert.equal(sessionOf(pair.files.mirror)['role'], 'mirror');
      const status = database.status();
      assert.deepEqual([status.principal, status.error?.code], [undefined, 'database-corrupt']);
    });
  }

  it('of the mirror is made anew once it was moved away', async () => {
    reopenAfter(() => overwrite(pair.files.mirror, 0, 4096));
    setNotes(database, { anna: 'two' });
    renameSync(pair.files.mirror, `${pair.files.mirror}.damaged`);
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
  });

  it('is not the source of a copy', async () => {
    reopenAfter(() => {
      rmSync(pair.files.mirror);
      // The rows alone: what is looked at when the file is opened stays whole.
      overwrite(pair.files.primary, (rootPageOf(pair.files.primary, 'presence') - 1) * 4096, 4096);
    });
    await database.maintain();
    assert.throws(() => statSync(pair.files.mirror), /ENOENT/);
    assert.equal(database.status().error?.code, 'database-corrupt', database.status().explanation);
  });

  it('shows when a redo does not fit the rows, and the mirror is made anew', async () => {
    setNotes(database, { anna: 'two' });
    reopenAfter(() => tamper(pair.files.mirror, "update presence set note = 'tampered' where sipAddress = 'anna'"));
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
  });

  it('that belongs to another database is refused', async () => {
    using other = await createPair();
    const database2 = other.open({ pool: 'dal-cs-001.litwareinc.com' });
    assert.throws(() => database2.position(), /is the one of atl-cs-001/);
  });

  it('or folder that may not be written is an error that names it (skipped for root, whom permissions do not stop)', async function () {
    if (process.getuid?.() === 0) this.skip();
    reopenAfter(() => chmodSync(dirname(pair.files.primary), 0o500));
    try {
      assert.throws(() => setNotes(database, { anna: 'two' }), problem('access-denied'));
    } finally {
      chmodSync(dirname(pair.files.primary), 0o700);
    }
    // What was found out about a file is believed for a moment.
    await waitUntil('the file is used again', () => database.status().principal === 'primary');
    assert.equal(setNotes(database, { anna: 'two' }).sequence, 2);
  });
});

function rootPageOf(file: string, table: string): number {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(connection.prepare('select rootpage from sqlite_schema where name = ?').get(table)?.['rootpage']);
  } finally {
    connection.close();
  }
}

function overwrite(file: string, position: number, bytes: number): void {
  const descriptor = openSync(file, 'r+');
  try {
    writeSync(descriptor, Buffer.alloc(bytes), 0, bytes, position);
  } finally {
    closeSync(descriptor);
  }
}
