/** Runs a scenario: clients work, steps are taken one after the other, then everything is compared and the faults mended. */
import { join } from 'node:path';
import type { EngineServices } from '../engine/services.ts';
import { errorInformation, LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { OperationRun } from '../operations/definition.ts';
import { partnerOf } from '../topology/model.ts';
import { parseTimeSpan } from '../topology/values.ts';
import { compareRows } from './acknowledged.ts';
import { assess } from './assess.ts';
import { type Clients, type ClientWork, startClients } from './clients.ts';
import { conditionWords, judge, waitFor } from './conditions.ts';
import { type ContentWatch, watchContent } from './contentWatch.ts';
import type { DrillReport, StepReport } from './report.ts';
import { defaultTimeout, type Scenario, type ScenarioStep } from './scenario.ts';

/**
 * Resolves to the report, also when a step failed or something expected did not come true. Throws `cancelled`. Faults that
 * the drill made are mended at its end, however it ends.
 */
export async function runDrill(services: EngineServices, scenario: Scenario, run: OperationRun): Promise<DrillReport> {
  const startedAt = new Date().toISOString();
  const before = new Set(services.lab.faults().map(({ id }) => id));
  const content = watchContent(services);
  const folder = join(services.dataDirectory, 'drills', run.id.replace('job/', ''));
  const clients = startClients(services, scenario.load ?? [], folder);
  let steps: readonly StepReport[];
  let work: readonly ClientWork[] = [];
  try {
    try {
      steps = await takeSteps({ services, scenario, run, clients, content });
    } finally {
      work = await clients.stop();
    }
    throwIfCancelled(run.signal, scenario.drill);
    run.onProgress({ phase: 'Comparing', done: steps.length, total: steps.length, unit: 'steps' });
    const compared = work.map(({ pool, file, unsure }) =>
      compareRows(services.lab, servedBy(services, pool), file, unsure),
    );
    const found = await content.result(run.signal);
    await mendOwn(services, before);
    // A loss is not a fault that is left: what of it was not restored is named as lost.
    const remainingFaults = ownFaults(services, before).filter(({ kind }) => kind !== 'lose');
    const facts = { scenario, steps, work, compared, content: found, deployment: services.deployment };
    return {
      drill: scenario.drill,
      ...(scenario.description !== undefined && { description: scenario.description }),
      deployment: services.deployment.name,
      operator: services.operator,
      job: run.id,
      startedAt,
      endedAt: new Date().toISOString(),
      steps,
      ...assess(facts),
      remainingFaults,
    };
  } finally {
    await mendOwn(services, before);
  }
}

interface Drill {
  readonly services: EngineServices;
  readonly scenario: Scenario;
  readonly run: OperationRun;
  readonly clients: Clients;
  readonly content: ContentWatch;
}

/** The first that fails is the last that is taken. */
async function takeSteps(drill: Drill): Promise<readonly StepReport[]> {
  const { scenario, run } = drill;
  const reports: StepReport[] = [];
  for (const [index, step] of scenario.steps.entries()) {
    const title = step.name ?? titleOf(step);
    if (reports.some(({ outcome }) => outcome === 'failed')) {
      reports.push({ number: index + 1, title, outcome: 'not run', detail: 'A step before it failed.' });
      continue;
    }
    throwIfCancelled(run.signal, scenario.drill);
    run.onProgress({ phase: 'Drill', done: index, total: scenario.steps.length, unit: 'steps', current: title });
    const report = await takeStep(drill, step, index + 1, title);
    run.verbose(`${report.number}. ${title}: ${report.outcome}. ${report.detail}`);
    reports.push(report);
  }
  return reports;
}

async function takeStep(drill: Drill, step: ScenarioStep, number: number, title: string): Promise<StepReport> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const report = (outcome: StepReport['outcome'], detail: string): StepReport => ({
    number,
    title,
    outcome,
    startedAt,
    duration: Math.round(performance.now() - start),
    detail,
  });
  try {
    const detail = await act(drill, step);
    await drill.content.look(drill.run.signal);
    return report('done', detail);
  } catch (error) {
    throwIfCancelled(drill.run.signal, drill.scenario.drill);
    const { message, remedy } = errorInformation(error, title);
    return report('failed', `${message} ${remedy}`);
  }
}

/** What a step does, and what came of it in a sentence. */
async function act(drill: Drill, step: ScenarioStep): Promise<string> {
  const { services, run, clients } = drill;
  if (step.fault !== undefined) return inflict(drill, step.fault);
  if (step.mend !== undefined) {
    const parameters = step.mend.toLowerCase() === 'all' ? { Action: 'clear' } : { Action: 'start', Target: step.mend };
    await run.perform({ operation: 'fault', parameters });
    return `Faults that are left: ${services.lab.faults().length}.`;
  }
  if (step.operation !== undefined) return operate(drill, step, step.operation);
  if (step.wait !== undefined) {
    const { timeout, ...condition } = step.wait;
    const limit = timeout === undefined ? defaultTimeout : (parseTimeSpan(timeout) ?? defaultTimeout);
    return (await waitFor(services.status, condition, limit, run.signal)).evidence;
  }
  if (step.clients !== undefined) {
    await clients.more(step.clients, defaultTimeout, run.signal);
    return `${step.clients} more transactions of clients were acknowledged.`;
  }
  if (step.expect === undefined) return 'Nothing was to be done.';
  const { met, evidence } = await judge(services.status, step.expect, run.signal);
  if (met) return evidence;
  throw unexpected(conditionWords(step.expect), evidence);
}

async function inflict(
  { services, run, content }: Drill,
  { kind, target }: NonNullable<ScenarioStep['fault']>,
): Promise<string> {
  await content.before(kind, target, run.signal);
  const parameters = { Action: kind, Target: target };
  await run.perform({ operation: 'fault', parameters });
  return `${services.lab.faults().length} faults are listed.`;
}

async function operate({ run }: Drill, step: ScenarioStep, operation: string): Promise<string> {
  const request = { operation, parameters: step.parameters ?? {} };
  if (step.failsWith === undefined) {
    await run.perform(request);
    return 'It was completed.';
  }
  try {
    await run.perform(request);
  } catch (error) {
    throwIfCancelled(run.signal, operation);
    if (error instanceof LyncTopologyError && error.code === step.failsWith) return `As expected: ${error.message}`;
    throw error;
  }
  throw unexpected(`${operation} fails with ${step.failsWith}`, 'It was completed.');
}

/** What the step does, in a few words. */
export function titleOf(step: ScenarioStep): string {
  if (step.fault !== undefined) return `Fault: ${step.fault.kind} ${step.fault.target}`;
  if (step.mend !== undefined) return `Mend ${step.mend}`;
  if (step.operation !== undefined) return step.operation;
  if (step.wait !== undefined) return `Wait until ${conditionWords(step.wait)}`;
  if (step.clients !== undefined) return `${step.clients} transactions of clients`;
  return step.expect === undefined ? 'Nothing' : `Expect ${conditionWords(step.expect)}`;
}

function unexpected(statement: string, evidence: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'drill-expectation',
    kind: 'failed',
    object: statement,
    message: `Expected, and not so: ${statement}. ${evidence}`,
    remedy: 'Look at the steps before it, or correct the expectation.',
  });
}

/** Where the pool's clients find their rows now. */
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
