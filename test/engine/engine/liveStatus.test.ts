import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { createLiveStatus } from '../../../src/core/engine/liveStatus.ts';
import type { DeploymentStatus, PoolStatus, StatusChange } from '../../../src/core/status.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { litware } from '../lab/litware.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  synchronizeBoth,
  syncOf,
  type TestDirectory,
  testDirectory,
  writeUser,
} from './testEngine.ts';

describe('Live status', () => {
  let directory: TestDirectory;
  let engine: Engine;
  let told: StatusChange[];
  let subscription: Disposable;
  let first: DeploymentStatus;

  beforeEach(() => {
    directory = testDirectory();
    told = [];
  });
  afterEach(async () => {
    subscription[Symbol.dispose]();
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  async function listen(opened: Engine): Promise<void> {
    engine = opened;
    subscription = engine.status.onDidChange((change) => told.push(change));
    first = await engine.status.snapshot();
    told.length = 0;
  }

  const module = (status: DeploymentStatus, pool: string, name: string) =>
    status.pools.find(({ fqdn }) => fqdn === pool)?.modules.find(({ Identity }) => Identity === name);

  it('shows sites and pools before the data directory has been made, and tells when it has', async () => {
    await listen(await directory.open());
    assert.deepEqual([first.initialized, first.sites.length, first.pools.length], [false, 2, 2]);
    assert.ok(first.pools.every((pool) => pool.modules.length === 0 && pool.databases.length === 0));
    await assert.rejects(engine.backupService.measurePool(atlanta), { code: 'data-directory-missing' });
    await engine.lab.initialize(quietRun);
    const change = await waitUntil('the change is told', () => told.find(({ initialized: made }) => made === true));
    assert.equal(change.pools?.[0]?.modules.length, 3);
    assert.equal(change.pools?.[0]?.databases.length, 5);
  });

  it('tells changes that lead from the first snapshot to the next one, without a gap', async () => {
    await listen(await initialized(directory));
    writeUser(engine, atlanta, 'one');
    await engine.jobs.start(...syncOf(engine)).ended;
    await engine.lab.fault('stop', 'dal-fe-001.litwareinc.com');
    engine.backupService.setConfiguration({ syncInterval: 60_000 });
    const last = await engine.status.snapshot();
    assert.deepEqual(
      told.map(({ revision }) => revision),
      told.map((_, index) => first.revision + 1 + index),
    );
    const merged = told.reduce(apply, first);
    assert.deepEqual(merged, last);
    assert.equal(module(last, atlanta, 'UserServices.PresenceFocus')?.ExportStatus, 'FinalState');
    assert.deepEqual(last.pools[1]?.service.stoppedServers, ['dal-fe-001.litwareinc.com']);
    assert.equal(last.jobs[0]?.state, 'completed');
  });

  it('tells of a commit although nobody asks', async () => {
    await listen(await initialized(directory));
    await synchronizeBoth(engine);
    await engine.status.snapshot();
    told.length = 0;
    writeUser(engine, atlanta, 'one');
    const pool = await waitUntil('the commit is told', () =>
      told
        .flatMap(({ pools = [] }) => pools)
        .find(({ modules }) => modules.some(({ backlog }) => (backlog?.items ?? 0) > 0)),
    );
    assert.deepEqual([pool.fqdn, pool.modules[0]?.backlog?.items], [atlanta, 1]);
    assert.ok(told.every(({ jobs, faults }) => jobs === undefined && faults === undefined));
  });

  it('notices what changes on a share without any event', async () => {
    await listen(await initialized(directory));
    await synchronizeBoth(engine);
    await engine.status.snapshot();
    told.length = 0;
    const folder = join(
      directory.root,
      'servers/dal-fs-001.litwareinc.com/LyncShare/1-WebServices-1/CollabContent/new',
    );
    mkdirSync(folder);
    writeFileSync(join(folder, 'slides.pptx'), 'content');
    const content = await waitUntil('the file is told', () =>
      told
        .flatMap(({ pools = [] }) => pools.filter(({ fqdn }) => fqdn === dallas))
        .flatMap(({ modules }) => modules)
        .find(({ Identity, backlog }) => Identity === 'ConfServices.DataConf' && (backlog?.items ?? 0) > 0),
    );
    assert.equal(content.ExportStatus, 'SteadyState');
    assert.equal(content.backlog?.bytes, 7);
  });

  it('tells nothing while nothing changes', async () => {
    await listen(await initialized(directory));
    for (let round = 0; round < 3; round += 1) assert.equal((await engine.status.snapshot()).revision, first.revision);
    assert.deepEqual(told, []);
  });
});

describe('Live status of a thousand pools', () => {
  it('measures only those that something happened to', async () => {
    const pools = Array.from({ length: 1_000 }, (_, index) => ({
      ...requiredPool(),
      fqdn: `pool${index}.litwareinc.com`,
    }));
    const measured: string[] = [];
    let backlog = 0;
    const status = createLiveStatus({
      deployment: { ...litware, pools, poolPairs: [] },
      dataDirectory: '/',
      isInitialized: () => true,
      measurePool: async (fqdn) => {
        measured.push(fqdn);
        return { ...emptyPool(fqdn), service: { state: 'running', stoppedServers: [String(backlog)] } };
      },
      jobs: () => [],
      faults: () => [],
      backgroundCycles: () => ({ running: false, syncInterval: 1 }),
    });
    const told: StatusChange[] = [];
    const subscription = status.onDidChange((change) => told.push(change));
    await status.snapshot();
    measured.length = 0;
    backlog = 1;
    for (let commit = 0; commit < 500; commit += 1) {
      status.markPool('pool7.litwareinc.com', 'rows');
      await setImmediate();
    }
    await waitUntil('the change is told', () => told.length > 0);
    assert.deepEqual(
      told.map(({ pools: changed }) => changed?.map(({ fqdn }) => fqdn)),
      [['pool7.litwareinc.com']],
    );
    assert.ok(measured.length <= 3 && new Set(measured).size === 1, `${measured.length} measurements`);
    subscription[Symbol.dispose]();
    await status[Symbol.asyncDispose]();
  });
});

/** As every listener puts changes into what it knows: things by identity, faults as a whole. */
function apply(status: DeploymentStatus, change: StatusChange): DeploymentStatus {
  const merge = <Thing extends { readonly id: string }>(
    things: readonly Thing[],
    changed: readonly Thing[] = [],
  ): readonly Thing[] => {
    const known = things.map((thing) => changed.find(({ id }) => id === thing.id) ?? thing);
    return [...changed.filter(({ id }) => !things.some((thing) => thing.id === id)), ...known];
  };
  return {
    ...status,
    revision: change.revision,
    initialized: change.initialized ?? status.initialized,
    pools: merge(status.pools, change.pools),
    pairs: merge(status.pairs, change.pairs),
    jobs: merge(status.jobs, change.jobs),
    faults: change.faults ?? status.faults,
    backgroundCycles: change.backgroundCycles ?? status.backgroundCycles,
  };
}

function requiredPool() {
  const [pool] = litware.pools;
  if (pool === undefined) throw new Error('no pool');
  return pool;
}

function emptyPool(fqdn: string): PoolStatus {
  const service = { state: 'running', stoppedServers: [] } as const;
  return { id: `pool/${fqdn}`, fqdn, site: 'Atlanta', service, modules: [], databases: [] };
}
