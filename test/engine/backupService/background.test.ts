import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectFindings } from '../../../src/core/backupService/comparison/differences.ts';
import { createScheduler, type Scheduler } from '../../../src/core/backupService/scheduler.ts';
import { type BackupStream, emptyBacklog, type StreamCycle } from '../../../src/core/backupService/stream.ts';
import type { StreamRunner } from '../../../src/core/backupService/streamRunner.ts';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { defaultBackupServiceConfiguration } from '../../../src/core/topology/model.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  syncRun,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUser,
  writeUsers,
} from '../engine/testEngine.ts';

describe('Background cycles', () => {
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(() => {
    directory = testDirectory();
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const exported = async (pool: string): Promise<readonly string[]> =>
    (await engine.status.snapshot()).pools
      .flatMap((status) => (status.fqdn === pool ? status.modules : []))
      .map(({ ExportStatus }) => ExportStatus);

  it('begin when the deployment has been made, and again in an engine that finds it made', async () => {
    engine = await initialized(directory, { background: true });
    const isFinal = async () => (await exported(atlanta)).every((state) => state === 'FinalState');
    await waitUntil('all of Atlanta is final', isFinal, { seen: () => exported(atlanta) });
    writeUser(engine, atlanta, 'one');
    assert.equal((await exported(atlanta))[0], 'SteadyState');
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ background: true });
    await waitUntil('the row has been carried', () => usersOf(engine, dallas, atlanta).length === 1);
  });

  it('do not run in an engine that only does what it is asked, and its states say so', async () => {
    engine = await initialized(directory);
    await engine.backupService.synchronize(atlanta, [], syncRun());
    writeUser(engine, atlanta, 'one');
    const [first] = (await engine.status.snapshot()).pools[0]?.modules ?? [];
    assert.equal(first?.ExportStatus, 'SteadyState');
    assert.match(first?.explanation ?? '', /No Backup Service cycles run by themselves now/);
  });

  it('rest while all Front Ends of a pool are stopped, and make up for it when one starts', async () => {
    engine = await initialized(directory, { background: true });
    await engine.lab.fault('stop', atlanta);
    await waitUntil('the first cycles are over', async () =>
      (await engine.status.snapshot()).pools.every(({ modules }) =>
        modules.every(({ current }) => current === undefined),
      ),
    );
    writeUser(engine, atlanta, 'one');
    await assert.rejects(engine.backupService.measurePool(atlanta), { code: 'pool-stopped' });
    await assert.rejects(engine.backupService.synchronize(atlanta, [], syncRun()), {
      code: 'pool-stopped',
      object: atlanta,
    });
    await assert.rejects(engine.backupService.synchronize(dallas, [], syncRun()), {
      code: 'pool-stopped',
      object: atlanta,
    });
    const stopped = (await engine.status.snapshot()).pools[0];
    assert.equal(stopped?.service.state, 'stopped');
    assert.equal(stopped?.ActiveMachineFqdn, undefined);
    assert.match(stopped?.modules[0]?.explanation ?? '', /all Front Ends of atl-cs-001\.litwareinc\.com are stopped/);
    await engine.lab.mendFault('atl-fe-001.litwareinc.com');
    await waitUntil('the row has been carried', () => usersOf(engine, dallas, atlanta).length === 1);
  });

  it('never take a lost share for deletions, and fail without harm', async () => {
    engine = await initialized(directory, { background: true });
    const share = (pool: string) =>
      join(directory.root, `servers/${pool}-fs-001.litwareinc.com/LyncShare/1-WebServices-1/CollabContent`);
    for (let file = 0; file < 30; file += 1) writeFileSync(join(share('atl'), `${file}.pptx`), 'x');
    await engine.backupService.synchronize(atlanta, ['ConfServices.DataConf'], syncRun());
    rmSync(share('atl'), { recursive: true });
    // The first cycles of an engine run at once.
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ background: true });
    const content = async () =>
      (await engine.status.snapshot()).pools[0]?.modules.find(({ Identity }) => Identity === 'ConfServices.DataConf');
    const failed = await waitUntil('a cycle has failed', async () => {
      const status = await content();
      return status?.lastCycle?.outcome === 'failed' ? status : undefined;
    });
    assert.equal(failed.ExportStatus, 'ErrorState');
    const copies = await engine.backupService.measureModule(dallas, 'ConfServices.DataConf');
    assert.equal(copies.ExportStatus, 'ErrorState');
    await engine.backupService.synchronize(dallas, ['ConfServices.DataConf'], syncRun());
    assert.equal((await content())?.ExportStatus, 'FinalState');
  });

  it('let a requested sync wait for the cycle that runs, so that nothing is carried twice', async () => {
    engine = await initialized(directory, { background: true });
    writeUsers(engine, atlanta, 'user', 3_000, 1_000);
    const results = await Promise.all(
      [1, 2].map(() => engine.backupService.synchronize(atlanta, ['UserServices.PresenceFocus'], syncRun())),
    );
    const carried = results.flat().reduce((sum, { items }) => sum + items, 0);
    assert.ok(carried <= 3_000, `${carried} rows carried`);
    assert.equal(usersOf(engine, dallas, atlanta).length, 3_000);
  });
});

const nothing: StreamCycle = {
  items: 0,
  bytes: 0,
  remaining: { items: 0, bytes: 0 },
  leftOut: [],
  restored: { items: 0, bytes: 0 },
  notes: [],
};

function streamOf(runCycle: BackupStream['runCycle']): BackupStream {
  return {
    module: 'UserServices.PresenceFocus',
    source: atlanta,
    target: dallas,
    exportsHere: true,
    measure: async () => ({ initialized: true, backlog: emptyBacklog }),
    aim: async () => ({ reached: () => true }),
    runCycle,
    comparesPair: false,
    compare: async () => collectFindings().result(),
    repair: async () => {},
    recover: async () => {},
  };
}

describe('The scheduler of background cycles', () => {
  let scheduler: Scheduler | undefined;
  let endAll = (): void => {};
  afterEach(async () => {
    const closed = scheduler?.[Symbol.asyncDispose]();
    endAll();
    await closed;
  });

  /**
   * Streams that record how many of them run. A cycle ends, the oldest first, when `together` of them run and a turn has
   * passed in which one too many would have begun.
   */
  function streams(count: number, together = 1) {
    const seen = { running: 0, most: 0, cycles: 0, overlaps: 0 };
    const unended: (() => void)[] = [];
    const endOldest = (): void => unended.shift()?.();
    const runners = Array.from({ length: count }, (): StreamRunner => {
      let busy = false;
      const runCycle: StreamRunner['runCycle'] = async () => {
        if (busy) seen.overlaps += 1;
        busy = true;
        seen.running += 1;
        seen.most = Math.max(seen.most, seen.running);
        const ended = new Promise<void>((resolve) => unended.push(resolve));
        if (seen.running >= together) setImmediate(endOldest);
        await ended;
        seen.running -= 1;
        seen.cycles += 1;
        busy = false;
        if (seen.cycles % 3 === 0) throw new Error('this cycle fails');
        return nothing;
      };
      const stream = streamOf(async () => nothing);
      return {
        stream,
        current: undefined,
        lastCycle: undefined,
        syncRequested: false,
        announceSync: () => ({ [Symbol.dispose]: () => {} }),
        measure: stream.measure,
        runCycle,
      };
    });
    endAll = () => {
      while (unended.length > 0) endOldest();
    };
    return { seen, runners };
  }

  it('runs as many at once as the configuration admits, none of them twice, and goes on after failures', async () => {
    const { seen, runners } = streams(6, 2);
    const failures: string[] = [];
    scheduler = createScheduler({
      streams: () => runners,
      configuration: () => ({ ...defaultBackupServiceConfiguration, syncInterval: 5, maxConcurrentCalls: 2 }),
      mayRun: () => true,
      onFailure: (_, error) => failures.push(error.message),
    });
    scheduler.start();
    await waitUntil('many cycles have run', () => seen.cycles > 40);
    assert.deepEqual([seen.most, seen.overlaps], [2, 0]);
    assert.ok(failures.length > 5);
  });

  it('measures the wait against the interval that is configured now', async () => {
    const { seen, runners } = streams(1);
    let syncInterval = 10_800_000;
    scheduler = createScheduler({
      streams: () => runners,
      configuration: () => ({ ...defaultBackupServiceConfiguration, syncInterval }),
      mayRun: () => true,
      onFailure: () => {},
    });
    scheduler.start();
    await waitUntil('the first cycle has run', () => seen.cycles === 1);
    syncInterval = 5;
    scheduler.reschedule();
    await waitUntil('more cycles have run', () => seen.cycles > 3);
  });

  it('gives a stream whose pools were stopped its cycle as soon as they run', async () => {
    const { seen, runners } = streams(1);
    let running = false;
    scheduler = createScheduler({
      streams: () => runners,
      configuration: () => defaultBackupServiceConfiguration,
      mayRun: () => running,
      onFailure: () => {},
    });
    scheduler.start();
    await new Promise(setImmediate);
    assert.equal(seen.cycles, 0);
    running = true;
    scheduler.reschedule();
    await waitUntil('the cycle has run', () => seen.cycles === 1);
  });
});

describe('The Backup Service configuration', () => {
  it('is kept, takes only what its ranges admit, and names the parameter otherwise', async () => {
    using directory = testDirectory();
    let engine = await directory.open();
    assert.deepEqual(engine.backupService.configuration(), defaultBackupServiceConfiguration);
    const change = { syncInterval: 5_000, maxBatchesPerCmsSync: 7 };
    assert.deepEqual(engine.backupService.setConfiguration(change), {
      ...defaultBackupServiceConfiguration,
      ...change,
    });
    const refused: readonly (readonly [object, string])[] = [
      [{ syncInterval: 4_999 }, 'SyncInterval'],
      [{ syncInterval: 10_800_001 }, 'SyncInterval'],
      [{ syncInterval: Number.NaN }, 'SyncInterval'],
      [{ maxBatchesPerUserStoreSync: 0 }, 'MaxBatchesPerUserStoreSync'],
      [{ maxBatchesPerCmsSync: 1.5 }, 'MaxBatchesPerCmsSync'],
      [{ maxDataConfPackageSizeKB: 2 ** 31 }, 'MaxDataConfPackageSizeKB'],
      [{ syncInterval: 60_000, maxConcurrentCalls: -1 }, 'MaxConcurrentCalls'],
    ];
    for (const [wrong, object] of refused) {
      assert.throws(() => engine.backupService.setConfiguration(wrong), { code: 'configuration-invalid', object });
    }
    await engine[Symbol.asyncDispose]();
    engine = await directory.open();
    assert.deepEqual(engine.backupService.configuration(), { ...defaultBackupServiceConfiguration, ...change });
    await engine.lab.initialize(quietRun);
    await engine[Symbol.asyncDispose]();
  });
});
