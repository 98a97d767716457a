/** A seeded engine on which drills run as jobs, as the command line starts them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DrillReport } from '../../../src/core/drills/report.ts';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { JobStatus } from '../../../src/core/status.ts';
import { createEngineApi, type EngineApi } from '../../../src/engineHost/api.ts';
import { initialized, openTestEngine, quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';

export interface Drills extends AsyncDisposable {
  readonly engine: Engine;
  readonly api: EngineApi;
  drill(text: string): Promise<JobStatus>;
  /** The report of a drill that ran to its end. */
  report(text: string): Promise<DrillReport>;
}

export interface DrillRig extends Drills {
  readonly directory: TestDirectory;
}

export async function drillRig(options: Parameters<TestDirectory['open']>[0] = {}): Promise<DrillRig> {
  const directory = testDirectory('lync-drill-');
  {
    await using engine = await initialized(directory, options);
    await engine.lab.seed(
      { users: 20, conferences: 6, contentFiles: 30, contentBytes: 200_000, randomSeed: 7 },
      quietRun,
    );
  }
  const drills = await drillsOn(directory.root, options);
  return {
    ...drills,
    directory,
    [Symbol.asyncDispose]: async () => {
      await drills[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
    },
  };
}

/** On a data directory that is there already, and stays. */
export async function drillsOn(root: string, options: Parameters<TestDirectory['open']>[0] = {}): Promise<Drills> {
  const engine = await openTestEngine(root, options);
  const api = createEngineApi(engine);
  const drill = async (text: string): Promise<JobStatus> => {
    const job = await api.start({ operation: 'drill', parameters: { Scenario: text } });
    return api.jobEnded(job.id);
  };
  let open = true;
  return {
    engine,
    api,
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
      if (!open) return;
      open = false;
      await engine.lab.clearFaults();
      await engine[Symbol.asyncDispose]();
    },
  };
}

export function sample(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../../samples/drills', name), 'utf8');
}

export function isReport(value: unknown): value is DrillReport {
  return typeof value === 'object' && value !== null && 'recovery' in value && 'steps' in value;
}
