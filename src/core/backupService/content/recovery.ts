/** Repairs what an interrupted cycle left on a share, and removes what is ours. */
import { LyncTopologyError } from '../../errors.ts';
import { failureError, SideFailure } from './failures.ts';
import { type FileSystem, flushDirectory, systemCode } from './fileSystem.ts';
import type { Machinery } from './machinery.ts';
import { isBesideTemporary, isOwnTemporary, parentOf, partialFolder, placeOf, requireRealParents } from './paths.ts';
import type { ContentShare, ContentStream, RecoveryResult } from './types.ts';
import { rollBack } from './undoJournal.ts';

/** Recovers both shares of a stream. Repeating it does no harm. */
export async function recoverStream(machinery: Machinery, stream: ContentStream): Promise<RecoveryResult> {
  const first = await recoverShare(machinery, stream, 'target');
  const second = await recoverShare(machinery, stream, 'source');
  return { rolledBack: [...first.rolledBack, ...second.rolledBack], swept: first.swept + second.swept };
}

/** Recovers one share. Throws a named error when it could not be done. */
export async function recoverShare(
  machinery: Machinery,
  stream: ContentStream,
  side: 'source' | 'target',
): Promise<RecoveryResult> {
  const share = stream[side];
  try {
    const inFolder = sweepFolder(machinery.fileSystem, share);
    const beside = await sweepBesides(machinery, share);
    return { rolledBack: inFolder.rolledBack, swept: inFolder.swept + beside };
  } catch (error) {
    if (error instanceof LyncTopologyError) throw error;
    const code = error instanceof SideFailure ? error.systemCode : systemCode(error);
    if (code === undefined) throw error;
    // Recovery writes on either share: what is refused is a write.
    throw failureError({ ...stream, target: share }, { path: partialFolder, side: 'target', systemCode: code }, 1);
  }
}

/** Rolls back interrupted updates and empties our temporary folder. Only names that we give are touched. */
function sweepFolder(fileSystem: FileSystem, share: ContentShare): RecoveryResult {
  const folder = `${share.directory}/${partialFolder}`;
  const stats = fileSystem.lstatSync(folder, { throwIfNoEntry: false });
  const result = { rolledBack: [] as string[], swept: 0 };
  if (stats === undefined || !stats.isDirectory()) return result;
  for (const name of fileSystem.readdirSync(folder)) {
    if (!isOwnTemporary(name)) continue;
    const place = `${folder}/${name}`;
    if (name.startsWith('undo-')) {
      const path = rollBack(fileSystem, share.directory, place);
      if (path !== undefined) result.rolledBack.push(path);
    }
    fileSystem.unlinkSync(place);
    result.swept += 1;
  }
  try {
    fileSystem.rmdirSync(folder);
    // A journal that had to be rolled back must not come back after a power loss; other temporaries may, and are swept then.
    if (result.rolledBack.length > 0) flushDirectory(fileSystem, share.directory);
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error; // Somebody else's files.
  }
  return result;
}

/** Removes the journaled temporaries that had to lie beside their target. */
async function sweepBesides(machinery: Machinery, share: ContentShare): Promise<number> {
  const journaled = await machinery.manifest.temporaries(share.pool);
  let swept = 0;
  for (const path of journaled) {
    if (!isBesideTemporary(path.slice(path.lastIndexOf('/') + 1))) continue;
    try {
      requireRealParents(machinery.fileSystem, share.directory, path, new Set());
      machinery.fileSystem.unlinkSync(placeOf(share.directory, path));
      flushDirectory(machinery.fileSystem, placeOf(share.directory, parentOf(path)));
      swept += 1;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
    }
  }
  if (journaled.length > 0) await machinery.manifest.commit({ temporaries: { pool: share.pool, remove: journaled } });
  return swept;
}
