/** Takes the steps of a scenario, one after the other. */
import type { EngineServices } from '../engine/services.ts';
import { errorInformation, LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { OperationRun } from '../operations/definition.ts';
import { parseTimeSpan } from '../topology/values.ts';
import type { Clients } from './clients.ts';
import { conditionWords, judge, waitFor } from './conditions.ts';
import type { ContentWatch } from './contentWatch.ts';
import type { Diary } from './diary.ts';
import { writeAsMachine } from './disks.ts';
import type { StepReport } from './report.ts';
import { defaultTimeout, type Scenario, type ScenarioStep } from './scenario.ts';

export interface Drill {
  readonly services: EngineServices;
  readonly scenario: Scenario;
  readonly run: OperationRun;
  readonly clients: Clients;
  readonly content: ContentWatch;
  readonly diary: Diary;
}

/** The first that fails is the last that is taken. */
export async function takeSteps(drill: Drill): Promise<readonly StepReport[]> {
  const { scenario, run, diary } = drill;
  const reports: StepReport[] = [];
  for (const [index, step] of scenario.steps.entries()) {
    if (reports.some(({ outcome }) => outcome === 'failed')) {
      reports.push(notRun(step, index, 'A step before it failed.'));
      continue;
    }
    const title = nameOfStep(step);
    throwIfCancelled(run.signal, scenario.drill);
    run.onProgress({ phase: 'Drill', done: index, total: scenario.steps.length, unit: 'steps', current: title });
    const report = await takeStep(drill, step, index + 1, title);
    diary.stepEnded(report);
    run.verbose(`${report.number}. ${title}: ${report.outcome}. ${report.detail}`);
    reports.push(report);
  }
  return reports;
}

export function notRun(step: ScenarioStep, index: number, detail: string): StepReport {
  return { number: index + 1, title: nameOfStep(step), outcome: 'not run', detail };
}

export function nameOfStep(step: ScenarioStep): string {
  return step.name ?? titleOf(step);
}

/** What the step does, in a few words. */
export function titleOf(step: ScenarioStep): string {
  if (step.fault !== undefined) return `Fault: ${step.fault.kind} ${step.fault.target}`;
  if (step.mend !== undefined) return `Mend ${step.mend}`;
  if (step.operation !== undefined) return step.operation;
  if (step.wait !== undefined) return `Wait until ${conditionWords(step.wait)}`;
  if (step.write !== undefined) return `${step.write.virtualMachine} writes ${step.write.bytes} bytes`;
  if (step.clients !== undefined) return `${step.clients} transactions of clients`;
  return step.expect === undefined ? 'Nothing' : `Expect ${conditionWords(step.expect)}`;
}

async function takeStep(drill: Drill, step: ScenarioStep, number: number, title: string): Promise<StepReport> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  drill.diary.stepBegins(number, startedAt);
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
    const parameters =
      step.mend.toLowerCase() === 'all' ? { Action: 'clear' } : { Action: 'start', Target: [step.mend] };
    await run.perform({ operation: 'fault', parameters });
    return `Faults that are left: ${services.lab.faults().length}.`;
  }
  if (step.operation !== undefined) return operate(drill, step, step.operation);
  if (step.wait !== undefined) {
    const { timeout, ...condition } = step.wait;
    const limit = timeout === undefined ? defaultTimeout : (parseTimeSpan(timeout) ?? defaultTimeout);
    return (await waitFor(services.status, condition, limit, run.signal)).evidence;
  }
  if (step.write !== undefined) return writeAsMachine(services.dataDirectory, services.deployment, step.write);
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
  const parameters = { Action: kind, Target: [target] };
  await run.perform({ operation: 'fault', parameters });
  return `${services.lab.faults().length} faults are listed.`;
}

async function operate({ run }: Drill, step: ScenarioStep, operation: string): Promise<string> {
  const request = { operation, parameters: step.parameters ?? {} };
  if (step.failsWith === undefined) return outcomeWords(await run.perform(request));
  try {
    await run.perform(request);
  } catch (error) {
    throwIfCancelled(run.signal, operation);
    if (error instanceof LyncTopologyError && error.code === step.failsWith) return `As expected: ${error.message}`;
    throw error;
  }
  throw unexpected(`${operation} fails with ${step.failsWith}`, 'It was completed.');
}

const namedAtMost = 200;

/** What an operation says that it lost, by name. */
function outcomeWords(result: unknown): string {
  if (typeof result !== 'object' || result === null) return 'It was completed.';
  const losses = Object.entries(result).flatMap(([name, value]) =>
    name.startsWith('Lost') && Array.isArray(value) && value.length > 0 ? value.map(String) : [],
  );
  if (losses.length === 0) return 'It was completed.';
  const more = losses.length > namedAtMost ? ` and ${losses.length - namedAtMost} more` : '';
  return `It was completed, with ${losses.length} lost: ${losses.slice(0, namedAtMost).join(', ')}${more}.`;
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
