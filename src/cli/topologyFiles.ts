/** Which topology file is meant. */
import { globSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LyncTopologyError } from '../core/errors.ts';
import { formatList } from '../core/operations/amounts.ts';

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

/** Files by name, by pattern (`**` too), and all topology files below a folder. Throws `topology-not-found`. */
export function expandTopologyFiles(patterns: readonly string[]): readonly string[] {
  return [...new Set(patterns.flatMap(expand))];
}

function expand(pattern: string): readonly string[] {
  const stats = statSync(pattern, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    return required(
      pattern,
      globSync('**/*.topology.{yaml,yml}', { cwd: pattern }).map((name) => join(pattern, name)),
    );
  }
  if (stats !== undefined || !/[*?[{]/.test(pattern)) return [pattern];
  return required(pattern, globSync(pattern));
}

function required(pattern: string, found: readonly string[]): readonly string[] {
  if (found.length > 0) return found.toSorted();
  throw new LyncTopologyError({
    code: 'topology-not-found',
    kind: 'refused',
    object: pattern,
    message: `No topology file matches ${pattern}.`,
    remedy: 'Topology files are named *.topology.yaml; check the pattern and the folder.',
  });
}
