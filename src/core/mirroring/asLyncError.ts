import { LyncTopologyError } from '../errors.ts';

/** Errors of the file system and of the program as one that names the database. */
export function asLyncError(error: unknown, object: string): LyncTopologyError {
  if (error instanceof LyncTopologyError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = error instanceof Error ? error.message : String(error);
  const found = fileSystemCause(code);
  return new LyncTopologyError(
    {
      code: found.code,
      kind: 'failed',
      object,
      message: `${object}: ${found.what} (${reason}).`,
      remedy: found.remedy,
    },
    { cause: error },
  );
}

function fileSystemCause(code: string): {
  readonly code: 'disk-full' | 'access-denied' | 'database-unavailable';
  readonly what: string;
  readonly remedy: string;
} {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { code: 'disk-full', what: 'the disk is full', remedy: 'Free space on that disk; it goes on by itself.' };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'access-denied',
        what: 'a file or folder may not be written or read by this user',
        remedy: 'Correct the permissions of the folder.',
      };
    default:
      return {
        code: 'database-unavailable',
        what: 'a file cannot be used',
        remedy: 'See that its folder and disk are in order, then try again.',
      };
  }
}
