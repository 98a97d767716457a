import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { poolNotFailedOver } from '../pools/errors.ts';
import { callOffRunbook, failBackOperation, failBackRunbook } from '../pools/failBackPool.ts';
import { type PoolContext, type PoolMove, poolSubject } from '../pools/failOverPool.ts';
import { runEndedBefore, unfinishedRun } from '../pools/runs.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { makePlan, precondition } from './plans.ts';
import { evidenceOf, force, leasesOf, moveOf, poolAnswers, poolFqdn, type StepEvidence } from './poolMove.ts';
import { initializedPrecondition, noConflictPrecondition, poolStatus } from './subjects.ts';

const parameters = z.strictObject({ PoolFqdn: poolFqdn, Force: force });
type Parameters = z.infer<typeof parameters>;

export interface PoolFailBackResult {
  readonly PoolFqdn: string;
  readonly BackupPoolFqdn: string;
  /** Rows whose last changes had not been replicated when the pool was left, by name; `null` when that cannot be said. */
  readonly Lost: readonly string[] | null;
  readonly Steps: readonly StepEvidence[];
}

export const invokeCsPoolFailBack: OperationDefinition<typeof parameters, PoolFailBackResult> = {
  name: failBackOperation,
  kind: 'cmdlet',
  title: 'Fail back pool',
  summary: 'Brings the users of a failed-over pool home, with everything that they changed meanwhile.',
  description: [
    'The pool named is the same one as in the failover. The backup pool stops taking changes of its users; what it holds of them, rows and conference content, is copied home and compared; then they are served at home, and both directions are brought to Steady State.',
    'What the pool had not replicated when it was left is named before it is replaced. Files that only its share holds are kept, and exported again.',
    'A failover that was interrupted while it still replicated is called off: the pool takes changes again.',
    'The Central Management store stays where it is. The failback without a backup pool that answers (-DisasterMode of the cmdlet) is not offered here.',
    'It runs in steps that are on record; the same command goes on with a run that was interrupted.',
  ],
  parameters,
  examples: [
    {
      command: 'Invoke-CsPoolFailBack -PoolFqdn atl-cs-001.litwareinc.com',
      explanation: 'Atlanta is back: its users come home.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  resumes: true,
  confirmation: (_given, plan) => plan.confirmation ?? 'Fail back',
  describe: ({ PoolFqdn }) => `Fail back the pool ${PoolFqdn}`,
  leases: (services, given) => leasesOf(services, moveOf(services, given)),
  preconditions: failBackPreconditions,
  plan: async (services, given, signal) => {
    const move = moveOf(services, given);
    return makePlan(invokeCsPoolFailBack, given, {
      title: `Fail back the pool ${move.pool} from ${move.backup}`,
      preconditions: await failBackPreconditions(services, given, signal),
      steps: runbookOf(services, move).steps.map(({ title, detail }) => ({ title, detail })),
      losses: [
        `Nothing that was changed on ${move.backup}. What ${move.pool} had not replicated when it was left is named and replaced.`,
      ],
      confirmation: `Fail back to ${move.pool}`,
    });
  },
  execute: failBack,
};

function runbookOf(services: EngineServices, move: PoolMove): Runbook<PoolContext> {
  const interrupted = unfinishedRun(services, failBackOperation, poolSubject(move.pool));
  const callsOff = services.pools.stateOf(move.pool) === 'FailingOver' || interrupted?.parameters['callOff'] === true;
  return callsOff ? callOffRunbook(move) : failBackRunbook(move);
}

async function failBackPreconditions(
  services: EngineServices,
  given: Parameters,
  signal: AbortSignal,
): Promise<readonly Precondition[]> {
  const move = moveOf(services, given);
  const initialized = initializedPrecondition(services);
  if (!initialized.met) return [initialized];
  const [own, backup] = await Promise.all([
    poolStatus(services, move.pool, signal),
    poolStatus(services, move.backup, signal),
  ]);
  const state = services.pools.stateOf(move.pool);
  const interrupted = unfinishedRun(services, failBackOperation, poolSubject(move.pool));
  return [
    initialized,
    precondition(
      `The pool ${move.pool} is failed over`,
      state !== 'Normal' || interrupted !== undefined,
      `State: ${state}.`,
      () => poolNotFailedOver(move.pool).toJSON(),
    ),
    ...poolAnswers(own),
    ...(state === 'FailingOver' ? [] : poolAnswers(backup)),
    noConflictPrecondition(services, leasesOf(services, move), `${move.pool} and ${move.backup}`),
  ];
}

async function failBack(services: EngineServices, given: Parameters, run: OperationRun): Promise<PoolFailBackResult> {
  const move = moveOf(services, given);
  const ended = runEndedBefore(services, failBackOperation, poolSubject(move.pool), run);
  const steps = { signal: run.signal, onProgress: run.onProgress, log: run.verbose };
  const report = ended ?? (await services.runbooks.run(runbookOf(services, move), { services }, steps));
  return {
    PoolFqdn: move.pool,
    BackupPoolFqdn: move.backup,
    Lost: report.parameters['callOff'] === true ? [] : (services.pools.lossesOf(move.pool)?.rows ?? null),
    Steps: evidenceOf(report),
  };
}
