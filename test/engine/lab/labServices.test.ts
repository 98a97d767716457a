import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openDatabases } from '../../../src/core/engine/databases.ts';
import type { LabRun, LabServices, SeedRequest } from '../../../src/core/engine/services.ts';
import { createLabServices } from '../../../src/core/lab/index.ts';
import { openCentralManagement } from '../../../src/core/pools/centralManagement.ts';
import { openRegister } from '../../../src/core/pools/register.ts';
import { openEngineDatabase } from '../../../src/core/storage/engineDatabase.ts';
import { atlanta, dallas, litware, type Scratch, scratchDataDirectory } from './litware.ts';

const small: SeedRequest = { users: 60, conferences: 12, contentFiles: 80, contentBytes: 400_000, randomSeed: 7 };
const atlantaShare = '\\\\atl-fs-001.litwareinc.com\\LyncShare';

interface Lab extends Disposable {
  readonly services: LabServices;
  rows(pool: string, database: 'rtcxds' | 'xds' | 'lis' | 'rtcab', sql: string): readonly unknown[];
}

describe('the lab', () => {
  let scratch: Scratch;
  let lab: Lab;

  beforeEach(() => {
    scratch = scratchDataDirectory();
    lab = openLab(scratch);
  });
  afterEach(() => {
    lab[Symbol.dispose]();
    scratch[Symbol.dispose]();
  });

  it('makes every server, database and share once, and says what it kept', async () => {
    assert.equal(lab.services.initialized, false);
    const first = await lab.services.initialize(running());
    assert.equal(lab.services.initialized, true);
    assert.deepEqual(first.created, { databases: 20, shares: 2 });
    for (const folder of ['1-BackupService-1', '2-BackupService-1']) {
      const server = folder.startsWith('1') ? 'atl-fs-001.litwareinc.com' : 'dal-fs-001.litwareinc.com';
      const store = join(scratch.folder, 'servers', server, 'LyncShare', folder, 'BackupStore');
      assert.deepEqual(readdirSync(store).sort(), ['CentralMgmt', 'ConfServices', 'Temp', 'UserServices']);
    }
    const second = await lab.services.initialize(running());
    assert.deepEqual(second.created, { databases: 0, shares: 0 });
    assert.deepEqual(second.kept, { databases: 20, shares: 2 });
  });

  it('is not made before an initialisation has run to its end, and the next one completes it', async () => {
    const stop = new AbortController();
    let steps = 0;
    const cancelled = lab.services.initialize({
      signal: stop.signal,
      onProgress: () => {
        steps += 1;
        if (steps === 5) stop.abort();
      },
    });
    await assert.rejects(cancelled, { code: 'cancelled' });
    assert.equal(lab.services.initialized, false);
    await assert.rejects(lab.services.seed(small, running()), { code: 'data-directory-missing' });
    const result = await lab.services.initialize(running());
    assert.ok(result.kept.databases > 0 && result.created.databases > 0);
    assert.equal(lab.services.initialized, true);
  });

  it('is made anew nowhere while a server is stopped', async () => {
    await lab.services.initialize(running());
    await lab.services.fault('lose', 'atl-sql-002.litwareinc.com\\RTC\\rtcxds');
    await lab.services.fault('stop', 'dal-sql-001.litwareinc.com');
    await assert.rejects(lab.services.initialize(running()), {
      code: 'server-stopped',
      object: 'dal-sql-001.litwareinc.com',
    });
    const lost = { server: 'atl-sql-002.litwareinc.com', instance: 'RTC' };
    assert.ok(!existsSync(scratch.dataDirectory.databaseFile(lost, 'rtcxds')));
  });

  it('is filled with exactly what was asked for, over both pools, and not twice', async () => {
    await lab.services.initialize(running());
    const first = await lab.services.seed(small, running());
    assert.equal(
      sum(first.pools, (pool) => pool.users),
      60,
    );
    assert.equal(
      sum(first.pools, (pool) => pool.conferences),
      12,
    );
    const content = contentOf(scratch);
    assert.equal(content.size, 80);
    assert.equal(
      sum([...content.values()], (file) => file.size),
      400_000,
    );
    assert.ok(lab.rows(atlanta.fqdn, 'xds', 'select * from documents').length > 24);
    assert.equal(lab.rows(dallas.fqdn, 'xds', 'select * from documents').length, 0);
    assert.equal(lab.rows(dallas.fqdn, 'rtcab', 'select * from addressBookEntries').length, 60);
    const rows = everyRow(lab);
    assert.deepEqual(await lab.services.seed(small, running()), first);
    assert.deepEqual(contentOf(scratch), content);
    assert.deepEqual(everyRow(lab), rows);
  });

  it('refers to nobody and nothing that does not exist', async () => {
    await lab.services.initialize(running());
    await lab.services.seed(small, running());
    for (const pool of [atlanta, dallas]) {
      assert.deepEqual(
        lab.rows(
          pool.fqdn,
          'rtcxds',
          'select organizer from conferences where organizer not in (select sipAddress from users)',
        ),
        [],
      );
      assert.ok(pool.fileShare);
      const share = scratch.dataDirectory.share(pool.fileShare).folder;
      const conferences = lab.rows(pool.fqdn, 'rtcxds', 'select conferenceId, contentFolder from conferences');
      const metadata = join(share, '1-WebServices-1', 'CollabMetadata');
      const meetings = readdirSync(metadata).flatMap((folder) => readdirSync(join(metadata, folder)));
      assert.equal(meetings.length, conferences.length);
    }
  });

  it('completes a seed that was interrupted in the middle of a file', async () => {
    await lab.services.initialize(running());
    await lab.services.seed(small, running());
    const content = contentOf(scratch);
    const [torn, removed] = [...content.keys()].filter((path) => (content.get(path)?.size ?? 0) > 100);
    assert.ok(torn !== undefined && removed !== undefined);
    truncateSync(torn, 50);
    utimesSync(torn, new Date(), new Date());
    rmSync(removed);
    await lab.services.seed(small, running());
    assert.deepEqual(contentOf(scratch), content);
  });

  it('stops filling when it is cancelled', async () => {
    await lab.services.initialize(running());
    const stop = new AbortController();
    const seeding = lab.services.seed(small, {
      signal: stop.signal,
      onProgress: ({ unit, done }) => {
        if (unit === 'files' && done === 10) stop.abort();
      },
    });
    await assert.rejects(seeding, { code: 'cancelled' });
    assert.ok(contentOf(scratch).size < 80);
  });

  it('refuses amounts that make no sense, by name', async () => {
    await lab.services.initialize(running());
    const refused = (change: Partial<SeedRequest>, object: string): Promise<void> =>
      assert.rejects(lab.services.seed({ ...small, ...change }, running()), { code: 'argument-invalid', object });
    await refused({ users: -1 }, 'users');
    await refused({ users: 0 }, 'users');
    await refused({ conferences: 1 }, 'conferences');
    await refused({ contentFiles: 0 }, 'contentFiles');
    await refused({ randomSeed: 0.5 }, 'randomSeed');
  });

  it('writes nothing into a mapped directory and says so, but seeds the rows of its pool', async () => {
    const folder = join(scratch.folder, 'real');
    mkdirSync(folder);
    using mapped = scratchDataDirectory(new Map([[atlantaShare, folder]]));
    using other = openLab(mapped);
    const made = await other.services.initialize(running());
    assert.deepEqual(made.created, { databases: 20, shares: 1 });
    const { pools } = await other.services.seed(small, running());
    const [first, second] = pools;
    assert.match(first?.note ?? '', /mapped to/);
    assert.deepEqual([first?.users, first?.contentFiles, second?.contentFiles], [30, 0, 80]);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('commits rows of clients on the principal and on the mirror', async () => {
    await lab.services.initialize(running());
    const key = { sipAddress: 'sip:kim@litwareinc.com' };
    const value = { homePool: atlanta.fqdn, displayName: 'Kim', enabled: 1, changedAt: '2026-11-02T08:00:00.000Z' };
    const { time } = lab.services.commit(atlanta.fqdn, 'rtcxds', [{ table: 'users', key, value }]);
    assert.ok(Date.parse(time) <= Date.now());
    assert.deepEqual(lab.services.readRow(atlanta.fqdn, 'rtcxds', 'users', key), { ...key, ...value });
    assert.throws(() => lab.services.commit(atlanta.fqdn, 'rtcxds', [{ table: 'user', key, value }]), {
      code: 'commit-rejected',
    });
    const document = { version: 1, content: '', changedAt: '' };
    assert.throws(
      () => lab.services.commit(dallas.fqdn, 'xds', [{ table: 'documents', key: { name: 'x' }, value: document }]),
      { code: 'commit-rejected', message: /standby/ },
    );
  });

  it('notices that a database is lost, also while it is open', async () => {
    await lab.services.initialize(running());
    await lab.services.seed(small, running());
    await lab.services.fault('lose', 'atl-sql-002.litwareinc.com\\RTC\\rtcxds');
    await lab.services.fault('lose', 'atl-sql-001.litwareinc.com\\RTC\\rtcxds');
    const key = { sipAddress: 'sip:kim@litwareinc.com' };
    assert.throws(() => lab.services.readRow(atlanta.fqdn, 'rtcxds', 'users', key));
  });

  it('lists what was lost until it is there again or the faults are cleared, also over a restart', async () => {
    await lab.services.initialize(running());
    await lab.services.fault('stop', 'atl-fe-001.litwareinc.com');
    lab.services.changeContent(atlanta.fqdn, { home: atlanta.fqdn, path: 'a/b.txt', bytes: Buffer.from('b') });
    const faults = await lab.services.fault('lose', atlanta.fqdn);
    assert.deepEqual(
      faults.map((fault) => fault.id),
      ['fault/stop/atl-fe-001.litwareinc.com', `fault/lose/${atlanta.fqdn}`],
    );
    using again = openLab(scratch);
    assert.deepEqual(again.services.faults(), faults);
    assert.match(faults[1]?.detail ?? '', /what was lost is missing/);
    lab.services.changeContent(atlanta.fqdn, { home: atlanta.fqdn, path: 'a/b.txt', bytes: Buffer.from('b') });
    assert.deepEqual(again.services.faults(), faults.slice(0, 1));
    lab.services.changeContent(atlanta.fqdn, { home: atlanta.fqdn, path: 'a/b.txt', bytes: null });
    assert.equal(again.services.faults().length, 2);
    assert.deepEqual(await again.services.clearFaults(), []);
    assert.deepEqual(lab.services.faults(), []);
    assert.ok(!existsSync(join(scratch.dataDirectory.serverFolder('atl-fe-001.litwareinc.com'), '.stopped')));
  });
});

function openLab(scratch: Scratch): Lab {
  const { dataDirectory } = scratch;
  const databases = openDatabases({ deployment: litware, dataDirectory, onCommit: () => {} });
  const engineDatabase = openEngineDatabase(dataDirectory);
  const centralManagement = openCentralManagement({
    deployment: litware,
    register: openRegister(engineDatabase),
    database: databases.find,
    onChanged: () => {},
  });
  return {
    services: createLabServices({
      deployment: litware,
      dataDirectory,
      databases,
      engineDatabase,
      centralManagement,
      pools: { requireServes: () => {}, serves: (pool, home) => pool === home },
      onChanged: () => {},
      onContent: () => {},
    }),
    rows: (pool, database, sql) => databases.find(pool, database).read((connection) => connection.prepare(sql).all()),
    [Symbol.dispose]: () => {
      databases[Symbol.dispose]();
      engineDatabase[Symbol.dispose]();
    },
  };
}

function running(): LabRun {
  return { signal: new AbortController().signal, onProgress: () => {} };
}

function everyRow(lab: Lab): readonly unknown[] {
  return [atlanta, dallas].flatMap((pool) =>
    ['users', 'contacts', 'presence', 'conferences'].flatMap((table) =>
      lab.rows(pool.fqdn, 'rtcxds', `select * from ${table}`),
    ),
  );
}

/** The conference content of both pools: size, time and bytes by path. */
function contentOf(
  scratch: Scratch,
): ReadonlyMap<string, { readonly size: number; readonly time: number; readonly bytes: string }> {
  const found = new Map<string, { readonly size: number; readonly time: number; readonly bytes: string }>();
  for (const pool of [atlanta, dallas]) {
    assert.ok(pool.fileShare);
    const root = join(scratch.dataDirectory.share(pool.fileShare).folder, '1-WebServices-1', 'CollabContent');
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const path = join(root, name);
      const stats = lstatSync(path);
      if (stats.isFile())
        found.set(path, { size: stats.size, time: stats.mtimeMs, bytes: readFileSync(path, 'latin1') });
    }
  }
  return found;
}

function sum<T>(list: readonly T[], amount: (item: T) => number): number {
  return list.reduce((total, item) => total + amount(item), 0);
}
