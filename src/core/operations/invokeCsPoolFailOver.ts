import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { failOverOperation, failOverRunbook, poolSubject } from '../pools/failOverPool.ts';
import { runEndedBefore } from '../pools/runs.ts';
import type { OperationDefinition, OperationRun } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { failOverPreconditions } from './poolFailOverPreconditions.ts';
import {
  evidenceOf,
  force,
  leasesOf,
  moveOf,
  poolFqdn,
  type StepEvidence,
  skipDataVerification,
  waitTime,
} from './poolMove.ts';

const parameters = z.strictObject({
  PoolFqdn: poolFqdn,
  DisasterMode: z
    .boolean()
    .optional()
    .meta(meta({ description: 'The pool is lost: it is not contacted, and what it had not replicated is lost.' })),
  SkipDataVerification: skipDataVerification,
  WaitTime: waitTime('How long is waited for the data to arrive.'),
  Force: force,
});
type Parameters = z.infer<typeof parameters>;

export interface PoolFailOverResult {
  readonly PoolFqdn: string;
  readonly BackupPoolFqdn: string;
  readonly Steps: readonly StepEvidence[];
}

export const invokeCsPoolFailOver: OperationDefinition<typeof parameters, PoolFailOverResult> = {
  name: failOverOperation,
  kind: 'cmdlet',
  title: 'Fail over pool',
  summary: 'Serves the users of a pool from its backup pool.',
  description: [
    'The pool named is the one that is left. Without -DisasterMode it is made read-only, replicated until nothing is outstanding, and then its users are served from the backup pool: nothing is lost. With -DisasterMode it is not contacted; what it had not replicated is lost, and is counted and named when it returns.',
    'Users keep their home. Their changes are refused on the pool that was left and taken on the backup pool, their conference content is there. Response groups, call park and the address book are not carried.',
    'Before anything changes: the backup pool must answer, and must not be failed over itself; no Edge pool may have the pool as its next hop; the Central Management store must have been failed over before a pool that is lost.',
    'It runs in steps that are on record; the same command goes on with a run that was interrupted. Invoke-CsPoolFailBack brings the users home.',
  ],
  parameters,
  examples: [
    {
      command: 'Invoke-CsPoolFailOver -PoolFqdn atl-cs-001.litwareinc.com -DisasterMode',
      explanation: 'Atlanta is lost: Dallas serves its users.',
    },
    {
      command: 'Invoke-CsPoolFailOver -PoolFqdn atl-cs-001.litwareinc.com -WhatIf',
      explanation: 'What would be done, and what stands in the way.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  resumes: true,
  confirmation: (_given, plan) => plan.confirmation ?? 'Fail over',
  describe: ({ PoolFqdn }) => `Fail over the pool ${PoolFqdn}`,
  leases: (services, given) => leasesOf(services, moveOf(services, given)),
  preconditions: failOverPreconditions,
  plan: async (services, given, signal) => {
    const move = moveOf(services, given);
    return makePlan(invokeCsPoolFailOver, given, {
      title: `Fail over the pool ${move.pool} to ${move.backup}`,
      preconditions: await failOverPreconditions(services, given, signal),
      steps: failOverRunbook(move).steps.map(({ title, detail }) => ({ title, detail })),
      losses: move.disaster
        ? [`What ${move.pool} had not replicated to ${move.backup}. It is counted and named when ${move.pool} returns.`]
        : ['No data. Changes are refused while it runs; clients try again.'],
      confirmation: `Fail over to ${move.backup}`,
    });
  },
  execute: failOver,
};

async function failOver(services: EngineServices, given: Parameters, run: OperationRun): Promise<PoolFailOverResult> {
  const move = moveOf(services, given);
  const ended = runEndedBefore(services, failOverOperation, poolSubject(move.pool), run);
  const steps = { signal: run.signal, onProgress: run.onProgress, log: run.verbose };
  const report = ended ?? (await services.runbooks.run(failOverRunbook(move), { services }, steps));
  return { PoolFqdn: move.pool, BackupPoolFqdn: move.backup, Steps: evidenceOf(report) };
}
