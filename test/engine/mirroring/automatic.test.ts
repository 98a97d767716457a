/** Automatic failover as an engine does it that stays: by its own watch, live, on record. */
import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { StatusChange } from '../../../src/core/status.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, initialized, type TestDirectory, testDirectory, usersOf, writeUser } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';

const witness = { server: 'atl-sql-009.litwareinc.com', instance: 'RTC' };
const [first, second] = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'];

const onlyWhereProcessesStop = process.platform === 'win32' ? ' (not on Windows, where no process can be stopped)' : '';

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

describe(`an engine whose instances are processes${onlyWhereProcessesStop}`, function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;
  before(async function () {
    if (process.platform === 'win32') this.skip();
    directory = testDirectory();
    const options = { deployment: witnessed, background: true, partnerTimeout: 300, instanceProcesses: true };
    engine = await initialized(directory, options);
  });
  after(async () => {
    await engine?.[Symbol.asyncDispose]();
    directory?.[Symbol.dispose]();
  });

  const database = () => engine.databases.find(atlanta, 'rtcxds').status();
  /** And the witness knows. */
  const synchronisedWith = (principal: 'primary' | 'mirror'): Promise<boolean> => {
    const isSo = async (): Promise<boolean> => {
      await engine.databases.find(atlanta, 'rtcxds').maintain();
      const now = database();
      return now.MirroringStatusOnPrimary === 'synchronized' && now.principal === principal;
    };
    return waitUntil(`it is synchronised with the ${principal} as principal`, isSo, { seen: database });
  };

  /** Stops the target of the principal; again, if it was before the watch had seen all three together. */
  const stopUntilTakenOver = async (target: string, next: 'primary' | 'mirror'): Promise<void> => {
    const isSo = (): boolean => database().principal === next;
    await engine.lab.fault('stop', target);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (await waitUntil('the mirror took over', isSo, { deadline: 3_000 }).catch(() => false)) return;
      await engine.lab.mendFault(target);
      await synchronisedWith(next === 'primary' ? 'mirror' : 'primary');
      await engine.lab.fault('stop', target);
    }
    assert.fail(database().explanation);
  };

  it('fails over from an instance that is stopped as a process, and takes it back as the mirror', async () => {
    writeUser(engine, atlanta, 'amy');
    await synchronisedWith('primary');
    await stopUntilTakenOver(`${first}\\RTC`, 'mirror');
    assert.deepEqual(
      engine.lab.faults().map(({ kind, target }) => [kind, target]),
      [['stop', `${first}\\RTC`]],
    );
    writeUser(engine, atlanta, 'bob');
    assert.match(database().explanation, /has not answered for 300 ms/);
    assert.deepEqual(await engine.lab.mendFault(`${first}\\RTC`), []);
    await synchronisedWith('mirror');
  });

  it('fails over from a server that is stopped, whose processes are killed and started again with it', async () => {
    await synchronisedWith('mirror');
    await stopUntilTakenOver(second, 'primary');
    writeUser(engine, atlanta, 'eve');
    await engine.lab.fault('stop', `${first}\\RTC`);
    await engine.lab.clearFaults();
    assert.deepEqual(engine.lab.faults(), []);
    await synchronisedWith('primary');
    assert.equal(usersOf(engine, atlanta, atlanta).length, 3);
  });

  it('is refused for more instances than a machine runs well', async () => {
    const [pool] = litware.pools;
    assert.ok(pool !== undefined);
    const pools = Array.from({ length: 40 }, (_, index) => {
      const server = `sql-${index}.litwareinc.com`;
      return { ...pool, databases: { User: { primary: { server, instance: 'RTC' } } } };
    });
    using other = testDirectory();
    const opened = other.open({ deployment: { ...litware, pools }, instanceProcesses: true });
    await assert.rejects(opened, { code: 'argument-invalid' });
  });
});
