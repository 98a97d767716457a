/**
 * What the manifest says about one path of a pair, and how cycles read and change it.
 *
 * Invariants: a path has one owner; `imported` is written only after the copy's bytes and name are durable; a row is
 * `pending` before anything of it appears on the target, so that a file of ours is never taken for the partner's own.
 */

import type { ContentStream } from './types.ts';

/**
 * `pending`: seen on the owner's share, the copy is not known to be durable. `imported`: the partner has it.
 * `deleted`: the owner deleted it (or the operator accepted its loss), the copy may still be there.
 */
export type RowState = 'pending' | 'imported' | 'deleted';

export interface ManifestRow {
  readonly path: string;
  /** FQDN of the pool on whose share the path appeared first. */
  readonly owner: string;
  readonly kind: 'file' | 'directory';
  readonly state: RowState;
  readonly size: number;
  /** Modification time on the owner's share when it was carried. */
  readonly mtimeUs: number;
  readonly mode: number;
  /** File number on the owner's share: recognises a rename. */
  readonly inode: number;
  /** What the partner's file system kept of time and mode. */
  readonly copyMtimeUs: number;
  readonly copyMode: number;
  /** SHA-256 of the bytes carried, in hexadecimal; empty while pending and for directories. */
  readonly sha256: string;
}

/** How far a stream has come, as stored. */
export interface StreamRecord {
  readonly cycle: number;
  readonly sequence: number;
  readonly completedAt: string | null;
}

/** One transaction on the manifest. */
export interface ManifestChange {
  readonly pair: string;
  readonly put?: readonly ManifestRow[];
  readonly forget?: readonly string[];
  /** Temporaries that are about to be made outside our folder, and ones that are gone. */
  readonly temporaries?: {
    readonly pool: string;
    readonly add?: readonly string[];
    readonly remove?: readonly string[];
  };
  /** Items imported by this change, and whether a cycle is completed by it. */
  readonly stream?: {
    readonly source: string;
    readonly target: string;
    readonly imported: number;
    readonly completedAt?: string;
  };
}

/** What a cycle sees of the manifest. In production the other end is the thread that holds the database. */
export interface Manifest {
  /** Rows of the pair by path; kept up to date by `commit`. */
  readonly rows: ReadonlyMap<string, ManifestRow>;
  stream(source: string, target: string): Promise<StreamRecord>;
  temporaries(pool: string): Promise<readonly string[]>;
  /** Resolves when the change is committed. */
  commit(change: Omit<ManifestChange, 'pair'>): Promise<void>;
}

/** The same name for both directions of a pair. */
export function pairOf(first: string, second: string): string {
  return [first.toLowerCase(), second.toLowerCase()].sort().join(' ');
}

/** The name under which the manifest of a stream and of its opposite direction is kept. */
export function manifestOf({ source, target }: ContentStream): string {
  const pair = pairOf(source.pool, target.pool);
  return source.scope === undefined ? pair : `${pair} ${source.scope}`;
}

/** Applies a change to rows held in memory, as the database does. */
export function applyToRows(rows: Map<string, ManifestRow>, change: Omit<ManifestChange, 'pair'>): void {
  for (const path of change.forget ?? []) rows.delete(path);
  for (const row of change.put ?? []) rows.set(row.path, row);
}
