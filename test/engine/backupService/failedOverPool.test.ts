import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { EngineServices } from '../../../src/core/engine/services.ts';
import { planOperation } from '../../../src/core/operations/run.ts';
import { atlanta, initialized, quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';

describe('Operations that take the stores of a pool for the truth', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;

  before(async () => {
    directory = testDirectory();
    engine = await initialized(directory);
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const requests: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['Debug-CsInterPoolReplication', { PoolFqdn: atlanta, ResyncSignatureMismatchItems: true }],
    ['Backup-CsPool', { PoolFqdn: atlanta, SteadyState: true }],
    ['Restore-PoolBackupPackage', { PoolFqdn: atlanta, Package: 'any' }],
  ];
  for (const [operation, parameters] of requests) {
    it(`refuse a pool that has been failed over: ${operation}`, async () => {
      const services: EngineServices = { ...engine, pools: { ...engine.pools, stateOf: () => 'FailedOver' } };
      const plan = await planOperation(services, { operation, parameters }, quietRun.signal);
      const refused = plan.preconditions.find(({ met }) => !met);
      assert.deepEqual([refused?.refusal?.code, refused?.refusal?.object], ['pool-failed-over', atlanta]);
    });
  }
});
