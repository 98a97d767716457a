/**
 * Compares both shares of a stream byte by byte and says of every difference whose it is and what is wrong with it: what
 * sizes and times cannot show, a measurement does not see.
 */
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, lutimesSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { collectFindings, type DifferenceKind, type StoreComparison } from '../comparison/differences.ts';
import { microseconds, nodeFileSystem } from './fileSystem.ts';
import type { ManifestRow } from './manifest.ts';
import { placeOf, requireRealParents } from './paths.ts';
import type { ContentShare, ContentStream, TreeComparison, TreeDifference } from './types.ts';

export interface ShareComparison {
  readonly found: StoreComparison;
  /** Copies whose bytes are wrong although size and time are those of the last import: no cycle notices them. */
  readonly silent: readonly { readonly share: ContentShare; readonly path: string }[];
}

/** Judges what the comparison of two trees found. Reads the owner's files that differ, to tell which side was damaged. */
export async function judgeDifferences(
  stream: ContentStream,
  trees: TreeComparison,
  rowOf: (path: string) => ManifestRow | undefined,
): Promise<ShareComparison> {
  const findings = collectFindings();
  const onlyInSecond = trees.differences.filter(({ kind }) => kind === 'onlyInSecond').length;
  findings.compared(trees.files + trees.directories + onlyInSecond);
  const silent: { share: ContentShare; path: string }[] = [];
  for (const difference of trees.differences) {
    const row = rowOf(difference.path);
    const owner = ownerOf(stream, difference, row);
    const copy = owner === stream.source ? stream.target : stream.source;
    const kind = await kindOf(difference, owner, stream, row);
    findings.add({ name: difference.path, kind, owner: owner.pool });
    if (kind === 'different' && row !== undefined && isUnnoticed(owner, copy, row)) {
      silent.push({ share: copy, path: difference.path });
    }
  }
  return { found: findings.result(), silent };
}

/** Gives a copy a time of its own: the next cycle compares its bytes and brings over what differs, protected as ever. */
export function markForComparison(share: ContentShare, path: string): void {
  requireRealParents(nodeFileSystem, share.directory, path, new Set());
  const now = Date.now() / 1000;
  lutimesSync(placeOf(share.directory, path), now, now);
}

/** A path that the manifest does not know belongs to the share that has it. */
function ownerOf(stream: ContentStream, difference: TreeDifference, row: ManifestRow | undefined): ContentShare {
  if (row !== undefined) return row.owner === stream.target.pool ? stream.target : stream.source;
  return difference.kind === 'onlyInSecond' ? stream.target : stream.source;
}

async function kindOf(
  { kind, path }: TreeDifference,
  owner: ContentShare,
  stream: ContentStream,
  row: ManifestRow | undefined,
): Promise<DifferenceKind> {
  if (kind === 'onlyInFirst') return owner === stream.source ? 'copyMissing' : 'originalMissing';
  if (kind === 'onlyInSecond') return owner === stream.target ? 'copyMissing' : 'originalMissing';
  const untouched = kind === 'bytes' && row?.state === 'imported' && isAsRecorded(owner, path, row.size, row.mtimeUs);
  if (!untouched) return 'different';
  return (await checksumOf(placeOf(owner.directory, path))) === row.sha256 ? 'different' : 'originalDamaged';
}

function isUnnoticed(owner: ContentShare, copy: ContentShare, row: ManifestRow): boolean {
  const kept = isAsRecorded(copy, row.path, row.size, row.copyMtimeUs);
  return kept && isAsRecorded(owner, row.path, row.size, row.mtimeUs);
}

function isAsRecorded(share: ContentShare, path: string, size: number, mtimeUs: number): boolean {
  const stats = lstatSync(placeOf(share.directory, path), { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size === size && microseconds(stats) === mtimeUs;
}

/** SHA-256 in hexadecimal. */
async function checksumOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return digest.digest('hex');
}
