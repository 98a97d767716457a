import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import { poolNotFailedOver } from '../pools/errors.ts';
import {
  callOffRunbook,
  failBackOperation,
  failBackRunbook,
  failBackWithoutBackupRunbook,
} from '../pools/failBackPool.ts';
import { type PoolContext, type PoolMove, poolSubject } from '../pools/failOverPool.ts';
import { runEndedBefore, unfinishedRun } from '../pools/runs.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { formatCount, formatList } from './amounts.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan, precondition } from './plans.ts';
import { managementIsNotOn } from './poolFailOverPreconditions.ts';
import {
  evidenceOf,
  force,
  leasesOf,
  moveOf,
  poolAnswers,
  poolFqdn,
  type StepEvidence,
  skipDataVerification,
  waitTime,
} from './poolMove.ts';
import { initializedPrecondition, noConflictPrecondition, poolStatus } from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: poolFqdn,
  DisasterMode: z
    .boolean()
    .optional()
    .meta(meta({ description: 'The backup pool is lost: it is not contacted, and what was done there is lost.' })),
  SkipDataVerification: skipDataVerification,
  WaitTime: waitTime('How long is waited for both directions to be steady; 00:00:15 when left out.'),
  Force: force,
});
type Parameters = z.infer<typeof parameters>;

export interface PoolFailBackResult {
  readonly PoolFqdn: string;
  readonly BackupPoolFqdn: string;
  /**
   * Rows whose last changes had not been replicated when the pool was left, by name; `null` when that cannot be said, and
   * with -DisasterMode, where it is what was done on the backup pool, until that answers again.
   */
  readonly Lost: readonly string[] | null;
  /** Files that were changed and not replicated when the pool was left, and where they were kept. */
  readonly Kept: readonly { readonly Path: string; readonly KeptAs: string }[];
  readonly Steps: readonly StepEvidence[];
}

export const invokeCsPoolFailBack: OperationDefinition<typeof parameters, PoolFailBackResult> = {
  name: failBackOperation,
  kind: 'cmdlet',
  title: 'Fail back pool',
  summary: 'Brings the users of a failed-over pool home, with everything that they changed meanwhile.',
  description: [
    'The pool named is the same one as in the failover. The backup pool stops taking changes of its users; what it holds of them, rows and conference content, is copied home and compared; then they are served at home, and both directions are brought to Steady State.',
    'What the pool had not replicated when it was left is named before it is replaced. Files that only its share holds are kept, and exported again. Files that were changed there and never replicated are copied aside before anything takes their place, into BackupStore\\Unreplicated of that share, which no Backup Service carries; the report names each with its place.',
    'A failover that was interrupted while it still replicated is called off: the pool takes changes again.',
    'With -DisasterMode the backup pool is gone: it is not contacted, and the users work with what their own pool holds. What was done for them on the backup pool is lost. When that pool answers again, the next synchronisation names the rows in its log and in the audit log, keeps aside the files that were changed there, and makes its copy anew. Files that were added there come home.',
    'With -SkipDataVerification neither the rows of both pools nor the history and the content of the pool are compared, and no state is waited for; -WaitTime says for how long one is.',
    'The Central Management store stays where it is; it must not be on a backup pool that is lost.',
    'It runs in steps that are on record; the same command goes on with a run that was interrupted.',
  ],
  parameters,
  examples: [
    {
      command: 'Invoke-CsPoolFailBack -PoolFqdn atl-cs-001.litwareinc.com',
      explanation: 'Atlanta is back: its users come home.',
    },
    {
      command: 'Invoke-CsPoolFailBack -PoolFqdn atl-cs-001.litwareinc.com -DisasterMode',
      explanation: 'Dallas, which served the users of Atlanta, is lost: they come home without it.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  resumes: true,
  confirmation: (_given, plan) => plan.confirmation ?? 'Fail back',
  describe: ({ PoolFqdn }) => `Fail back the pool ${PoolFqdn}`,
  leases: (services, given) => leasesOf(services, moveIn(services, given)),
  preconditions: failBackPreconditions,
  plan: async (services, given, signal) => {
    const move = moveIn(services, given);
    return makePlan(invokeCsPoolFailBack, given, {
      title: `Fail back the pool ${move.pool} from ${move.backup}`,
      preconditions: await failBackPreconditions(services, given, signal),
      steps: runbookOf(services, move).steps.map(({ title, detail }) => ({ title, detail })),
      losses: await lossesIn(services, move, signal),
      confirmation: `Fail back to ${move.pool}`,
    });
  },
  execute: failBack,
};

const defaultWaitTime = '00:00:15';

function moveIn(services: EngineServices, given: Parameters): PoolMove {
  return moveOf(services, { ...given, WaitTime: given.WaitTime ?? defaultWaitTime });
}

function runbookOf(services: EngineServices, move: PoolMove): Runbook<PoolContext> {
  const interrupted = unfinishedRun(services, failBackOperation, poolSubject(move.pool));
  const callsOff = services.pools.stateOf(move.pool) === 'FailingOver' || interrupted?.parameters['callOff'] === true;
  if (callsOff) return callOffRunbook(move);
  return move.disaster ? failBackWithoutBackupRunbook(move) : failBackRunbook(move);
}

async function lossesIn(services: EngineServices, move: PoolMove, signal: AbortSignal): Promise<readonly string[]> {
  const { pool, backup } = move;
  if (move.disaster)
    return [
      `What was changed on ${backup} for the users of ${pool} since it served them and has not reached ${pool}. It is counted and named when ${backup} answers again.`,
    ];
  const files = await filesAtStake(services, pool, signal);
  return [
    `Nothing that was changed on ${backup}. What ${pool} had not replicated when it was left is named and replaced.`,
    ...(files.length === 0
      ? []
      : [
          `${formatCount(files.length, 'file')} of ${pool} changed and never replicated: replaced, and kept aside in its BackupStore: ${formatList(files)}.`,
        ]),
  ];
}

/** Kept already, or to be kept; nothing while the share cannot be read, which is then what stands in the way. */
async function filesAtStake({ pools }: EngineServices, pool: string, signal: AbortSignal): Promise<readonly string[]> {
  if (!pools.isServedElsewhere(pool)) return [];
  if (!pools.kept.isExpected(pool)) return pools.kept.of(pool).map(({ path }) => path);
  try {
    return await pools.kept.changed(pool, signal);
  } catch (error) {
    if (error instanceof LyncTopologyError && error.kind !== 'cancelled') return [];
    throw error;
  }
}

async function failBackPreconditions(
  services: EngineServices,
  given: Parameters,
  signal: AbortSignal,
): Promise<readonly Precondition[]> {
  const move = moveIn(services, given);
  const initialized = initializedPrecondition(services);
  if (!initialized.met) return [initialized];
  const state = services.pools.stateOf(move.pool);
  const needsBackup = !move.disaster && state !== 'FailingOver';
  const own = await poolStatus(services, move.pool, signal);
  const backup = needsBackup ? await poolStatus(services, move.backup, signal) : undefined;
  return [
    initialized,
    isAway(services, move),
    ...(move.disaster ? [managementIsNotOn(services, move.backup, move.pool)] : []),
    ...poolAnswers(own),
    ...(backup === undefined ? [] : poolAnswers(backup, withoutBackup(move))),
    noConflictPrecondition(services, leasesOf(services, move), `${move.pool} and ${move.backup}`),
  ];
}

function isAway(services: EngineServices, { pool }: PoolMove): Precondition {
  const state = services.pools.stateOf(pool);
  const interrupted = unfinishedRun(services, failBackOperation, poolSubject(pool));
  return precondition(
    `The pool ${pool} is failed over`,
    state !== 'Normal' || interrupted !== undefined,
    `State: ${state}.`,
    () => poolNotFailedOver(pool).toJSON(),
  );
}

function withoutBackup({ pool, backup }: PoolMove): string {
  return `Bring ${backup} back, or fail back without it: Invoke-CsPoolFailBack -PoolFqdn ${pool} -DisasterMode.`;
}

async function failBack(services: EngineServices, given: Parameters, run: OperationRun): Promise<PoolFailBackResult> {
  const move = moveIn(services, given);
  const ended = runEndedBefore(services, failBackOperation, poolSubject(move.pool), run);
  const steps = { signal: run.signal, onProgress: run.onProgress, log: run.verbose };
  const report = ended ?? (await services.runbooks.run(runbookOf(services, move), { services }, steps));
  const isCalledOff = report.parameters['callOff'] === true;
  const withoutFiles = isCalledOff || report.parameters['disaster'] === true;
  return {
    PoolFqdn: move.pool,
    BackupPoolFqdn: move.backup,
    Lost: isCalledOff ? [] : (services.pools.lossesOf(move.pool)?.rows ?? null),
    Kept: withoutFiles
      ? []
      : services.pools.kept.of(move.pool).map(({ path, keptAs }) => ({ Path: path, KeptAs: keptAs })),
    Steps: evidenceOf(report),
  };
}
