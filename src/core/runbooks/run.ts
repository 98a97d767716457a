/** Runs a procedure: each step once, in order, recorded before and after; it stops where a step cannot run, and goes on there. */
import { cancelled, errorInformation, LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { Runbook, RunbookReport, RunbookStep, StepRun } from './runbook.ts';
import type { RunbookStore } from './store.ts';

/**
 * Runs a procedure to its end, or goes on with the run of it that was interrupted. Throws the error of the step that could
 * not run, with where the procedure stands; `cancelled` when the signal is raised, between two steps or in one.
 */
export async function runRunbook<Context>(
  store: RunbookStore,
  runbook: Runbook<Context>,
  context: Context,
  run: StepRun,
): Promise<RunbookReport> {
  const { number, resumed } = store.begin(runbook);
  const known = new Map(store.report(number).steps.map((step) => [step.id, step]));
  if (resumed) run.log(`Going on with ${runbook.operation} where it stopped; what is done is not done again.`);
  let position = 0;
  try {
    for (const step of runbook.steps) {
      const place = `Step ${position + 1} of ${runbook.steps.length}`;
      run.onProgress({
        phase: step.title,
        done: position,
        total: runbook.steps.length,
        unit: 'steps',
        current: step.title,
      });
      const before = known.get(step.id);
      if (before?.state === 'done') run.log(`${place}, ${step.title}: done at ${before.endedAt ?? before.startedAt}.`);
      else {
        throwIfCancelled(run.signal, runbook.operation);
        store.stepRuns(number, position);
        const evidence = await perform(step, context, run, place);
        store.stepDone(number, position, evidence);
        run.log(`${place}, ${step.title}: ${evidence}`);
      }
      position += 1;
    }
    store.end(number, 'completed');
  } catch (error) {
    throw stopAt(store, number, runbook, position, error, run.signal);
  }
  const { length } = runbook.steps;
  run.onProgress({ phase: 'Done', done: length, total: length, unit: 'steps' });
  return store.report(number);
}

async function perform<Context>(
  step: RunbookStep<Context>,
  context: Context,
  run: StepRun,
  place: string,
): Promise<string> {
  const there = await step.alreadyDone(context, run.signal);
  if (there !== undefined) return `Already so: ${there}`;
  run.log(`${place}, ${step.title}${step.command === undefined ? '' : `: ${step.command}`}`);
  return step.run(context, run);
}

function stopAt<Context>(
  store: RunbookStore,
  number: number,
  runbook: Runbook<Context>,
  position: number,
  cause: unknown,
  signal: AbortSignal,
): LyncTopologyError {
  const { length } = runbook.steps;
  const title = runbook.steps[position]?.title ?? runbook.operation;
  const isCancelled = signal.aborted || (cause instanceof LyncTopologyError && cause.kind === 'cancelled');
  const stand =
    position === 0
      ? 'Nothing before it was done.'
      : `${position === 1 ? 'Step 1 is' : `Steps 1 to ${position} are`} done and will not be repeated.`;
  const error = isCancelled
    ? new LyncTopologyError({
        ...cancelled(runbook.operation).toJSON(),
        message: `${runbook.operation} was cancelled at step ${position + 1} of ${length} (${title}). ${stand}`,
        remedy: 'Run the same command again: it goes on with this step.',
      })
    : stopped(cause, runbook.operation, `Step ${position + 1} of ${length} (${title})`, stand);
  // What cannot be recorded now (a full disk, say) is found out when the run is taken up again: the step says `running`.
  try {
    store.stepFailed(number, position, error.toJSON());
    store.end(number, 'stopped');
  } catch {}
  return error;
}

function stopped(cause: unknown, operation: string, step: string, stand: string): LyncTopologyError {
  const information = errorInformation(cause, operation);
  return new LyncTopologyError(
    {
      ...information,
      kind: information.kind === 'refused' ? 'refused' : 'failed',
      message: `${step} could not run: ${information.message} ${stand}`,
      remedy: `${information.remedy} Then run the same command again: it goes on with this step.`,
    },
    { cause },
  );
}
