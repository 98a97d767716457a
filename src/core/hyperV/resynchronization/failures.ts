/** What the file system refused, as an error that names the disk, the cause and the way on. */
import { SideFailure } from '../../backupService/content/failures.ts';
import { systemCode } from '../../backupService/content/fileSystem.ts';
import { type ErrorInformation, LyncTopologyError } from '../../errors.ts';

/** `path` is the disk or folder concerned. Errors of the product come back as they are. */
export function diskFailure(error: unknown, path: string): unknown {
  const cause = error instanceof SideFailure ? error.cause : error;
  const code = systemCode(cause);
  return code === undefined ? cause : new LyncTopologyError(informationOf(code, path), { cause });
}

/**
 * `out-of-memory` for what Node.js says when a thread has reached its limit, when the system gives no more, and when more
 * blocks differ than can be kept track of; `undefined` for anything else.
 */
export function memoryFailure(error: unknown): LyncTopologyError | undefined {
  if (!(error instanceof Error) || !isMemory(error)) return undefined;
  const information: ErrorInformation = {
    code: 'out-of-memory',
    kind: 'failed',
    object: 'The resynchronisation',
    message: `The memory of the thread that compares the disks did not suffice: ${error.message}.`,
    remedy:
      'Free memory on this machine, or copy the disk to the replica by other means first; then resynchronise again.',
  };
  return new LyncTopologyError(information, { cause: error });
}

function isMemory(error: Error): boolean {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return true;
  return (
    error instanceof RangeError && /allocation failed|failed to allocate|maximum size exceeded/i.test(error.message)
  );
}

function informationOf(code: string, path: string): ErrorInformation {
  switch (code) {
    case 'ENOENT':
      return {
        code: 'virtual-disk-missing',
        kind: 'failed',
        object: path,
        message: `The virtual disk ${path} is not there.`,
        remedy: 'Bring the file back, or create it anew, empty, with "lync-topology init"; then resynchronise.',
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'access-denied',
        kind: 'failed',
        object: path,
        message: `The system refused access to ${path} (${code}).`,
        remedy: 'Give this account the right to read and write it, then resynchronise again.',
      };
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'disk-full',
        kind: 'failed',
        object: path,
        message: `The disk that holds ${path} is full (${code}).`,
        remedy:
          'Free space there: what differs is gathered beside the replica before it is merged. Then resynchronise again.',
      };
    default:
      return {
        code: 'sync-failed',
        kind: 'failed',
        object: path,
        message: `${path} could not be read or written: the system reported ${code}.`,
        remedy: 'Mend the cause (a file in use, a failing disk), then resynchronise again.',
      };
  }
}
