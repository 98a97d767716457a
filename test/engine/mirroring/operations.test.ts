/** Forcing a failover and setting mirroring up again, as operators do: plan, refusal, result, status. */
import assert from 'node:assert/strict';
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
      [{ ...install, SqlServerFqdn: second }, 'database-not-mirrored'],
      [{ ...install, SqlInstanceName: 'OTHER' }, 'database-not-mirrored'],
    ] as const;
    for (const [parameters, code] of wrong) {
      await assert.rejects(plan('Install-CsMirrorDatabase', parameters), { code }, JSON.stringify(parameters));
    }
  });
});
