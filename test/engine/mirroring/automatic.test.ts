/** Automatic failover as an engine does it that stays: by its own watch, live, on record. */
import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { StatusChange } from '../../../src/core/status.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, initialized, type TestDirectory, testDirectory, writeUser } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';

const witness = { server: 'atl-sql-009.litwareinc.com', instance: 'RTC' };
const [first, second] = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'];

/** The User databases of Atlanta with a witness. */
const witnessed: Deployment = {
  ...litware,
  pools: litware.pools.map((pool) => {
    const { User } = pool.databases;
    if (pool.fqdn !== atlanta || User === undefined) return pool;
    return { ...pool, databases: { ...pool.databases, User: { ...User, witness } } };
  }),
};

describe('an engine that stays', () => {
  let directory: TestDirectory;
  let engine: Engine;
  beforeEach(async () => {
    directory = testDirectory();
    engine = await initialized(directory, { deployment: witnessed, background: true, partnerTimeout: 200 });
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const userDatabases = () => engine.databases.status(atlanta, 'User');
  const synchronised = () =>
    waitUntil(
      'the databases are synchronised',
      () => userDatabases().every(({ MirroringStatusOnPrimary: status }) => status === 'synchronized') || undefined,
    );

  it('fails every database over whose principal is lost, tells it live and writes it down', async () => {
    const told: StatusChange[] = [];
    await engine.status.snapshot();
    using _subscription = engine.status.onDidChange((change) => told.push(change));
    writeUser(engine, atlanta, 'amy');
    await synchronised();
    await engine.lab.fault('stop', first);
    await waitUntil(
      'the mirrors took over',
      () => userDatabases().every(({ principal }) => principal === 'mirror') || undefined,
    );
    writeUser(engine, atlanta, 'bob');
    const live = await waitUntil('it is told', () =>
      told
        .flatMap(({ pools = [] }) => pools)
        .find(({ fqdn, databases }) => fqdn === atlanta && databases.some(({ principal }) => principal === 'mirror')),
    );
    assert.ok(live.databases.some(({ witnessState }) => witnessState === 'connected'));
    const records = engine.audit.list(20).filter(({ operation }) => operation === 'Automatic failover');
    assert.deepEqual(records.map(({ parameters }) => parameters['DatabaseName']).sort(), [
      'rtcab',
      'rtcshared',
      'rtcxds',
    ]);
    assert.match(records[0]?.detail ?? '', new RegExp(`^${first}.* was lost; ${second}.* is the principal of `));

    await engine.lab.mendFault(first);
    await synchronised();
    const after = userDatabases();
    assert.ok(after.every(({ StateOnPrimary, lost }) => StateOnPrimary === 'Mirror' && lost === undefined));
  }).timeout(20_000);

  it('fails over a database whose file alone was lost', async () => {
    writeUser(engine, atlanta, 'amy');
    await synchronised();
    await engine.status.snapshot();
    using _subscription = engine.status.onDidChange(() => {});
    await engine.lab.fault('lose', `${first}\\RTC\\rtcxds`);
    await waitUntil(
      'the mirror took over',
      () => engine.databases.find(atlanta, 'rtcxds').status().principal === 'mirror' || undefined,
    );
    await synchronised();
    const others = userDatabases().filter(({ DatabaseName }) => DatabaseName !== 'rtcxds');
    assert.ok(others.every(({ principal }) => principal === 'primary'));
  }).timeout(20_000);
});
