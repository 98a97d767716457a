/** A file that is to be carried, and what became of it: what the ways of carrying share. */
import type { Stats } from 'node:fs';
import { type FileSystem, type KeptMetadata, microseconds } from './fileSystem.ts';
import { besideTemporary, ownTemporary } from './paths.ts';

/** From this size on a changed file is brought up to date by its differing blocks. */
export const inPlaceBytes = 1024 * 1024;

export interface CopyItem {
  readonly path: string;
  /** Path on the target to compare with; another one than `path` for a rename. */
  readonly comparedPath: string;
  /** The source file as it was planned; anything else found there is a change to be gone round again. */
  readonly size: number;
  readonly mtimeUs: number;
  readonly inode: number;
  /** Mode and time that the copy gets; of a restored file those that its owner had. */
  readonly mode: number;
  readonly copyMtimeUs: number;
  /**
   * `copy`: write a temporary. `compare`: first see whether the bytes agree. `foreign`: the same, but a file with other
   * bytes is the partner's own and must not be touched.
   */
  readonly how: 'copy' | 'compare' | 'foreign';
  /** Whether a changed file may be updated in place. */
  readonly inPlace: boolean;
  /** What the bytes must be (a restore); empty when unknown. */
  readonly expectedSha256: string;
  /** Tells its temporary and its journal from all others. */
  readonly number: number;
  /** Whether the temporary lies beside its target, because that is on another file system than our folder. */
  readonly beside: boolean;
}

/** Relative path of the temporary on the target. */
export function temporaryOf(item: CopyItem): string {
  return item.beside ? besideTemporary(item.path, item.number) : ownTemporary('copy', item.number);
}

/** One batch of files of one stream for one copy worker. */
export interface CopyBatch {
  readonly sourceRoot: string;
  readonly targetRoot: string;
  readonly items: readonly CopyItem[];
  /** See `ContentStream`. */
  readonly slowWays: readonly (readonly string[])[];
}

export type CopyStatus =
  /** The temporary is complete and waits to be flushed and renamed. */
  | 'written'
  /** The target was updated in place and is durable. */
  | 'updated'
  /** The target had the right bytes already. */
  | 'same'
  /** Another file of the partner's own is in the way. */
  | 'foreign'
  /** The source is not what was planned, or changed while it was read. */
  | 'changed'
  /** The bytes are not what the manifest recorded. */
  | 'damaged'
  | 'failed';

export interface CopyOutcome {
  readonly path: string;
  readonly status: CopyStatus;
  readonly sha256: string;
  /** What the target's file system kept of time and mode. */
  readonly kept: KeptMetadata;
  readonly bytesWritten: number;
  readonly failure?: { readonly side: 'source' | 'target'; readonly systemCode: string };
}

/**
 * A file whose last change lies less than this many milliseconds back may change once more without its time showing it
 * (file systems keep time in steps of up to 10 ms). It is read only when the step has passed.
 */
export const settlingMilliseconds = 25;

/** Whether the source is still the file that was planned. */
export function isAsPlanned(stats: Stats, item: CopyItem): boolean {
  return stats.isFile() && stats.size === item.size && microseconds(stats) === item.mtimeUs;
}

/** What cannot be removed now is swept when the cycle ends or at recovery. */
export function removeQuietly(fileSystem: FileSystem, place: string): void {
  try {
    fileSystem.unlinkSync(place);
  } catch {
    // Swept later.
  }
}

export function outcome(item: CopyItem, status: CopyStatus): CopyOutcome {
  return { path: item.path, status, sha256: '', kept: { mtimeUs: 0, mode: 0 }, bytesWritten: 0 };
}
