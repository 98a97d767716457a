/** From what was measured to what the drill says of it: recovery against the objectives, losses, expectations. */
import { formatDuration } from '../operations/amounts.ts';
import type { Deployment } from '../topology/model.ts';
import { parseTimeSpan } from '../topology/values.ts';
import type { Comparison } from './acknowledged.ts';
import type { ClientWork } from './clients.ts';
import type { ContentResult } from './contentWatch.ts';
import { objectiveOf } from './objectives.ts';
import type { ClientReport, DrillReport, ExpectationReport, LossReport, RecoveryReport, StepReport } from './report.ts';
import type { ExpectedLoss, Scenario } from './scenario.ts';

export interface DrillFacts {
  readonly scenario: Scenario;
  readonly deployment: Deployment;
  readonly steps: readonly StepReport[];
  readonly work: readonly ClientWork[];
  /** One for each of `work`. */
  readonly compared: readonly Comparison[];
  readonly content: ContentResult;
  /** The engine ended before the drill did. */
  readonly interrupted: boolean;
}

type Assessment = Pick<DrillReport, 'outcome' | 'clients' | 'recovery' | 'lost' | 'expectations'>;

/** Names in a report; the counts are of all. */
const namedAtMost = 200;

export function assess(facts: DrillFacts): Assessment {
  const recovery = recoveryOf(facts);
  const lost = lossOf(facts);
  const expectations = [...objectiveExpectations(recovery), ...expectationsOf(facts, recovery, lost)];
  const passed =
    facts.steps.every(({ outcome }) => outcome === 'done') &&
    facts.work.every(({ error }) => error === undefined) &&
    expectations.every(({ met }) => met);
  return {
    outcome: facts.interrupted ? 'interrupted' : passed ? 'passed' : 'failed',
    clients: facts.work.map(clientOf),
    recovery,
    lost,
    expectations,
  };
}

function clientOf({ pool, kind, file, report, error }: ClientWork): ClientReport {
  return {
    PoolFqdn: pool,
    kind,
    ...(report !== undefined && {
      transactions: report.commits,
      acknowledged: report.acknowledged,
      refusals: report.refusals,
      longestWait: Math.round(report.longestWait),
    }),
    file,
    ...(error !== undefined && { error }),
  };
}

function recoveryOf(facts: DrillFacts): RecoveryReport {
  const { scenario, deployment, compared } = facts;
  const objective = scenario.objective === undefined ? undefined : objectiveOf(deployment, scenario.objective);
  const time = recoveryTime(facts);
  const point = recoveryPoint(compared);
  return {
    ...(time.value !== undefined && { time: Math.round(time.value) }),
    timeFrom: time.from,
    ...(point !== undefined && { point }),
    ...(objective !== undefined && { objective: `${objective.name} (${objective.from})` }),
    ...(objective?.recoveryTime !== undefined && { allowedTime: objective.recoveryTime }),
    ...(objective?.recoveryPoint !== undefined && { allowedPoint: objective.recoveryPoint }),
  };
}

function recoveryTime({ work, content, interrupted }: DrillFacts): { readonly value?: number; readonly from: string } {
  if (interrupted) return { from: 'The engine ended during the drill, and with it the clocks of the clients.' };
  const refused = work.find(({ stillRefused }) => stillRefused !== undefined);
  if (refused !== undefined) return { from: `Clients of ${refused.pool} were still refused when the drill ended.` };
  const failed = work.find(({ error }) => error !== undefined);
  if (failed !== undefined) return { from: `Clients of ${failed.pool} gave up: ${failed.error}` };
  if (content.wasAway && content.recoveredAfter === undefined) return { from: 'Content is still away.' };
  const waits = work.flatMap(({ report }) => report?.longestWait ?? []);
  const away = content.recoveredAfter;
  const all = away === undefined ? waits : [...waits, away];
  if (all.length === 0) return { from: 'There were no clients and no content was away: nothing was measured.' };
  const value = Math.max(...all);
  const from =
    value === away
      ? 'From the fault until all content of before was there again, with the same bytes.'
      : 'The longest that a transaction of a client had to wait for its acknowledgement.';
  return { value, from };
}

/** How far back the state reaches that survived, as clients were told it; 0 when nothing acknowledged was lost. */
function recoveryPoint(compared: readonly Comparison[]): number | undefined {
  if (compared.length === 0) return undefined;
  const spans = compared.map(({ rows, files, newest }) => {
    const times = [...rows, ...files].flatMap(({ time }) => (time === undefined ? [] : Date.parse(time)));
    return times.length === 0 || newest === undefined ? 0 : Date.parse(newest) - Math.min(...times);
  });
  return Math.max(...spans);
}

function lossOf({ work, compared, content }: DrillFacts): LossReport {
  const rows = compared.flatMap((each) => each.rows);
  const files = [...content.lost, ...compared.flatMap((each) => each.files)];
  const count = (kind: ClientWork['kind']): number =>
    compared.reduce((sum, each, index) => sum + (work[index]?.kind === kind ? each.compared : 0), 0);
  return {
    comparedRows: count('rows'),
    rows: rows.length,
    comparedFiles: content.compared + count('files'),
    files: files.length,
    firstRows: rows.slice(0, namedAtMost),
    firstFiles: files.slice(0, namedAtMost),
  };
}

function objectiveExpectations(recovery: RecoveryReport): readonly ExpectationReport[] {
  const { objective, allowedTime, allowedPoint } = recovery;
  return [
    allowedTime === undefined
      ? []
      : atMost(`Recovery time of ${objective}`, recovery.time, allowedTime, recovery.timeFrom),
    // A drill without clients has no acknowledgements from which a recovery point could be told.
    allowedPoint === undefined || recovery.point === undefined
      ? []
      : atMost(`Recovery point of ${objective}`, recovery.point, allowedPoint, ''),
  ].flat();
}

function expectationsOf(
  { scenario }: DrillFacts,
  recovery: RecoveryReport,
  lost: LossReport,
): readonly ExpectationReport[] {
  const { expect = {} } = scenario;
  const time = expect.recoveryTime === undefined ? undefined : parseTimeSpan(expect.recoveryTime);
  const point = expect.recoveryPoint === undefined ? undefined : parseTimeSpan(expect.recoveryPoint);
  return [
    expect.lostRows === undefined ? [] : losses('acknowledged rows', lost.rows, lost.comparedRows, expect.lostRows),
    expect.lostFiles === undefined ? [] : losses('content files', lost.files, lost.comparedFiles, expect.lostFiles),
    time === undefined ? [] : atMost('Recovery time', recovery.time, time, recovery.timeFrom),
    point === undefined ? [] : atMost('Recovery point', recovery.point, point, 'There were no clients.'),
  ].flat();
}

/** To find nothing lost where nothing was compared proves nothing. */
function losses(what: string, count: number, compared: number, allowed: ExpectedLoss): ExpectationReport {
  const { atLeast = 0, atMost: most = compared } = typeof allowed === 'number' ? { atMost: allowed } : allowed;
  const met = compared > 0 && count >= atLeast && count <= most;
  const evidence = compared === 0 ? 'Nothing was compared.' : `${count} of ${compared} were lost.`;
  const bounds = [
    ...(atLeast === 0 ? [] : [`at least ${atLeast}`]),
    ...(typeof allowed !== 'number' && allowed.atMost === undefined ? [] : [`at most ${most}`]),
  ].join(' and ');
  return { statement: `${bounds.slice(0, 1).toUpperCase()}${bounds.slice(1)} ${what} are lost`, met, evidence };
}

function atMost(what: string, measured: number | undefined, allowed: number, otherwise: string): ExpectationReport {
  return {
    statement: `${what} of at most ${formatDuration(allowed)}`,
    met: measured !== undefined && measured <= allowed,
    evidence: measured === undefined ? otherwise : `Measured: ${formatDuration(measured)}.`,
  };
}
