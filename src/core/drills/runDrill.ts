/** Runs a scenario: clients work, steps are taken one after the other, then everything is compared and the faults mended. */
import { join } from 'node:path';
import type { EngineServices } from '../engine/services.ts';
import { throwIfCancelled } from '../errors.ts';
import type { OperationRun } from '../operations/definition.ts';
import { partnerOf } from '../topology/model.ts';
import { type Comparison, compareFiles, compareRows } from './acknowledged.ts';
import { assess, type DrillFacts } from './assess.ts';
import { type ClientWork, startClients } from './clients.ts';
import { watchContent } from './contentWatch.ts';
import { openDiary, readDiary } from './diary.ts';
import { interruptedFacts } from './interrupted.ts';
import type { DrillReport, StepReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import { takeSteps } from './steps.ts';

/**
 * Resolves to the report, also when a step failed or something expected did not come true. Throws `cancelled`. Faults that
 * the drill made are mended at its end, however it ends. A drill whose engine was killed is not gone on with, because the
 * times of its clients are lost: the next engine compares what there is, mends what is broken, and the report says so.
 */
export async function runDrill(services: EngineServices, scenario: Scenario, run: OperationRun): Promise<DrillReport> {
  const folder = join(services.dataDirectory, 'drills', run.id.replace('job/', ''));
  const former = readDiary(folder);
  if (former === undefined) return runFromStart(services, scenario, run, folder);
  const before = new Set(former.faultsBefore);
  try {
    const facts = await interruptedFacts(services, scenario, run, folder, former);
    const compared = compareAll(services, facts.work);
    return await conclude(services, run, before, former.startedAt, { ...facts, compared });
  } finally {
    await mendOwn(services, before);
  }
}

async function runFromStart(
  services: EngineServices,
  scenario: Scenario,
  run: OperationRun,
  folder: string,
): Promise<DrillReport> {
  const startedAt = new Date().toISOString();
  const before = new Set(services.lab.faults().map(({ id }) => id));
  using diary = openDiary(folder);
  diary.began(startedAt, [...before]);
  const content = watchContent(services, diary);
  const clients = startClients(services, scenario.load ?? [], folder);
  let steps: readonly StepReport[];
  let work: readonly ClientWork[] = [];
  try {
    try {
      steps = await takeSteps({ services, scenario, run, clients, content, diary });
    } finally {
      work = await clients.stop();
    }
    throwIfCancelled(run.signal, scenario.drill);
    run.onProgress({ phase: 'Comparing', done: steps.length, total: steps.length, unit: 'steps' });
    const compared = compareAll(services, work);
    const found = await content.result(run.signal);
    const facts = { scenario, deployment: services.deployment, steps, work, compared, content: found };
    return await conclude(services, run, before, startedAt, { ...facts, interrupted: false });
  } finally {
    await mendOwn(services, before);
  }
}

async function conclude(
  services: EngineServices,
  run: OperationRun,
  before: ReadonlySet<string>,
  startedAt: string,
  facts: DrillFacts,
): Promise<DrillReport> {
  await mendOwn(services, before);
  const { drill, description } = facts.scenario;
  return {
    drill,
    ...(description !== undefined && { description }),
    deployment: services.deployment.name,
    operator: services.operator,
    job: run.id,
    startedAt,
    endedAt: new Date().toISOString(),
    steps: facts.steps,
    ...assess(facts),
    // A loss is not a fault that is left: what of it was not restored is named as lost.
    remainingFaults: ownFaults(services, before).filter(({ kind }) => kind !== 'lose'),
  };
}

function compareAll(services: EngineServices, work: readonly ClientWork[]): readonly Comparison[] {
  return work.map(({ pool, kind, file }) => {
    const compare = kind === 'rows' ? compareRows : compareFiles;
    return compare(services.lab, servedBy(services, pool), file);
  });
}

/** Where the pool's clients find their rows and files now. */
function servedBy({ pools, deployment }: EngineServices, pool: string): string {
  return pools.isServedElsewhere(pool) ? (partnerOf(deployment, pool)?.fqdn ?? pool) : pool;
}

function ownFaults({ lab }: EngineServices, before: ReadonlySet<string>) {
  return lab.faults().filter(({ id }) => !before.has(id));
}

/** Losses stay: only a restore mends them. One that cannot be mended is in the report. */
async function mendOwn(services: EngineServices, before: ReadonlySet<string>): Promise<void> {
  for (const { kind, target } of ownFaults(services, before)) {
    if (kind !== 'lose') await services.lab.mendFault(target).catch(() => {});
  }
}
