/**
 * What may not run at the same time. A lease is a path such as `pool/<fqdn>/module/<module>`; it is held for as long as
 * the job that took it runs, so a lease can never outlive its holder.
 */
import { LyncTopologyError } from '../errors.ts';
import type { JobStatus } from '../status.ts';

/** Two leases conflict when they are the same or one is of a thing that contains the other, compared without case. */
export function leasesConflict(first: string, second: string): boolean {
  const left = first.toLowerCase();
  const right = second.toLowerCase();
  return left === right || left.startsWith(`${right}/`) || right.startsWith(`${left}/`);
}

/** The refusal of an operation whose lease is taken; it names the holder. */
export function leaseHeld(operation: string, lease: string, holder: JobStatus): LyncTopologyError {
  return new LyncTopologyError({
    code: 'lease-held',
    kind: 'refused',
    object: lease,
    message:
      `${operation} cannot run now: ${holder.operation} ("${holder.title}"), started by ${holder.operator} at ` +
      `${holder.startedAt ?? holder.queuedAt} as ${holder.id}, works on ${lease}.`,
    remedy: `Wait until ${holder.id} has ended, or cancel it, and run ${operation} again.`,
  });
}
