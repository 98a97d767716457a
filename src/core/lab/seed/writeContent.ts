/** Writes planned content onto a share. */
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfCancelled } from '../../errors.ts';
import type { ShareLocation } from '../../storage/layout.ts';
import { assertInside } from '../../storage/names.ts';
import { fillWithRandomBytes } from '../random.ts';
import { shareError } from '../shareErrors.ts';
import type { PlannedFile } from './contentPlan.ts';

export interface WriteContentOptions {
  readonly share: ShareLocation;
  readonly files: readonly PlannedFile[];
  /** The bytes of a file belong to this and to its path. */
  readonly seed: string;
  readonly signal: AbortSignal;
  readonly onWritten: (files: number, bytes: number) => void;
}

/**
 * Writes the files that are not there with their size and time; others are left alone, so that seeding again, also after
 * it was cancelled or killed, does what is left. Throws `cancelled`, `disk-full`, `share-unwritable`, `path-outside-root`.
 */
export async function writeContent(options: WriteContentOptions): Promise<void> {
  const pending = options.files.values();
  const folders = new Set<string>();
  const work = async (): Promise<void> => {
    for (const file of pending) {
      throwIfCancelled(options.signal, 'Seeding');
      await writeFile(options, file, folders);
      options.onWritten(1, file.size);
    }
  };
  // The others finish the file they are at: whoever is told that it ended finds nothing being written any more.
  const outcomes = await Promise.allSettled(Array.from({ length: writers }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** As many as the thread pool takes. */
const writers = 4;
const pieceSize = 1_048_576;

async function writeFile(options: WriteContentOptions, file: PlannedFile, folders: Set<string>): Promise<void> {
  const path = join(options.share.folder, ...file.path.split('/'));
  try {
    if (await isThere(path, file)) return;
    await makeFolder(options.share.folder, dirname(path), folders);
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noFollow, 0o644);
    try {
      await writeBytes(handle, file, `${options.seed}/${file.path}`);
      const time = new Date(file.modifiedAt);
      await handle.utimes(time, time);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw shareError(error, options.share, path);
  }
}

/** Absent on Windows. */
const noFollow = constants.O_NOFOLLOW ?? 0;

async function isThere(path: string, file: PlannedFile): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === file.size && Math.round(found.mtimeMs) === file.modifiedAt;
}

async function makeFolder(root: string, folder: string, known: Set<string>): Promise<void> {
  if (known.has(folder)) return;
  assertInside(root, folder);
  await mkdir(folder, { recursive: true });
  known.add(folder);
}

async function writeBytes(handle: FileHandle, file: PlannedFile, seed: string): Promise<void> {
  if (file.text !== undefined) {
    await handle.writeFile(file.text);
    return;
  }
  const buffer = Buffer.allocUnsafe(Math.min(pieceSize, file.size));
  for (let offset = 0; offset < file.size; offset += pieceSize) {
    const piece = buffer.subarray(0, Math.min(pieceSize, file.size - offset));
    fillWithRandomBytes(piece, `${seed}/${offset}`);
    await handle.writeFile(piece);
  }
}
