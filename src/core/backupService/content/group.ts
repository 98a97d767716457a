/**
 * Finishes a group of carried files. The order is what makes a power loss harmless: bytes durable, then renamed into
 * place, names durable, and only then does the manifest say that the partner has them.
 */

import type { FileAction } from './actions.ts';
import { type CopyItem, type CopyOutcome, temporaryOf } from './copyItem.ts';
import { attempt, type Cycle, prepareParent } from './cycleState.ts';
import { microseconds, permissions, systemCode } from './fileSystem.ts';
import { flushFiles, flushNames, noteFlushFailure } from './flushing.ts';
import type { ManifestRow } from './manifest.ts';
import { placeOf } from './paths.ts';

export interface GroupMember {
  readonly action: FileAction;
  readonly item: CopyItem;
  readonly outcome: CopyOutcome;
  /** Carries the file once more, with its temporary beside the target. */
  readonly again: (beside: boolean) => void;
}

/** Makes the members durable and records them. Failures of single files are noted in the cycle. */
export async function finishGroup(cycle: Cycle, members: readonly GroupMember[]): Promise<void> {
  if (members.length === 0) return;
  const written = members.filter(({ outcome }) => outcome.status === 'written');
  const same = members.filter(({ outcome }) => outcome.status === 'same');
  const checked = new Set<string>();
  try {
    await flushFiles(cycle, [
      ...written.map(({ item }) => temporaryOf(item)),
      ...same.map(({ item }) => item.comparedPath),
    ]);
    const placed = written.filter((member) => place(cycle, member, checked));
    await flushNames(cycle);
    await record(cycle, [...members.filter(({ outcome }) => outcome.status !== 'written'), ...placed]);
  } catch (error) {
    noteFlushFailure(cycle, members[0]?.item.path ?? '', error);
  }
}

/** Renames a complete temporary into place; false when that was not possible. */
function place(cycle: Cycle, member: GroupMember, checked: Set<string>): boolean {
  const { item, action } = member;
  const { fileSystem } = cycle;
  const root = cycle.stream.target.directory;
  const moved = attempt(cycle, item.path, 'target', () => {
    prepareParent(cycle, item.path, checked);
    const target = placeOf(root, item.path);
    const isNew = action.reason === 'new' || action.reason === 'restore';
    if (isNew && !cycle.target.byPath.has(item.path) && exists(cycle, target)) return 'appeared';
    try {
      fileSystem.renameSync(placeOf(root, temporaryOf(item)), target);
    } catch (error) {
      if (systemCode(error) !== 'EXDEV' || item.beside) throw error;
      return 'crossDevice';
    }
    return 'moved';
  });
  if (moved === 'crossDevice') member.again(true);
  if (moved === 'appeared') cycle.changing.push(item.path); // The partner made it meanwhile: the next cycle decides.
  return moved === 'moved';
}

function exists(cycle: Cycle, place: string): boolean {
  return cycle.fileSystem.lstatSync(place, { throwIfNoEntry: false }) !== undefined;
}

async function record(cycle: Cycle, members: readonly GroupMember[]): Promise<void> {
  const { source, target } = cycle.stream;
  const besides = members.map(({ item }) => item).filter((item) => item.beside);
  await cycle.machinery.manifest.commit({
    put: members.map((member) => importedRow(cycle, member)),
    stream: { source: source.pool, target: target.pool, imported: members.length },
    ...(besides.length === 0 ? {} : { temporaries: { pool: target.pool, remove: besides.map(temporaryOf) } }),
  });
  for (const member of members) count(cycle, member);
}

/** The row that says: the partner has this file, with these bytes. */
function importedRow(cycle: Cycle, member: GroupMember): ManifestRow {
  const { action, item, outcome } = member;
  const { entry, row } = action;
  const common = { path: item.path, kind: 'file', state: 'imported', size: item.size, sha256: outcome.sha256 } as const;
  if (action.reason === 'restore' && row !== undefined) {
    const stats = cycle.fileSystem.lstatSync(placeOf(cycle.stream.target.directory, item.path), {
      throwIfNoEntry: false,
    });
    return {
      ...common,
      owner: row.owner,
      mtimeUs: stats === undefined ? outcome.kept.mtimeUs : microseconds(stats),
      mode: stats === undefined ? outcome.kept.mode : permissions(stats.mode),
      inode: stats?.ino ?? 0,
      copyMtimeUs: entry.mtimeUs,
      copyMode: entry.mode,
    };
  }
  return {
    ...common,
    owner: cycle.stream.source.pool,
    mtimeUs: item.mtimeUs,
    mode: entry.mode,
    inode: item.inode,
    copyMtimeUs: outcome.kept.mtimeUs,
    copyMode: outcome.kept.mode,
  };
}

function count(cycle: Cycle, { action, item, outcome }: GroupMember): void {
  const { counts } = cycle;
  counts.bytesWritten += outcome.bytesWritten;
  counts.bytesCarried += item.size;
  if (action.reason === 'restore') {
    counts.restoredFiles += 1;
    counts.restoredBytes += item.size;
  } else if (outcome.status === 'updated') counts.updatedInPlace += 1;
  else if (outcome.status === 'same') counts.metadata += 1;
  else counts.copiedFiles += 1;
}
