/** Parameters and preconditions that failing a pool over and back have in common. */
import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import type { ErrorInformation } from '../errors.ts';
import type { PoolMove } from '../pools/failOverPool.ts';
import type { RunbookReport } from '../runbooks/runbook.ts';
import type { PoolStatus } from '../status.ts';
import { parseTimeSpan } from '../topology/values.ts';
import type { Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { precondition } from './plans.ts';
import { poolRunsPrecondition, requirePartner, sharePrecondition } from './subjects.ts';

export const poolFqdn = z.string().meta(
  meta({
    description: 'The pool that is left, or come back to: the same one for the failover and the failback.',
    offers: 'pairedPool',
    placeholder: 'FQDN',
  }),
);

export const skipDataVerification = z
  .boolean()
  .optional()
  .meta(meta({ description: 'Does not verify that the data has arrived.' }));

export function waitTime(described: string) {
  return z
    .string()
    .refine((text) => parseTimeSpan(text) !== undefined, { error: 'it must be a time span, 00:05:00 for instance' })
    .optional()
    .meta(meta({ description: described, placeholder: 'TIMESPAN' }));
}

export const force = z
  .boolean()
  .optional()
  .meta(meta({ description: 'Does not ask. Accepted because scripts pass it.' }));

export interface StepEvidence {
  readonly Step: string;
  readonly Evidence: string;
}

export function evidenceOf(report: RunbookReport): readonly StepEvidence[] {
  return report.steps.map(({ title, evidence }) => ({ Step: title, Evidence: evidence ?? '' }));
}

interface MoveParameters {
  readonly PoolFqdn: string;
  readonly DisasterMode?: boolean | undefined;
  readonly SkipDataVerification?: boolean | undefined;
  readonly WaitTime?: string | undefined;
}

/** Throws `pool-not-paired`. */
export function moveOf(services: EngineServices, given: MoveParameters): PoolMove {
  return {
    pool: given.PoolFqdn,
    backup: requirePartner(services.deployment, given.PoolFqdn).fqdn,
    disaster: given.DisasterMode === true,
    skipVerification: given.SkipDataVerification === true,
    waitTime: parseTimeSpan(given.WaitTime ?? '') ?? 0,
  };
}

/** Both directions of everything that a move carries, and both pools as such. */
export function leasesOf(services: EngineServices, { pool, backup }: PoolMove): readonly string[] {
  return [pool, backup].flatMap((each) => [
    `pool/${each}/failover`,
    ...services.backupService
      .modulesOf(each)
      .filter((module) => module !== 'CentralMgmt.CMSMaster')
      .map((module) => `pool/${each}/module/${module}`),
  ]);
}

/** Its Front Ends run, its user database has a principal, its share can be read. `remedy` replaces the way out. */
export function poolAnswers(pool: PoolStatus, remedy?: string): readonly Precondition[] {
  return [poolRunsPrecondition(pool), hasPrincipal(pool), sharePrecondition(pool)].map((found) =>
    found.met || remedy === undefined || found.refusal === undefined
      ? found
      : { ...found, remedy, refusal: { ...found.refusal, remedy } },
  );
}

function hasPrincipal(pool: PoolStatus): Precondition {
  const users = pool.databases.find(({ DatabaseName }) => DatabaseName === 'rtcxds');
  return precondition(
    `The user database of ${pool.fqdn} has a principal`,
    users?.principal !== undefined,
    users?.explanation ?? 'The topology gives the pool no User databases.',
    (): ErrorInformation => ({
      code: 'database-no-principal',
      kind: 'refused',
      object: `rtcxds of ${pool.fqdn}`,
      message: `rtcxds of ${pool.fqdn} has no principal. ${users?.error?.message ?? users?.explanation ?? ''}`,
      remedy: users?.error?.remedy ?? 'Bring its SQL Server back.',
    }),
  );
}
