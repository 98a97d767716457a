/** The names that PowerShell shows for the numbers of domain E.2. */
import type { ReplicationStatus } from '../status.ts';

export const replicationStateNames: Readonly<Record<ReplicationStatus['ReplicationState'], string>> = {
  3: 'Replicating',
  7: 'Suspended',
  8: 'Error',
  9: 'WaitingForStartResynchronize',
  10: 'Resynchronizing',
  11: 'ResynchronizeSuspended',
};

export const replicationHealthNames: Readonly<Record<ReplicationStatus['ReplicationHealth'], string>> = {
  1: 'Normal',
  2: 'Warning',
  3: 'Critical',
};
