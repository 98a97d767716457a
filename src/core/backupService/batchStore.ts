/**
 * The `BackupStore` of a pool as its partner's exports see it (domain A.8): batches are written to `Temp` and appear in the
 * module's folder by a rename, so that the importing side never sees half a batch.
 *
 * A batch is not flushed to the disk: what counts is the position in the importing database. A batch that is lost before it
 * was imported is collected again.
 */
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LyncTopologyError } from '../errors.ts';

export interface BatchStore {
  /** Throws what keeps batches from being written now: `share-missing`, `server-stopped`. Writes nothing. */
  check(): void;
  /** Makes the batch visible under its name. Throws `share-missing`, `share-unwritable`, `disk-full`, `server-stopped`. */
  write(name: string, header: object, payload: Uint8Array): void;
  /** Throws `sync-failed` when the batch is not there or not what was written. */
  read(name: string): { readonly header: unknown; readonly payload: Uint8Array };
  remove(name: string): void;
  /** Removes batches and temporary files of this stream that an interrupted cycle left. A share that is away is passed over. */
  sweep(): void;
}

/** Folders of the BackupStore that hold batches, one for each family of modules (domain A.8). */
export type BatchFolder = 'UserServices' | 'CentralMgmt' | 'ApplicationServer';

export interface BatchStoreOptions {
  /** The UNC name of the share, for errors. */
  readonly share: string;
  /** The root of the share that must exist; `undefined` when the store may be made wherever it belongs (a mapped share). */
  readonly requiredFolder: string | undefined;
  /** `…/BackupStore` */
  readonly folder: string;
  readonly module: BatchFolder;
  /** Beginning of the names of this stream's batches. */
  readonly prefix: string;
  /** Throws when the file server does not answer. */
  readonly assertReachable: () => void;
}

export function openBatchStore(options: BatchStoreOptions): BatchStore {
  const temporaryFolder = join(options.folder, 'Temp');
  const moduleFolder = join(options.folder, options.module);
  const fileOf = (name: string): string => join(moduleFolder, options.prefix + name);

  function check(): void {
    options.assertReachable();
    if (options.requiredFolder !== undefined && !isFolder(options.requiredFolder)) throw shareMissing(options);
  }

  function makeFolders(): void {
    check();
    mkdirSync(temporaryFolder, { recursive: true });
    mkdirSync(moduleFolder, { recursive: true });
  }

  return {
    check,
    write: (name, header, payload) => {
      const temporary = join(temporaryFolder, options.prefix + name);
      try {
        makeFolders();
        writeFileSync(temporary, encode(header, payload));
        renameSync(temporary, fileOf(name));
      } catch (error) {
        removeQuietly(temporary);
        throw writeError(options, error);
      }
    },
    read: (name) => {
      try {
        return decode(readFileSync(fileOf(name)));
      } catch (cause) {
        throw batchUnreadable(options, fileOf(name), cause);
      }
    },
    remove: (name) => removeQuietly(fileOf(name)),
    sweep: () => {
      for (const folder of [temporaryFolder, moduleFolder]) {
        for (const name of namesIn(folder)) {
          if (name.startsWith(options.prefix)) removeQuietly(join(folder, name));
        }
      }
    },
  };
}

/** `sha-256 of the rest`, header as JSON, payload, separated by line ends. */
function encode(header: object, payload: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), payload]);
  return Buffer.concat([Buffer.from(`${hash('sha256', rest)}\n`), rest]);
}

function decode(file: Buffer): { readonly header: unknown; readonly payload: Uint8Array } {
  const end = file.indexOf('\n');
  const rest = file.subarray(end + 1);
  if (end < 0 || file.toString('latin1', 0, end) !== hash('sha256', rest)) throw new Error('its checksum is wrong');
  const headerEnd = rest.indexOf('\n');
  const header: unknown = JSON.parse(rest.toString('utf8', 0, headerEnd));
  return { header, payload: rest.subarray(headerEnd + 1) };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Swept when the next engine starts; the import position keeps it from being imported again.
  }
}

function shareMissing(options: BatchStoreOptions): LyncTopologyError {
  return new LyncTopologyError({
    code: 'share-missing',
    kind: 'failed',
    object: options.share,
    message: `The file share ${options.share} is not there: ${options.requiredFolder} does not exist.`,
    remedy: 'Bring the share back, or create it anew, empty, with "lync-topology init".',
  });
}

function writeError(options: BatchStoreOptions, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof LyncTopologyError) return error;
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return new LyncTopologyError(
    {
      code: full ? 'disk-full' : 'share-unwritable',
      kind: 'failed',
      object: options.share,
      message: full
        ? `The disk of the file share ${options.share} is full: no batch could be written to ${options.folder}.`
        : `No batch could be written to the file share ${options.share} (${options.folder}): ${error.code}.`,
      remedy: full
        ? 'Free space on it; the next cycle goes on where this one stopped.'
        : 'Correct the permissions of the folder; the next cycle goes on where this one stopped.',
    },
    { cause: error },
  );
}

function batchUnreadable(options: BatchStoreOptions, file: string, cause: unknown): LyncTopologyError {
  const reason = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause);
  return new LyncTopologyError(
    {
      code: 'sync-failed',
      kind: 'failed',
      object: options.share,
      message: `The batch ${file} on the file share ${options.share} cannot be imported: ${reason}.`,
      remedy: 'Nothing of it was imported; the next cycle collects it anew.',
    },
    { cause },
  );
}
