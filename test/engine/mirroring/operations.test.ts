/** Forcing a failover and setting mirroring up again, as operators do: plan, refusal, result, status. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { planOperation, startOperation } from '../../../src/core/operations/run.ts';
import type { JobStatus } from '../../../src/core/status.ts';
import { atlanta, initialized, type TestDirectory, testDirectory, usersOf, writeUser } from '../engine/testEngine.ts';

const [first, second] = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'];
const quiet = { signal: new AbortController().signal, onVerbose: () => {} };
const force = { PoolFqdn: atlanta, DatabaseType: 'User', NewPrincipal: 'mirror', Force: true };
const install = {
  DatabaseType: 'User',
  SqlServerFqdn: first,
  SqlInstanceName: 'RTC',
  FileShare: '\\\\atl-fs-001.litwareinc.com\\LyncShare',
};

describe('the operator of a mirrored pool', () => {
  let directory: TestDirectory;
  let engine: Engine;
  beforeEach(async () => {
    directory = testDirectory();
    engine = await initialized(directory);
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  async function run(operation: string, parameters: Readonly<Record<string, unknown>>): Promise<JobStatus> {
    const { ended } = await startOperation(engine, { operation, parameters }, quiet);
    return await ended;
  }
  const plan = (operation: string, parameters: Readonly<Record<string, unknown>>) =>
    planOperation(engine, { operation, parameters }, new AbortController().signal);
  const rtcxds = () => engine.databases.find(atlanta, 'rtcxds').status();

  it('forces the mirror into service, sees what was lost, and sets mirroring up again', async () => {
    writeUser(engine, atlanta, 'amy');
    await engine.lab.fault('cut', `${first}+${second}`);
    writeUser(engine, atlanta, 'bob');
    await engine.lab.fault('stop', first);

    const { ready, losses, confirmation, steps } = await plan('Invoke-CsDatabaseFailover', force);
    assert.equal(ready, true);
    assert.match(losses.join(' '), /Every commit of rtcxds, rtcshared and rtcab .* does not have.*suspended until/);
    assert.equal(confirmation, `Force ${second} into service`);
    assert.match(steps[0]?.title ?? '', /^Force .* into service for rtcxds$/);
    const job = await run('Invoke-CsDatabaseFailover', force);
    assert.equal(job.state, 'completed', job.error?.message);
    assert.deepEqual(usersOf(engine, atlanta, atlanta).length, 1);

    await assert.rejects(run('Install-CsMirrorDatabase', install), { code: 'server-stopped' });
    await engine.lab.clearFaults();
    assert.equal(rtcxds().MirroringStatusOnMirror, 'suspended', rtcxds().explanation);
    assert.deepEqual(
      rtcxds().lost?.first.map(({ table, key }) => `${table} ${key}`),
      ['users sipAddress=sip:bob@litwareinc.com'],
    );
    const resume = await plan('Install-CsMirrorDatabase', install);
    assert.equal(resume.losses.length, 3);
    const resumed = await run('Install-CsMirrorDatabase', install);
    assert.equal(resumed.state, 'completed', resumed.error?.message);
    assert.deepEqual(
      (Array.isArray(resumed.result) ? resumed.result : []).map((row) => [
        row.DatabaseName,
        row.MirroringStatus,
        row.Resumed,
        row.LostCommits,
      ]),
      [
        ['rtcxds', 'synchronized', true, 1],
        ['rtcshared', 'synchronized', true, 0],
        ['rtcab', 'synchronized', true, 0],
      ],
    );
  });

  it('is refused while the principal serves clients that its mirror alone cannot reach', async () => {
    await engine.lab.fault('cut', `${first}+${second}`);
    const refused = await plan('Invoke-CsDatabaseFailover', force);
    assert.equal(refused.ready, false);
    await assert.rejects(run('Invoke-CsDatabaseFailover', force), { message: /still serves clients/ });
    assert.equal(rtcxds().principal, 'primary');
  });

  it('moves the databases as ever where the principal can be reached', async () => {
    const { losses } = await plan('Invoke-CsDatabaseFailover', force);
    assert.match(losses.join(' '), /^No committed data\./);
    const job = await run('Invoke-CsDatabaseFailover', force);
    assert.equal(job.state, 'completed');
    assert.equal(rtcxds().MirroringStatusOnMirror, 'synchronized');
  });

  it('makes a mirror that was lost, and is told what does not fit', async () => {
    await engine.lab.fault('lose', `${second}\\RTC\\rtcxds`);
    assert.notEqual(rtcxds().MirroringStatusOnPrimary, 'synchronized');
    const job = await run('Install-CsMirrorDatabase', {
      ...install,
      DatabaseType: undefined,
      SqlInstanceName: undefined,
      ConfiguredDatabases: true,
    });
    assert.equal(job.state, 'completed', job.error?.message);
    assert.equal(rtcxds().MirroringStatusOnPrimary, 'synchronized');
    const wrong = [
      [{ ...install, ConfiguredDatabases: true }, 'argument-invalid'],
      [{ ...install, DatabaseType: undefined }, 'argument-invalid'],
      [{ ...install, ForInstance: 'RTC' }, 'argument-invalid'],
      [{ ...install, FileShare: 'C:\\share' }, 'argument-invalid'],
      [{ ...install, DatabasePathMap: 'D:\\Data' }, 'argument-invalid'],
      [{ ...install, SqlServerFqdn: second }, 'database-not-mirrored'],
      [{ ...install, SqlInstanceName: 'OTHER' }, 'database-not-mirrored'],
    ] as const;
    for (const [parameters, code] of wrong) {
      await assert.rejects(plan('Install-CsMirrorDatabase', parameters), { code }, JSON.stringify(parameters));
    }
  });

  const uninstall = { DatabaseType: 'User', SqlServerFqdn: first, SqlInstanceName: 'RTC' };
  const rowsOfJob = ({ result }: JobStatus): readonly Readonly<Record<string, unknown>>[] =>
    Array.isArray(result) ? result : [];

  it('removes mirroring, is told so by the state, and sets it up again over the share', async () => {
    const page = join(directory.root, 'removed.html');
    writeUser(engine, atlanta, 'amy');
    const removed = await run('Uninstall-CsMirrorDatabase', { ...uninstall, Report: page });
    assert.equal(removed.state, 'completed', removed.error?.message);
    assert.deepEqual(
      rowsOfJob(removed).map(({ DatabaseName, Dropped }) => [DatabaseName, Dropped]),
      [
        ['rtcxds', false],
        ['rtcshared', false],
        ['rtcab', false],
      ],
    );
    assert.match(readFileSync(page, 'utf8'), /Remove mirroring of the User databases[\s\S]*rtcshared/);
    await engine.lab.fault('stop', second);
    writeUser(engine, atlanta, 'bob');
    await engine.lab.mendFault(second);
    const state = await run('Get-CsDatabaseMirrorState', { PoolFqdn: atlanta, DatabaseType: 'User' });
    assert.deepEqual(
      [
        ...new Set(
          rowsOfJob(state).map(
            ({ StateOnMirror, MirroringStatusOnMirror }) => `${StateOnMirror} ${MirroringStatusOnMirror}`,
          ),
        ),
      ],
      ['DatabaseInaccessibleOrMirroringNotEnabled '],
    );
    await assert.rejects(run('Uninstall-CsMirrorDatabase', uninstall), { code: 'database-not-mirrored' });
    await assert.rejects(run('Invoke-CsDatabaseFailover', { ...force, Force: undefined }), {
      message: /Mirroring of rtcxds was removed/,
    });

    await assert.rejects(run('Install-CsMirrorDatabase', install), { code: 'database-exists' });
    const dropping = { ...install, DropExistingDatabasesOnMirror: true };
    await engine.lab.fault('stop', 'atl-fs-001.litwareinc.com');
    await assert.rejects(run('Install-CsMirrorDatabase', dropping), { code: 'server-stopped' });
    await engine.lab.clearFaults();
    const installed = await run('Install-CsMirrorDatabase', dropping);
    assert.equal(installed.state, 'completed', installed.error?.message);
    assert.ok(
      rowsOfJob(installed).every(({ Begun, MirroringStatus }) => Begun === true && MirroringStatus === 'synchronized'),
    );
    const moved = await run('Invoke-CsDatabaseFailover', { ...force, Report: page });
    assert.equal(moved.state, 'completed', moved.error?.message);
    assert.match(readFileSync(page, 'utf8'), /rtcab/);
    assert.equal(usersOf(engine, atlanta, atlanta).length, 2);
  });

  it('is refused the removal of mirroring while the databases are failed over', async () => {
    await run('Invoke-CsDatabaseFailover', force);
    await assert.rejects(run('Uninstall-CsMirrorDatabase', uninstall), {
      code: 'database-failed-over',
      remedy: /NewPrincipal primary/,
    });
    assert.equal(rtcxds().MirroringStatusOnPrimary, 'synchronized');
  });

  it('lets commits go without the mirror, and is refused a failover meanwhile', async () => {
    const safety = { PoolFqdn: atlanta, DatabaseType: 'User', Safety: 'off' };
    assert.match((await plan('set-mirror-safety', safety)).losses.join(' '), /what the mirror lacks is lost/);
    const off = await run('set-mirror-safety', safety);
    assert.deepEqual(
      rowsOfJob(off).map(({ Safety, MirroringStatus }) => `${Safety} ${MirroringStatus}`),
      ['OFF synchronizing', 'OFF synchronizing', 'OFF synchronizing'],
    );
    await assert.rejects(run('Invoke-CsDatabaseFailover', force), {
      message: /safety is OFF/,
      remedy: /set-mirror-safety/,
    });
    const full = await run('set-mirror-safety', { ...safety, Safety: 'full' });
    assert.ok(rowsOfJob(full).every(({ MirroringStatus }) => MirroringStatus === 'synchronized'));
  });
});
