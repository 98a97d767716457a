/** Deletions travel as tombstones: recorded first, carried out on the target, forgotten when that is durable. */
import { attempt, type Cycle, prepareParent } from './cycleState.ts';
import { guardError } from './failures.ts';
import { systemCode } from './fileSystem.ts';
import { flushNames } from './flushing.ts';
import { judgeSourceAgain } from './guard.ts';
import type { ManifestRow } from './manifest.ts';
import { placeOf } from './paths.ts';
import { special } from './tree.ts';
import type { GuardLimits } from './types.ts';

const rowsPerCommit = 2000;

export interface Deletions {
  readonly files: readonly ManifestRow[];
  /** Children before parents. */
  readonly directories: readonly ManifestRow[];
  /** Gone on both sides. */
  readonly forget: readonly string[];
}

/**
 * Deletes on the target what the source's owner deleted. The source is walked once more just before: a share that is
 * being emptied right now must not be taken at its word. Throws the guard's refusal then.
 */
export async function applyDeletions(
  cycle: Cycle,
  deletions: Deletions,
  limits: GuardLimits,
  acceptLoss: boolean,
): Promise<void> {
  if (deletions.files.length + deletions.directories.length + deletions.forget.length === 0) return;
  const confirmed = await lookAgain(cycle, deletions, limits, acceptLoss);
  await markDeleted(cycle, confirmed);
  const checked = new Set<string>();
  const done: string[] = [...confirmed.forget];
  for (const row of confirmed.files) {
    if (attempt(cycle, row.path, 'target', () => removeFile(cycle, row.path, checked))) done.push(row.path);
  }
  cycle.counts.deletedFiles += done.length - confirmed.forget.length;
  for (const row of confirmed.directories) {
    if (attempt(cycle, row.path, 'target', () => removeFolder(cycle, row.path, checked))) done.push(row.path);
  }
  await flushNames(cycle);
  const { source, target } = cycle.stream;
  for (let start = 0; start < done.length; start += rowsPerCommit) {
    const forget = done.slice(start, start + rowsPerCommit);
    const stream = { source: source.pool, target: target.pool, imported: forget.length };
    await cycle.machinery.manifest.commit({ forget, stream });
  }
}

async function lookAgain(
  cycle: Cycle,
  deletions: Deletions,
  limits: GuardLimits,
  acceptLoss: boolean,
): Promise<Deletions> {
  const [copier] = cycle.machinery.copiers;
  if (copier === undefined) return { files: [], directories: [], forget: [] };
  const source = await copier.walk(cycle.stream.source);
  const finding = judgeSourceAgain(cycle.stream, source, cycle.machinery.manifest.rows, limits);
  const isAcceptable = finding === undefined || finding.kind === 'lost' || finding.kind === 'empty';
  if (finding !== undefined && !(acceptLoss && isAcceptable)) throw guardError(cycle.stream, finding, 'source');
  const isGone = (path: string): boolean => {
    const here = source.byPath.get(path);
    return here === undefined || here.kind === special;
  };
  return {
    files: deletions.files.filter((row) => isGone(row.path)),
    directories: deletions.directories.filter((row) => isGone(row.path)),
    forget: deletions.forget.filter(isGone),
  };
}

async function markDeleted(cycle: Cycle, deletions: Deletions): Promise<void> {
  const rows = [...deletions.files, ...deletions.directories].filter((row) => row.state !== 'deleted');
  for (let start = 0; start < rows.length; start += rowsPerCommit) {
    const put = rows.slice(start, start + rowsPerCommit).map((row): ManifestRow => ({ ...row, state: 'deleted' }));
    await cycle.machinery.manifest.commit({ put });
  }
}

/** True when nothing of ours is left there. What stands there now and is no file is not ours. */
function removeFile(cycle: Cycle, path: string, checked: Set<string>): boolean {
  const place = placeOf(cycle.stream.target.directory, path);
  try {
    prepareParent(cycle, path, checked);
    if (cycle.fileSystem.lstatSync(place).isFile()) cycle.fileSystem.unlinkSync(place);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return true;
}

/** A folder that still holds something of the partner's stays and is the partner's from now on. */
function removeFolder(cycle: Cycle, path: string, checked: Set<string>): boolean {
  if (cycle.failures.some((failure) => failure.path.startsWith(`${path}/`))) return false;
  try {
    prepareParent(cycle, path, checked);
    cycle.fileSystem.rmdirSync(placeOf(cycle.stream.target.directory, path));
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
  }
  return true;
}
