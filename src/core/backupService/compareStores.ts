/** Compares the stores of two paired pools, and repairs them on request (`Debug-CsInterPoolReplication`, domain A.5). */
import type { ComparedModule, CompareStoresRun } from '../engine/services.ts';
import { type CompareRun, joinComparisons, type StoreComparison } from './comparison/differences.ts';
import type { StreamRunner } from './streamRunner.ts';
import { synchronizeStreams } from './synchronize.ts';
import { countOf } from './words.ts';

/** Both directions of one module. */
export interface ModuleRunners {
  readonly outgoing: StreamRunner;
  readonly incoming: StreamRunner;
}

/** Compares the module and, when asked, repairs what differs and compares again. */
export async function compareModule(
  { outgoing, incoming }: ModuleRunners,
  run: CompareStoresRun,
): Promise<ComparedModule> {
  const exporting = [outgoing, incoming].filter(({ stream }) => stream.exportsHere);
  const compared = outgoing.stream.comparesPair ? [outgoing] : exporting;
  const { module } = outgoing.stream;
  const request: CompareRun = {
    signal: run.signal,
    detectTwoOwners: run.detectTwoOwners,
    ...(run.commandTimeout === undefined ? {} : { commandTimeout: run.commandTimeout }),
  };
  const found = await compareAll(compared, request);
  run.log(`${module}: ${countOf(found.compared, 'item')} compared, ${countOf(found.differences, 'difference')}.`);
  const repaired = run.repair && found.differences > 0;
  if (repaired) {
    for (const { stream } of compared) await stream.repair(request);
    await synchronizeStreams(exporting, { ...run, acceptLoss: false });
  }
  const left = repaired ? await compareAll(compared, request) : found;
  if (repaired) run.log(`${module}: ${countOf(left.differences, 'difference')} left after the repair.`);
  const waiting = await waitingOf(exporting, run.signal);
  return {
    Identity: module,
    compared: found.compared,
    differences: found.differences,
    repaired: found.differences - left.differences,
    waiting,
    listed: found.listed,
    left: left.differences,
    leftListed: repaired ? left.listed : found.listed,
  };
}

async function compareAll(runners: readonly StreamRunner[], request: CompareRun): Promise<StoreComparison> {
  const parts: StoreComparison[] = [];
  for (const { stream } of runners) parts.push(await stream.compare(request));
  return joinComparisons(parts);
}

/** What the next cycles carry anyway. */
async function waitingOf(runners: readonly StreamRunner[], signal: AbortSignal): Promise<number> {
  let waiting = 0;
  for (const runner of runners) waiting += (await runner.measure(signal)).backlog?.items ?? 0;
  return waiting;
}
