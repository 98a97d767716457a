/** Return codes of `Resynchronize` (domain E.1) and the causes that lead to them here. */
import type { ErrorCode } from '../errors.ts';

export const returnCodes = {
  completed: 0,
  started: 4096,
  failed: 32768,
  accessDenied: 32769,
  notSupported: 32770,
  statusUnknown: 32771,
  timeout: 32772,
  invalidParameter: 32773,
  inUse: 32774,
  invalidState: 32775,
  incorrectDataType: 32776,
  notAvailable: 32777,
  outOfMemory: 32778,
  fileNotFound: 32779,
} as const;

const byCause: Partial<Record<ErrorCode, number>> = {
  'access-denied': returnCodes.accessDenied,
  'role-missing': returnCodes.accessDenied,
  'machine-not-replicated': returnCodes.notSupported,
  'sync-failed': returnCodes.statusUnknown,
  'timed-out': returnCodes.timeout,
  'machine-unknown': returnCodes.invalidParameter,
  'argument-invalid': returnCodes.invalidParameter,
  'lease-held': returnCodes.inUse,
  'replication-state-invalid': returnCodes.invalidState,
  'server-stopped': returnCodes.notAvailable,
  'out-of-memory': returnCodes.outOfMemory,
  'virtual-disk-missing': returnCodes.fileNotFound,
};

/** 32768 for what has no code of its own: a full disk, a disk that is no virtual disk, a defect. */
export function returnCodeOf(code: ErrorCode): number {
  return byCause[code] ?? returnCodes.failed;
}
