import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { openEngineDatabase } from '../../../src/core/storage/engineDatabase.ts';
import { type Component, migrate } from '../../../src/core/storage/migrations.ts';
import { databaseSchema } from '../../../src/core/storage/schemas.ts';
import { openDatabase } from '../../../src/core/storage/sqlite.ts';
import { type DatabaseName, databasesByType } from '../../../src/core/topology/vocabulary.ts';
import { problem } from '../mirroring/expectations.ts';

describe('a database', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-sqlite-'));
    file = join(folder, 'some.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (): ReturnType<typeof openDatabase> => openDatabase(file, { label: 'some database', create: true });

  it('is durable, checks foreign keys and is not created by accident', () => {
    assert.throws(
      () => openDatabase(file, { label: 'some database' }),
      problem('database-unavailable', 'some database'),
    );
    using database = open();
    const pragma = (name: string): unknown =>
      Object.values(database.connection.prepare(`pragma ${name}`).get() ?? {})[0];
    assert.deepEqual([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')], ['wal', 2, 1]);
  });

  it('prepares each statement once', () => {
    using database = open();
    assert.equal(database.statement('select 1'), database.statement('select 1'));
  });

  it('rolls a transaction back whose work throws', () => {
    using database = open();
    database.run((connection) => connection.exec('create table t (a integer primary key)'));
    const failing = (): unknown =>
      database.transaction((connection) => {
        connection.exec('insert into t values (1)');
        throw new Error('mine');
      });
    assert.throws(failing, /^Error: mine$/);
    assert.equal(database.statement('select count(*) as n from t').get()?.['n'], 0);
    database.transaction((connection) => connection.exec('insert into t values (1)'));
    assert.throws(() => database.transaction((c) => c.exec('insert into t values (1)')), problem('commit-rejected'));
  });

  it('names damage, locks and wrong folders', () => {
    writeFileSync(file, 'no database '.repeat(100));
    assert.throws(open, problem('database-corrupt', 'some database'));
    assert.throws(
      () => openDatabase(join(folder, 'missing', 'x.db'), { label: 'x', create: true }),
      problem('database-unavailable'),
    );
  });

  it('says that another program holds it, after a while', () => {
    using database = open();
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    assert.throws(() => database.transaction(() => {}), problem('database-unavailable'));
    other.close();
    database.transaction(() => {});
  }).timeout(20_000);

  it('of the engine holds the tables of several owners, each with its own version', () => {
    const directory = openDataDirectory(folder);
    const jobs: Component = { name: 'jobs', migrations: ['create table jobs (id text primary key) strict'] };
    const audit: Component = { name: 'audit', migrations: ['create table audit (id text primary key) strict'] };
    {
      using engine = openEngineDatabase(directory);
      engine.register(jobs);
      engine.register(audit);
      engine.register(jobs);
      engine.statement('insert into jobs values (?)').run('1');
    }
    const grown = {
      ...jobs,
      migrations: [...jobs.migrations, "alter table jobs add column title text default 'none'"],
    };
    {
      using engine = openEngineDatabase(directory);
      engine.register(grown);
      assert.deepEqual({ ...engine.statement('select * from jobs').get() }, { id: '1', title: 'none' });
    }
    using engine = openEngineDatabase(directory);
    assert.throws(() => engine.register(jobs), problem('data-directory-newer'));
    engine.register(audit);
  });

  it('whose migration fails keeps what it had', () => {
    using database = open();
    const broken = { name: 'broken', migrations: ['create table one (a text primary key)', 'create nonsense'] };
    assert.throws(() => migrate(database, broken), problem('commit-rejected'));
    assert.equal(
      database.connection.prepare("select count(*) as n from sqlite_schema where name = 'one'").get()?.['n'],
      0,
    );
  });

  for (const name of Object.values(databasesByType).flat() satisfies DatabaseName[]) {
    it(`${name} has strict tables, each with a primary key, of texts and integers alone`, () => {
      using database = open();
      migrate(database, databaseSchema(name));
      const tables = database.connection.prepare('pragma table_list').all();
      const own = tables.filter((table) => table['schema'] === 'main' && !String(table['name']).startsWith('sqlite_'));
      assert.ok(own.length >= 3);
      for (const table of own) {
        assert.equal(table['strict'], 1, String(table['name']));
        const columns = database.connection.prepare(`pragma table_info("${String(table['name'])}")`).all();
        assert.ok(columns.some((column) => Number(column['pk']) > 0));
        for (const column of columns) assert.match(String(column['type']), /^(TEXT|INTEGER)$/);
      }
    });
  }
});
