/** Turns what SQLite throws into errors that name the database, the cause and the way out. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorCode, LyncTopologyError } from '../errors.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const primary = {
  perm: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  auth: 23,
  notADatabase: 26,
} as const;

/** Below this many free bytes an input/output error is reported as a full disk: SQLite cannot tell the two apart for `-shm`. */
const nearlyFull = 256 * 1024;

/** The extended result code, when `error` comes from SQLite. */
export function sqliteResultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/**
 * The product's error for what SQLite threw while `label` (a database in words) was used; other errors come back unchanged.
 * A statement that is wrong or breaks a constraint is `commit-rejected`: nothing was stored.
 */
export function translateSqliteError(error: unknown, label: string, file: string): unknown {
  const code = sqliteResultCode(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const found = classify(code & 0xff, file);
  return new LyncTopologyError(
    {
      code: found.code,
      kind: 'failed',
      object: label,
      message: `${found.what(label)} (${error.message}).`,
      remedy: found.remedy,
    },
    { cause: error },
  );
}

interface Classification {
  readonly code: ErrorCode;
  readonly what: (label: string) => string;
  readonly remedy: string;
}

const diskFull: Classification = {
  code: 'disk-full',
  what: (label) => `The disk of ${label} is full`,
  remedy: 'Free space on that disk and try again; nothing of the change was stored.',
};
const accessDenied: Classification = {
  code: 'access-denied',
  what: (label) => `${label} may not be written or read by this user`,
  remedy: 'Correct the permissions of the file and its folder.',
};
const corrupt: Classification = {
  code: 'database-corrupt',
  what: (label) => `The file of ${label} is damaged`,
  remedy: 'Stop using it, keep a copy of the file, and fail over to the partner or restore a backup.',
};
const unavailable: Classification = {
  code: 'database-unavailable',
  what: (label) => `${label} cannot be used`,
  remedy: 'See that its folder and disk are in order and that no other program holds the file, then try again.',
};
const rejected: Classification = {
  code: 'commit-rejected',
  what: (label) => `${label} refused the change`,
  remedy: 'Correct the change; nothing of it was stored.',
};

const notAllowed: Classification = {
  code: 'commit-rejected',
  what: (label) => `${label} lets a change touch nothing but rows of its user tables, and a query change nothing`,
  remedy: 'Correct the change; nothing of it was stored.',
};

function classify(code: number, file: string): Classification {
  switch (code) {
    case primary.full:
      return diskFull;
    case primary.corrupt:
    case primary.notADatabase:
      return corrupt;
    case primary.auth:
      return notAllowed;
    case primary.perm:
    case primary.readOnly:
      return accessDenied;
    case primary.cannotOpen:
      return mayUse(file) ? unavailable : accessDenied;
    case primary.ioError:
      return freeBytes(file) < nearlyFull ? diskFull : unavailable;
    case primary.busy:
    case primary.locked:
    case primary.protocol:
      return unavailable;
    default:
      return rejected;
  }
}

function mayUse(file: string): boolean {
  try {
    accessSync(dirname(file), constants.R_OK | constants.W_OK | constants.X_OK);
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'));
  }
}

function freeBytes(file: string): number {
  try {
    const found = statfsSync(dirname(file));
    return found.bavail * found.bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
