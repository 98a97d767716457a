/** A seeded engine on which drills run as jobs, as the command line starts them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DrillReport } from '../../../src/core/drills/report.ts';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { JobStatus } from '../../../src/core/status.ts';
import { createEngineApi, type EngineApi } from '../../../src/engineHost/api.ts';
import { initialized, quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';

export interface DrillRig extends AsyncDisposable {
  readonly engine: Engine;
  readonly api: EngineApi;
  readonly directory: TestDirectory;
  drill(text: string): Promise<JobStatus>;
  /** The report of a drill that ran to its end. */
  report(text: string): Promise<DrillReport>;
}

export async function drillRig(options: Parameters<TestDirectory['open']>[0] = {}): Promise<DrillRig> {
  const directory = testDirectory('lync-drill-');
  const engine = await initialized(directory, options);
  await engine.lab.seed(
    { users: 20, conferences: 6, contentFiles: 30, contentBytes: 200_000, randomSeed: 7 },
    quietRun,
  );
  const api = createEngineApi(engine);
  const drill = async (text: string): Promise<JobStatus> => {
    const job = await api.start({ operation: 'drill', parameters: { Scenario: text } });
    return api.jobEnded(job.id);
  };
  return {
    engine,
    api,
    directory,
    drill,
    report: async (text) => {
      const job = await drill(text);
      assert.equal(job.state, 'completed', job.error?.message);
      const found = await api.execute({ operation: 'report', parameters: { Id: job.id, Format: 'json' } });
      assert.deepEqual(found, job.result);
      assert.ok(isReport(found));
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      await engine.lab.clearFaults();
      await engine[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
    },
  };
}

export function sample(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../../samples/drills', name), 'utf8');
}

export function isReport(value: unknown): value is DrillReport {
  return typeof value === 'object' && value !== null && 'recovery' in value && 'steps' in value;
}
