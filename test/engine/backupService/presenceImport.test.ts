import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { ImportState } from '../../../src/core/backupService/importState.ts';
import { readImportState } from '../../../src/core/backupService/importState.ts';
import { type BatchHeader, importBatch } from '../../../src/core/backupService/presenceImport.ts';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import { databaseSchema } from '../../../src/core/storage/schemas.ts';
import {
  atlanta,
  dallas,
  initialized,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUser,
} from '../engine/testEngine.ts';

describe('Importing a batch of user rows', () => {
  let directory: TestDirectory;
  let engine: Engine;
  let target: MirroredDatabase;

  beforeEach(async () => {
    directory = testDirectory();
    engine = await initialized(directory);
    target = engine.databases.find(dallas, 'rtcxds');
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const position = (sequence: number) => ({ epoch: 1, sequence, checksum: `of ${sequence}` });
  const state = (): ImportState | undefined => target.read((database) => readImportState(database, atlanta));
  const header = (sequence: number): BatchHeader => ({
    kind: 'log',
    follows: state() ?? null,
    next: { position: position(sequence), completed: true },
  });

  /** What changes on a database with these tables give as a changeset. */
  function changesOf(change: (database: DatabaseSync) => void, before = (_: DatabaseSync) => {}): Uint8Array {
    using database = new DatabaseSync(':memory:');
    for (const sql of databaseSchema('rtcxds').migrations) database.exec(sql);
    before(database);
    const session = database.createSession();
    change(database);
    const changes = session.changeset();
    session.close();
    return changes;
  }

  const insert = (name: string, display: string) => (database: DatabaseSync) =>
    void database.prepare("insert into users values (?, ?, ?, 1, '')").run(name, atlanta, display);

  it('imports the same batch once, however often it is given', () => {
    const batch = header(1);
    const payload = changesOf(insert('sip:a', 'first'));
    importBatch(target, atlanta, batch, payload);
    const { sequence } = target.position();
    const again = importBatch(target, atlanta, batch, payload);
    assert.equal(again?.position.sequence, 1);
    assert.equal(target.position().sequence, sequence, 'the second import wrote something');
  });

  it('imports nothing of a batch that does not follow what it has', () => {
    importBatch(target, atlanta, header(5), changesOf(insert('sip:a', 'now')));
    const stale = { ...header(3), follows: null };
    importBatch(target, atlanta, stale, changesOf(insert('sip:b', 'of a former cycle')));
    assert.equal(state()?.position.sequence, 5);
    assert.equal(usersOf(engine, dallas, atlanta).length, 1);
  });

  it('takes over neither the bookkeeping of the exporter nor tables that are not of users', () => {
    const payload = changesOf((database) => {
      insert('sip:a', 'first')(database);
      database.exec("insert into backup_state values ('import:elsewhere', '{}')");
    });
    importBatch(target, atlanta, header(1), payload);
    const names = target.read((database) => database.prepare('select name from backup_state').all());
    assert.deepEqual(
      names.map((row) => row['name']),
      [`import:${atlanta}`],
    );
  });

  it('lets the exporting pool be right about its rows', () => {
    importBatch(target, atlanta, header(1), changesOf(insert('sip:a', 'first')));
    const update = changesOf(
      (database) => database.exec("update users set displayName = 'second'"),
      insert('sip:a', 'other than here'),
    );
    importBatch(target, atlanta, header(2), update);
    importBatch(target, atlanta, header(3), changesOf(insert('sip:a', 'third')));
    const remove = changesOf((database) => database.exec('delete from users'), insert('sip:none', 'not here'));
    importBatch(target, atlanta, header(4), remove);
    assert.deepEqual(
      usersOf(engine, dallas, atlanta).map((row) => Object(row).displayName),
      ['third'],
    );
  });

  it('stores neither rows nor position of a batch that breaks a constraint', () => {
    writeUser(engine, atlanta, 'any');
    const payload = changesOf(insert('sip:a', 'first'));
    const damaged = Buffer.from(payload);
    damaged.fill(0xff, damaged.length - 4);
    assert.throws(() => importBatch(target, atlanta, header(1), damaged), { name: 'LyncTopologyError' });
    assert.equal(state(), undefined);
    assert.deepEqual(usersOf(engine, dallas, atlanta), []);
  });
});
