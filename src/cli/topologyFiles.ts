/** Which topology file is meant. */
import { globSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { LyncTopologyError } from '../core/errors.ts';
import { formatList } from '../core/operations/amounts.ts';
import type { UncheckedFile } from './checkedFile.ts';

const topologyName = /\.topology\.ya?ml$/i;

/** The file that was named, or the only one in the current folder. Throws `topology-not-found`, `topology-ambiguous`. */
export function findTopologyFile(named: string | undefined, folder = process.cwd()): string {
  if (named !== undefined) return resolve(folder, named);
  const found = readdirSync(folder)
    .filter((name) => topologyName.test(name))
    .sort();
  const [only] = found;
  if (only !== undefined && found.length === 1) return join(folder, only);
  throw new LyncTopologyError({
    code: only === undefined ? 'topology-not-found' : 'topology-ambiguous',
    kind: 'refused',
    object: folder,
    message:
      only === undefined
        ? `There is no *.topology.yaml in ${folder}.`
        : `There are ${found.length} topology files in ${folder}: ${formatList(found)}.`,
    remedy: 'Name the one you mean with --topology FILE.',
  });
}

/** Folders in which nobody keeps topology files of their own. */
const passedOver: readonly string[] = ['node_modules', '.git', '.lync'];

/**
 * Files by name, by pattern (`**` too), and all topology files below a folder: each once. What matches nothing is in the
 * result with the reason, in its place.
 */
export function expandTopologyFiles(patterns: readonly string[]): readonly (string | UncheckedFile)[] {
  const found = new Map<string, string | UncheckedFile>();
  for (const one of patterns.flatMap(expand)) {
    const key = typeof one === 'string' ? resolve(one) : one.file;
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

function expand(pattern: string): readonly (string | UncheckedFile)[] {
  const stats = statSync(pattern, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    const names = globSync('**/*.topology.{yaml,yml}', { cwd: pattern, exclude: isPassedOver });
    return required(
      pattern,
      names.map((name) => join(pattern, name)),
    );
  }
  if (stats !== undefined || !/[*?[{]/.test(pattern)) return [pattern];
  const names = globSync(pattern, { exclude: isPassedOver });
  return required(
    pattern,
    names.filter((name) => statSync(name, { throwIfNoEntry: false })?.isDirectory() === false),
  );
}

function isPassedOver(path: string): boolean {
  return passedOver.includes(basename(path));
}

function required(pattern: string, found: readonly string[]): readonly (string | UncheckedFile)[] {
  if (found.length > 0) return found.toSorted();
  const error = new LyncTopologyError({
    code: 'topology-not-found',
    kind: 'refused',
    object: pattern,
    message: `No topology file matches ${pattern}.`,
    remedy: 'Topology files are named *.topology.yaml; check the pattern and the folder.',
  });
  return [{ file: pattern, error: error.toJSON() }];
}
