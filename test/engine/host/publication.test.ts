import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Plan } from '../../../src/core/operations/definition.ts';
import type { StatusChange } from '../../../src/core/status.ts';
import type { DeploymentConnection } from '../../../src/deployments/deployment.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { type HostFolder, hostFolder, longSeed } from './support.ts';

const [atlanta, dallas, chicago] = ['atl', 'dal', 'chi'].map((site) => `${site}-cs-001.litwareinc.com`) as [
  string,
  string,
  string,
];

describe('Publishing a changed topology to the engine that runs', function () {
  this.timeout(120_000);
  let folder: HostFolder;
  let owner: DeploymentConnection;
  let guest: DeploymentConnection;

  before(async () => {
    folder = hostFolder();
    save([atlanta, dallas], [[atlanta, dallas]]);
    owner = await folder.connect();
    await owner.execute({ operation: 'init', parameters: {} });
    const seed = { Users: 12, Conferences: 2, ContentFiles: 6, ContentBytes: 6_000 };
    await owner.execute({ operation: 'seed', parameters: seed });
    guest = await folder.connect();
    await synchronize(atlanta, dallas);
  });
  after(() => folder[Symbol.asyncDispose]());

  function save(pools: readonly string[], pairs: readonly (readonly string[])[], more = ''): void {
    const sites = { atl: 'Atlanta', dal: 'Dallas', chi: 'Chicago' };
    const names = pools.map((pool) => Object.entries(sites).find(([prefix]) => pool.startsWith(prefix)) ?? ['', '']);
    const text = [
      'lyncTopology: 1',
      'deployment: Litware',
      `sites: { ${names.map(([, site]) => `${site}: {}`).join(', ')} }`,
      'pools:',
      ...names.flatMap(([prefix, site]) => [
        `  ${prefix}-cs-001.litwareinc.com:`,
        `    { site: ${site}, edition: Enterprise, release: "2013",`,
        `      frontEnds: [${[1, 2, 3].map((number) => `${prefix}-fe-00${number}.litwareinc.com`).join(', ')}],`,
        `      fileShare: '\\\\${prefix}-fs-001.litwareinc.com\\LyncShare',`,
        `      databases: { User: { primary: '${prefix}-sql-001.litwareinc.com\\RTC' } } }`,
      ]),
      `poolPairs: [${pairs.map((pair) => `{ pools: [${pair.join(', ')}] }`).join(', ')}]`,
      more,
    ];
    writeFileSync(folder.topologyFile, `${text.join('\n')}\n`);
  }

  const preview = (): Promise<Plan> => guest.plan({ operation: 'Publish-CsTopology', parameters: {} });
  const titles = async (): Promise<readonly string[]> => (await preview()).steps.map(({ title }) => title);

  async function publish(): Promise<{ readonly ToDo: readonly string[]; readonly Databases: number }> {
    const result = await guest.execute({ operation: 'Publish-CsTopology', parameters: {} });
    assert.ok(typeof result === 'object' && result !== null && 'ToDo' in result && 'Databases' in result);
    assert.ok(Array.isArray(result.ToDo));
    return { ToDo: result.ToDo.map(String), Databases: Number(result.Databases) };
  }

  async function synchronize(...pools: readonly string[]): Promise<void> {
    for (const pool of pools)
      await guest.execute({ operation: 'Invoke-CsBackupServiceSync', parameters: { PoolFqdn: pool } });
  }

  /** Users of a home pool as the files of a pool hold them. */
  function users(pool: string, home: string): readonly unknown[] {
    const server = `${pool.slice(0, 3)}-sql-001.litwareinc.com`;
    using database = new DatabaseSync(join(folder.dataDirectory, 'servers', server, 'RTC/rtcxds.db'), {
      readOnly: true,
    });
    return database.prepare('select * from users where homePool = ? order by sipAddress').all(home);
  }

  function content(pool: string): readonly string[] {
    const share = join(folder.dataDirectory, 'servers', `${pool.slice(0, 3)}-fs-001.litwareinc.com/LyncShare`);
    const names = readdirSync(join(share, '1-WebServices-1/CollabContent'), { recursive: true, withFileTypes: true });
    return names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(share.length))
      .sort();
  }

  const poolsOf = async (connection: DeploymentConnection) => (await connection.status()).pools.map(({ fqdn }) => fqdn);

  it('is what those are pointed at who come with the changed file', async () => {
    save([atlanta, dallas, chicago], [[atlanta, dallas]]);
    await assert.rejects(folder.connect(), { code: 'engine-different', remedy: /Publish-CsTopology/ });
    const late = await folder.connect({ unpublished: true });
    assert.deepEqual(await poolsOf(late), [atlanta, dallas]);
    await late[Symbol.asyncDispose]();
  });

  it('is previewed, which changes nothing', async () => {
    assert.deepEqual(await titles(), ['Site Chicago is added', `Pool ${chicago} is added`]);
    assert.equal((await preview()).ready, true);
    assert.deepEqual(await poolsOf(guest), [atlanta, dallas]);
    assert.equal(existsSync(join(folder.dataDirectory, 'servers/chi-sql-001.litwareinc.com')), false);
  });

  it('creates the stores of a new pool; whoever is attached stays and reads the whole status anew', async () => {
    const changes: StatusChange[] = [];
    using _ = guest.onDidChangeStatus((change) => changes.push(change));
    const { revision } = await guest.status();
    const { Databases } = await publish();
    assert.equal(Databases, 3);
    await waitUntil('the guest is told of a gap', () => changes.some((change) => change.revision > revision + 1));
    for (const connection of [owner, guest]) assert.deepEqual(await poolsOf(connection), [atlanta, dallas, chicago]);
    assert.ok((await guest.status()).revision > revision);
    assert.deepEqual(await titles(), []);
    const audit = await guest.execute({ operation: 'audit', parameters: { Last: 1 } });
    assert.match(JSON.stringify(audit), /Publish-CsTopology.*"completed".*Pool chi-cs-001\.litwareinc\.com is added/);
    await (await folder.connect())[Symbol.asyncDispose]();
  });

  it('ends the streams of a dissolved pair and keeps what the pools have', async () => {
    const before = [users(dallas, atlanta), content(dallas)];
    save([atlanta, dallas, chicago], []);
    assert.deepEqual(await titles(), [`Pair ${atlanta} + ${dallas} is dissolved`]);
    const { ToDo } = await publish();
    assert.deepEqual(
      ToDo.map((sentence) => sentence.split(' ')[0]),
      [atlanta, dallas],
    );
    assert.match(ToDo[0] ?? '', /Remove-CsUserStoreBackupData/);
    await assert.rejects(synchronize(atlanta), { code: 'pool-not-paired' });
    assert.deepEqual([users(dallas, atlanta), content(dallas)], before);
  });

  it('refuses to pair a pool anew that keeps stale backup data, before anything is changed', async () => {
    save([atlanta, dallas, chicago], [[dallas, chicago]]);
    const plan = await preview();
    assert.deepEqual(
      plan.preconditions.filter(({ met }) => !met).map(({ refusal }) => refusal?.code),
      ['pool-not-empty'],
    );
    await assert.rejects(publish(), { code: 'pool-not-empty', object: dallas });
    assert.deepEqual((await guest.status()).pairs, []);
  });

  it('lets the stale data be removed: rows and files of the former partner, nothing else', async () => {
    const own = users(dallas, dallas);
    const files = new Set(content(atlanta));
    await guest.execute({ operation: 'Remove-CsUserStoreBackupData', parameters: { PoolFqdn: dallas } });
    assert.deepEqual([users(dallas, atlanta), users(dallas, dallas)], [[], own]);
    const left = content(dallas);
    assert.ok(left.length > 0 && left.length < files.size && left.every((file) => files.has(file)), left.join());
    assert.deepEqual(users(atlanta, dallas), own);
  });

  it('begins a new pair with a full export in both directions', async () => {
    const { ToDo } = await publish();
    assert.match(ToDo[0] ?? '', /Invoke-CsBackupServiceSync -PoolFqdn dal-cs-001/);
    const { pools } = await guest.status();
    const states = pools.find(({ fqdn }) => fqdn === dallas)?.modules.map(({ ExportStatus }) => ExportStatus);
    assert.deepEqual(states, ['NotInitialized', 'NotInitialized']);
    await synchronize(dallas, chicago);
    assert.deepEqual(users(chicago, dallas), users(dallas, dallas));
    assert.deepEqual(users(dallas, chicago), users(chicago, chicago));
    assert.deepEqual(content(chicago), content(dallas));
  });

  it('pairs former partners again from a full export', async () => {
    for (const pool of [chicago, dallas]) {
      save([atlanta, dallas, chicago], []);
      if ((await titles()).length > 0) await publish();
      await guest.execute({ operation: 'Remove-CsUserStoreBackupData', parameters: { PoolFqdn: pool } });
    }
    save([atlanta, dallas, chicago], [[atlanta, dallas]]);
    await publish();
    await synchronize(atlanta, dallas);
    assert.deepEqual(users(dallas, atlanta), users(atlanta, atlanta));
    assert.deepEqual(users(atlanta, dallas), users(dallas, dallas));
    assert.deepEqual(content(dallas), content(atlanta));
  });

  it('is refused while a job runs, and goes through afterwards', async () => {
    save([atlanta, dallas, chicago], [[atlanta, dallas]], 'backupService: { syncInterval: 00:07:00 }');
    const job = await guest.start({ operation: 'seed', parameters: longSeed });
    await assert.rejects(publish(), { code: 'lease-held', remedy: /jobs cancel/ });
    await guest.cancelJob(job.id);
    assert.deepEqual(await titles(), ['The initial value of syncInterval is 420000']);
    await publish();
    assert.equal((await guest.status()).backgroundCycles.syncInterval, 420_000);
  });

  const failedOver: readonly (readonly [string, () => void, string])[] = [
    ['dissolve its pair', () => save([atlanta, dallas, chicago], []), 'pool-failed-over'],
    ['remove it', () => save([dallas, chicago], []), 'pool-failed-over'],
  ];
  for (const [what, change, code] of failedOver) {
    it(`is refused while a pool is failed over: ${what}`, async () => {
      const isAway = (await guest.status()).pools.some(({ failover }) => failover !== undefined);
      if (!isAway) await guest.execute({ operation: 'Invoke-CsPoolFailOver', parameters: { PoolFqdn: atlanta } });
      change();
      await assert.rejects(publish(), { code, object: atlanta, remedy: /Invoke-CsPoolFailBack/ });
      assert.equal((await guest.status()).pairs.length, 1);
    });
  }

  it('is refused where a store would have to move', async () => {
    save([atlanta, dallas, chicago], [[atlanta, dallas]]);
    const text = ['fileShare', 'primary'];
    for (const [index, wanted] of [
      ['chi-fs-001', 'chi-fs-002'],
      ['chi-sql-001', 'chi-sql-002'],
    ].entries()) {
      save([atlanta, dallas, chicago], [[atlanta, dallas]]);
      replaceInFile(wanted[0] ?? '', wanted[1] ?? '');
      await assert.rejects(publish(), { remedy: new RegExp(`Leave ${text[index]}`) });
    }
  });

  it('goes on as before when the new stores cannot be made', async () => {
    save([atlanta, dallas, chicago], [[atlanta, dallas]]);
    replaceInFile(
      "databases: { User: { primary: 'chi-sql-001.litwareinc.com\\RTC' } }",
      "databases: { User: { primary: 'chi-sql-001.litwareinc.com\\RTC' }, Monitoring: { primary: 'chi-sql-009.litwareinc.com\\RTC' } }",
    );
    const place = join(folder.dataDirectory, 'servers/chi-sql-009.litwareinc.com');
    mkdirSync(join(place, '..'), { recursive: true });
    writeFileSync(place, 'in the way');
    await assert.rejects(publish(), { name: 'LyncTopologyError' });
    const chi = (await guest.status()).pools.find(({ fqdn }) => fqdn === chicago);
    assert.deepEqual(
      chi?.databases.map(({ DatabaseType }) => DatabaseType),
      ['User', 'User', 'User'],
    );
    rmSync(place);
    assert.equal((await publish()).Databases, 2);
  });

  function replaceInFile(from: string, to: string): void {
    const text = readFileSync(folder.topologyFile, 'utf8');
    assert.ok(text.includes(from), from);
    writeFileSync(folder.topologyFile, text.replace(from, to));
  }
});
