/** The topology file as engine and commands read it: whole and without errors, or refused with the first of them. */
import { readFileSync } from 'node:fs';
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

/** Throws `topology-not-found`, `topology-unreadable`. */
export function readTopologyText(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw notReadable(file, error);
  }
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
