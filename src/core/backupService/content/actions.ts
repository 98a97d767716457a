/** What a cycle is going to do, one by one. */
import type { ManifestRow } from './manifest.ts';
import type { Entry } from './tree.ts';

export type FileReason = 'new' | 'changed' | 'missing' | 'restore';

/** A file to be carried. */
export interface FileAction {
  readonly entry: Entry;
  readonly reason: FileReason;
  readonly how: 'copy' | 'compare' | 'foreign';
  readonly inPlace: boolean;
  /** The manifest's row, when there is one. */
  readonly row: ManifestRow | undefined;
}

export interface DirectoryAction {
  readonly entry: Entry;
  readonly reason: FileReason;
  readonly row: ManifestRow | undefined;
}

export interface RenameAction {
  readonly from: ManifestRow;
  readonly to: Entry;
}

/** Something that has to leave its place on the target before the source's entry can go there. */
export interface ObstacleAction {
  readonly path: string;
  /** `copy`: our own former copy of a file, simply removed. `foreign`: moved aside under a conflict name. */
  readonly what: 'copy' | 'foreign';
}
