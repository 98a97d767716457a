/** The topology file as engine and commands read it: whole and without errors, or refused with the first of them. */
import { readFileSync, statSync } from 'node:fs';
import { LyncTopologyError } from '../core/errors.ts';
import { readTopology } from '../core/topology/document.ts';
import type { Deployment } from '../core/topology/model.ts';

/** Throws `topology-not-found`, `topology-unreadable`, `topology-invalid`. */
export function readDeployment(file: string): Deployment {
  const text = readTopologyText(file);
  const { deployment, diagnostics, operable } = readTopology(text);
  if (operable) return deployment;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors[0];
  const line = first === undefined ? 1 : text.slice(0, first.range.start).split('\n').length;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new LyncTopologyError({
    code: 'topology-invalid',
    kind: 'refused',
    object: file,
    message: `${file} has errors, so nothing is run on it: line ${line}: ${first?.message ?? 'it is not complete.'}${more}`,
    remedy: `Correct it in the editor, or see all of them with "lync-topology validate ${file}".`,
  });
}

/** Bytes. Far beyond any deployment, and below what would exhaust the memory before there is an answer. */
const largestFile = 128 * 2 ** 20;

/** Throws `topology-not-found`, `topology-unreadable`. */
export function readTopologyText(file: string): string {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(file);
    if (size > largestFile) throw tooLarge(file, size);
    bytes = readFileSync(file);
  } catch (error) {
    throw error instanceof LyncTopologyError ? error : notReadable(file, error);
  }
  return decodeTopologyText(file, bytes);
}

/** The text of a topology that was read as bytes. Throws `topology-unreadable`. */
export function decodeTopologyText(file: string, bytes: Uint8Array): string {
  if (bytes.length > largestFile) throw tooLarge(file, bytes.length);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new LyncTopologyError(
      {
        code: 'topology-unreadable',
        kind: 'failed',
        object: file,
        message: `${file} is not UTF-8 text.`,
        remedy: 'Save it as UTF-8, or name a topology file.',
      },
      { cause: error },
    );
  }
}

function tooLarge(file: string, size: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'topology-unreadable',
    kind: 'failed',
    object: file,
    message: `${file} has ${Math.ceil(size / 2 ** 20)} MiB; a topology file of more than ${largestFile / 2 ** 20} MiB is not read.`,
    remedy: 'Name a topology file; if this is one, describe its deployments in files of their own.',
  });
}

function notReadable(file: string, error: unknown): LyncTopologyError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
    EISDIR: 'it is a folder',
  };
  return new LyncTopologyError(
    {
      code: missing ? 'topology-not-found' : 'topology-unreadable',
      kind: missing ? 'refused' : 'failed',
      object: file,
      message: missing ? `There is no file ${file}.` : `${file} cannot be read: ${reasons[code] ?? code}.`,
      remedy: missing ? 'Check the name; --topology names the file.' : 'Correct its permissions, or name another file.',
    },
    { cause: error },
  );
}
