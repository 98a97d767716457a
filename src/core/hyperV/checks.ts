/** What must hold before a resynchronisation starts; each with what was seen, and the error when it does not hold. */
import { existsSync } from 'node:fs';
import { LyncTopologyError } from '../errors.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { ReplicationCheck } from './contract.ts';
import { diskError, geometryError, hostError, measure } from './measure.ts';
import { filesOf, type Relationship } from './relationships.ts';

/** In order; what cannot be looked at because an earlier one does not hold is left out. */
export function checksOf(
  dataDirectory: DataDirectory,
  relationship: Relationship,
  suspended: boolean,
): readonly ReplicationCheck[] {
  const { machine, from, to } = relationship;
  const { disks, sourceMergeMark } = filesOf(dataDirectory, relationship);
  const hosts = check(`The hosts ${from} and ${to} run`, 'Both answer.', hostError(dataDirectory, relationship));
  if (hosts.error !== undefined) return [hosts];
  const there = check(
    `The disks of ${machine.name} are there on both sides`,
    machine.disks.join(', '),
    diskError(disks),
  );
  if (there.error !== undefined) return [hosts, there];
  const halfMerged = existsSync(sourceMergeMark) ? sourceHalfMerged(relationship) : undefined;
  const whole = check(
    `${machine.name} on ${from} is a state that the machine had`,
    'Nothing is half merged.',
    halfMerged,
  );
  if (whole.error !== undefined) return [hosts, there, whole];
  const geometry = disks.map(geometryError).find((error) => error !== undefined);
  const { need } = measure(dataDirectory, relationship);
  const state = need === undefined && !suspended ? notRequired(relationship) : undefined;
  return [
    hosts,
    there,
    whole,
    check('The disks have the same size for the machine', 'Read from their headers.', geometry),
    check('A resynchronisation is required, or replication is suspended', need ?? 'Replication is suspended.', state),
  ];
}

function check(statement: string, evidence: string, error: LyncTopologyError | undefined): ReplicationCheck {
  return { statement, evidence: error?.message ?? evidence, ...(error !== undefined && { error }) };
}

function sourceHalfMerged({ machine, from }: Relationship): LyncTopologyError {
  return new LyncTopologyError({
    code: 'replication-state-invalid',
    kind: 'refused',
    object: machine.name,
    message: `The replica of ${machine.name} on ${from} is half merged: its resynchronisation was interrupted.`,
    remedy: `Bring that to its end first: Resume-VMReplication -VMName ${machine.name} -Resynchronize.`,
  });
}

function notRequired({ machine, to }: Relationship): LyncTopologyError {
  return new LyncTopologyError({
    code: 'replication-state-invalid',
    kind: 'refused',
    object: machine.name,
    message: `${machine.name} replicates normally: its replica on ${to} requires no resynchronisation.`,
    remedy: `To force one, run Suspend-VMReplication -VMName ${machine.name} first.`,
  });
}
