/** A drill whose engine was killed: what it had done, what there is to compare, and what became of its steps. */
import type { EngineServices } from '../engine/services.ts';
import { throwIfCancelled } from '../errors.ts';
import type { OperationRun } from '../operations/definition.ts';
import type { DrillFacts } from './assess.ts';
import { kindOf, workFile } from './clients.ts';
import { lostContent } from './content.ts';
import type { ReadDiary } from './diary.ts';
import type { StepReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import { nameOfStep, notRun } from './steps.ts';

/** Waits for the operations of its steps that were interrupted with it and are gone on with. Throws `cancelled`. */
export async function interruptedFacts(
  services: EngineServices,
  scenario: Scenario,
  run: OperationRun,
  folder: string,
  diary: ReadDiary,
): Promise<Omit<DrillFacts, 'compared'>> {
  await untilResumedJobsEnd(services, run);
  const steps = scenario.steps.map((step, index): StepReport => {
    const taken = diary.steps.find(({ number }) => number === index + 1);
    if (taken !== undefined) return taken;
    const { underWay } = diary;
    if (underWay?.number !== index + 1) return notRun(step, index, 'The engine ended before it.');
    return {
      number: index + 1,
      title: nameOfStep(step),
      outcome: 'interrupted',
      startedAt: underWay.startedAt,
      detail: 'The engine ended during this step.',
    };
  });
  const lost = await Promise.all(diary.snapshots.map((snapshot) => lostContent(snapshot, run.signal)));
  const work = (scenario.load ?? []).map((load, index) => ({
    pool: load.pool,
    kind: kindOf(load),
    file: workFile(folder, index),
  }));
  return {
    scenario,
    deployment: services.deployment,
    steps,
    work,
    content: {
      compared: diary.snapshots.reduce((sum, { files }) => sum + files.size, 0),
      lost: lost.flat(),
      wasAway: lost.flat().length > 0,
    },
    interrupted: true,
  };
}

async function untilResumedJobsEnd({ jobs }: EngineServices, run: OperationRun): Promise<void> {
  const areRunning = (): boolean =>
    jobs.list().some(({ id, resumed, endedAt }) => id !== run.id && resumed > 0 && endedAt === undefined);
  const ended = Promise.withResolvers<void>();
  const look = (): void => {
    if (!areRunning() || run.signal.aborted) ended.resolve();
  };
  using _ = jobs.onDidChange(look);
  run.signal.addEventListener('abort', look, { once: true });
  look();
  await ended.promise.finally(() => run.signal.removeEventListener('abort', look));
  throwIfCancelled(run.signal, 'The drill');
}
