import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { ComparedModule, CompareStoresRun } from '../../../src/core/engine/services.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import type { BackupModule } from '../../../src/core/topology/vocabulary.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  synchronizeBoth,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUser,
  writeUsers,
} from '../engine/testEngine.ts';
import { inContent, type Site, writeAt } from './shares.ts';

const rows = 'UserServices.PresenceFocus';
const files = 'ConfServices.DataConf';
const documents = 'CentralMgmt.CMSMaster';
const changedAt = '2026-01-01T00:00:00.000Z';

describe('The comparison of the stores of a pair', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(async () => {
    directory = testDirectory();
    engine = await initialized(directory);
    writeUsers(engine, atlanta, 'ann', 2_300);
    writeUsers(engine, dallas, 'dave', 60);
    for (const pool of ['atl', 'dal'] as const) {
      for (let number = 0; number < 30; number += 1)
        write(pool, `${pool}/${number}.pptx`, `${pool} ${number}`.repeat(50));
    }
    const value = { version: 1, content: '<policy/>', changedAt };
    const names = Array.from({ length: 5 }, (_, number) => `Document ${number}`);
    engine.lab.commit(
      atlanta,
      'xds',
      names.map((name) => ({ table: 'documents', key: { name }, value })),
    );
    await synchronizeBoth(engine);
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const contentOf = (pool: Site, path: string): string => inContent(directory.root, pool, path);
  /** A whole second, so that the same time can be set again exactly. */
  const write = (pool: Site, path: string, text: string): void => writeAt(contentOf(pool, path), text, 1_700_000_000);

  /** Other bytes of the same length, at the same time: what no cycle sees. */
  function damage(pool: Site, path: string): void {
    const text = readFileSync(contentOf(pool, path), 'utf8');
    write(pool, path, `#${text.slice(1)}`);
  }

  /** Changes a database of Dallas on the disk, as no client and no import does. */
  function behindTheEngine(database: string, sql: string): void {
    for (const server of ['dal-sql-001', 'dal-sql-002']) {
      const file = join(directory.root, `servers/${server}.litwareinc.com/RTC/${database}.db`);
      const connection = new DatabaseSync(file);
      try {
        connection.exec(sql);
      } finally {
        connection.close();
      }
    }
  }

  async function compare(module: BackupModule, change: Partial<CompareStoresRun> = {}): Promise<ComparedModule> {
    const run = { ...quietRun, log: () => {}, repair: false, detectTwoOwners: true, ...change };
    const [compared] = await engine.backupService.compareStores(atlanta, [module], run);
    assert.ok(compared !== undefined);
    return compared;
  }

  const namesOf = ({ listed }: ComparedModule): readonly string[] => listed.map(({ name, kind }) => `${kind} ${name}`);

  it('finds nothing on a pair that has synchronised, and counts what it compared', async () => {
    const modules = await engine.backupService.compareStores(atlanta, [], {
      ...quietRun,
      log: () => {},
      repair: false,
      detectTwoOwners: true,
    });
    const found = modules.map(({ Identity, compared, differences }) => [Identity, compared, differences]);
    // Folders are compared, too.
    const contents = modules.find(({ Identity }) => Identity === files)?.compared ?? 0;
    assert.ok(contents > 60, `${contents}`);
    assert.deepEqual(found, [
      [rows, 2_360, 0],
      [files, contents, 0],
      [documents, 5, 0],
    ]);
  });

  it('names rows that were changed, lost and made up in the copy, repairs them, and is clean afterwards', async () => {
    behindTheEngine(
      'rtcxds',
      "update users set displayName = 'Mallory' where sipAddress = 'sip:ann1500@litwareinc.com'",
    );
    behindTheEngine('rtcxds', "delete from users where sipAddress = 'sip:ann7@litwareinc.com'");
    behindTheEngine(
      'rtcxds',
      `insert into users values ('sip:zed@litwareinc.com', '${atlanta}', 'Zed', 1, '${changedAt}')`,
    );
    const wrong = await compare(rows);
    assert.deepEqual([...namesOf(wrong)].sort(), [
      'copyMissing users sip:ann7@litwareinc.com',
      'different users sip:ann1500@litwareinc.com',
      'originalMissing users sip:zed@litwareinc.com',
    ]);
    const repaired = await compare(rows, { repair: true });
    assert.deepEqual([repaired.differences, repaired.repaired, repaired.left], [3, 3, 0]);
    assert.equal((await compare(rows)).differences, 0);
    assert.deepEqual(usersOf(engine, dallas, atlanta), usersOf(engine, atlanta, atlanta));
    writeUser(engine, atlanta, 'ann1500', 'Ann, later');
    await synchronizeBoth(engine, [rows]);
    assert.equal((await compare(rows)).differences, 0);
  });

  it('names a row that both pools say is theirs and leaves it to a person', async () => {
    behindTheEngine('rtcxds', `update users set homePool = '${dallas}' where sipAddress = 'sip:ann9@litwareinc.com'`);
    const found = await compare(rows, { repair: true });
    assert.ok(namesOf(found).includes('twoOwners users sip:ann9@litwareinc.com'), namesOf(found).join());
    assert.equal(usersOf(engine, atlanta, atlanta).length, 2_300);
    assert.equal(
      usersOf(engine, atlanta, dallas).length,
      60,
      'the row that Dallas claims did not take the place of the own',
    );
    assert.ok((await compare(rows)).differences > 0);
    const unseen = await compare(rows, { detectTwoOwners: false });
    assert.ok(namesOf(unseen).includes('copyMissing users sip:ann9@litwareinc.com'), namesOf(unseen).join());
  });

  it('takes an owner that lost its rows for what it is and repairs nothing', async () => {
    engine.databases.find(atlanta, 'rtcxds').commit(`import:${dallas}`, (database) => {
      database.prepare('delete from users where homePool = ?').run(atlanta);
    });
    await assert.rejects(compare(rows, { repair: true }), { code: 'database-lost-content' });
    assert.equal(usersOf(engine, dallas, atlanta).length, 2_300);
  });

  it('finds damage that sizes and times hide, on either side, and repairs the copy alone', async () => {
    damage('dal', 'atl/3.pptx');
    damage('atl', 'atl/4.pptx');
    damage('atl', 'dal/5.pptx');
    const found = await compare(files);
    const folder = '1-WebServices-1/CollabContent';
    assert.deepEqual([...namesOf(found)].sort(), [
      `different ${folder}/atl/3.pptx`,
      `different ${folder}/dal/5.pptx`,
      `originalDamaged ${folder}/atl/4.pptx`,
    ]);
    const { differences, repaired, left } = await compare(files, { repair: true });
    assert.deepEqual([differences, repaired, left], [3, 2, 1]);
    for (const [pool, path] of [
      ['dal', 'atl/3.pptx'],
      ['atl', 'dal/5.pptx'],
    ] as const) {
      const text = readFileSync(contentOf(pool, path), 'utf8');
      assert.equal(text, readFileSync(contentOf(pool === 'dal' ? 'atl' : 'dal', path), 'utf8'));
      assert.notEqual(text[0], '#');
    }
    assert.notEqual(readFileSync(contentOf('dal', 'atl/4.pptx'), 'utf8')[0], '#', 'the damage did not spread');
    assert.deepEqual(namesOf(await compare(files)), [`originalDamaged ${folder}/atl/4.pptx`]);
  });

  it('names a copy that was removed and brings it back', async () => {
    rmSync(contentOf('dal', 'atl/8.pptx'));
    assert.deepEqual(namesOf(await compare(files)), ['copyMissing 1-WebServices-1/CollabContent/atl/8.pptx']);
    assert.equal((await compare(files, { repair: true })).left, 0);
    assert.equal(
      readFileSync(contentOf('dal', 'atl/8.pptx'), 'utf8'),
      readFileSync(contentOf('atl', 'atl/8.pptx'), 'utf8'),
    );
  });

  it('names documents by their text, repairs the standby and is clean afterwards', async () => {
    behindTheEngine('xds', "update documents set content = '<other/>' where name = 'Document 2'");
    assert.deepEqual(namesOf(await compare(documents)), ['different Document 2']);
    assert.equal((await compare(documents, { repair: true })).left, 0);
    assert.equal((await compare(documents)).differences, 0);
  });

  it('ends when a table takes longer than a database command may', async () => {
    const late = compare(rows, { commandTimeout: 0 });
    await assert.rejects(late, (error) => error instanceof LyncTopologyError && error.code === 'timed-out');
  });
});
