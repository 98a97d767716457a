/** State and health of a relationship, from what was measured and what was asked (domain E.2). */
import type { ReplicationStatus } from '../status.ts';
import type { Measurement } from './measure.ts';
import type { Relationship } from './relationships.ts';
import type { ReplicationRequest } from './requests.ts';

export interface RunningState {
  readonly job: string | undefined;
  readonly paused: boolean;
}

type State = Pick<ReplicationStatus, 'ReplicationState' | 'ReplicationHealth' | 'explanation'>;

export function statusOf(
  { id, type, from, to }: Relationship,
  measured: Measurement,
  request: ReplicationRequest,
  running: RunningState,
): ReplicationStatus {
  return {
    id,
    RelationshipType: type,
    PrimaryServer: from,
    ReplicaServer: to,
    ...stateOf(measured, request, running),
    ...(measured.synchronizedAt !== undefined && { synchronizedAt: measured.synchronizedAt }),
    ...(request.startAt !== undefined && { startAt: request.startAt }),
    ...(running.job !== undefined && { job: running.job }),
    ...(measured.error !== undefined && { error: measured.error.toJSON() }),
  };
}

function stateOf({ error, need }: Measurement, request: ReplicationRequest, running: RunningState): State {
  if (running.paused)
    return {
      ReplicationState: 11,
      ReplicationHealth: 2,
      explanation: 'The resynchronisation is suspended; resume it to go on.',
    };
  if (running.job !== undefined)
    return {
      ReplicationState: 10,
      ReplicationHealth: 2,
      explanation: 'What differs is found and sent to the replica.',
    };
  if (error !== undefined) return { ReplicationState: 8, ReplicationHealth: 3, explanation: error.message };
  if (request.suspended)
    return {
      ReplicationState: 7,
      ReplicationHealth: need === undefined ? 2 : 3,
      explanation: need === undefined ? 'Replication is suspended.' : `Replication is suspended. ${need}`,
    };
  if (need !== undefined)
    return { ReplicationState: 9, ReplicationHealth: 3, explanation: `A resynchronisation is required. ${need}` };
  if (request.startAt !== undefined)
    return { ReplicationState: 9, ReplicationHealth: 1, explanation: 'A resynchronisation is scheduled.' };
  return { ReplicationState: 3, ReplicationHealth: 1, explanation: 'The replica holds what the source holds.' };
}
