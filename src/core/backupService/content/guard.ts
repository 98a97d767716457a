/** Tells a share that lost its content from one whose users deleted something. */
import type { ManifestRow } from './manifest.ts';
import { file, type Tree, type UnreadableFolder } from './tree.ts';
import type { ContentShare, ContentStream, GuardFinding, GuardLimits } from './types.ts';

/** Files that the manifest knows on a share in one role, and how many of them are not there. */
export interface Losses {
  known: number;
  lost: number;
}

/** Judges the source by its own content and the target by its copies of it. */
export function guardFindings(
  stream: ContentStream,
  source: Tree,
  target: Tree,
  own: Losses,
  copies: Losses,
  rows: ReadonlyMap<string, ManifestRow>,
  limits: GuardLimits,
): { readonly sourceFinding: GuardFinding | undefined; readonly targetFinding: GuardFinding | undefined } {
  const pool = stream.source.pool;
  return {
    sourceFinding: judge(stream.source, source, own, limits, knownBelow(source, rows, pool)),
    targetFinding: judge(stream.target, target, copies, limits, knownBelow(target, rows, pool)),
  };
}

/** Looks at the source once more, with a fresh walk, before anything is deleted on the target. */
export function judgeSourceAgain(
  stream: ContentStream,
  source: Tree,
  rows: ReadonlyMap<string, ManifestRow>,
  limits: GuardLimits,
): GuardFinding | undefined {
  const own: Losses = { known: 0, lost: 0 };
  for (const row of rows.values()) {
    if (row.owner !== stream.source.pool || row.kind !== 'file' || row.state === 'deleted') continue;
    own.known += 1;
    if (!source.byPath.has(row.path)) own.lost += 1;
  }
  return judge(stream.source, source, own, limits, knownBelow(source, rows, stream.source.pool));
}

function judge(
  share: ContentShare,
  tree: Tree,
  losses: Losses,
  limits: GuardLimits,
  hidden: UnreadableFolder | undefined,
): GuardFinding | undefined {
  const found = { share: share.name, pool: share.pool, lostFiles: losses.lost, knownFiles: losses.known };
  if (tree.state === 'missing') return { kind: 'missing', directory: share.directory, ...found };
  const code = tree.systemCode ?? hidden?.systemCode;
  if (tree.state === 'unreadable' || hidden !== undefined) {
    const folder = hidden === undefined ? share.directory : `${share.directory}/${hidden.path}`;
    return { kind: 'unreadable', directory: folder, systemCode: code ?? 'EIO', ...found };
  }
  if (losses.known > 0 && losses.lost > 0 && !tree.entries.some((entry) => entry.kind === file)) {
    return { kind: 'empty', ...found };
  }
  return losses.lost >= limits.files && losses.lost > losses.known * limits.part
    ? { kind: 'lost', ...found }
    : undefined;
}

/** A folder that cannot be listed and below which the source's content is known: it is hidden, not deleted. */
function knownBelow(tree: Tree, rows: ReadonlyMap<string, ManifestRow>, owner: string): UnreadableFolder | undefined {
  return tree.unreadable.find((folder) => {
    const prefix = `${folder.path}/`;
    for (const row of rows.values()) {
      if (row.owner !== owner) continue;
      if (row.path.startsWith(prefix) || (row.path === folder.path && !tree.byPath.has(row.path))) return true;
    }
    return false;
  });
}
