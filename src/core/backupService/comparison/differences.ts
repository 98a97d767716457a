/** What the comparison of two pools' stores finds (`Debug-CsInterPoolReplication`, domain A.5). */

/**
 * - `copyMissing`: the owner has it, its partner does not.
 * - `originalMissing`: the partner keeps a copy of what the owner does not have.
 * - `different`: both have it, and the copy is not what the owner has.
 * - `originalDamaged`: the owner's file is not what was carried of it, although nobody wrote it since; the copy is.
 * - `twoOwners`: each pool says that it is its own. Which of them is right is for a person to say.
 */
export type DifferenceKind = 'copyMissing' | 'originalMissing' | 'different' | 'originalDamaged' | 'twoOwners';

export interface StoreDifference {
  /** A row (`users sip:ann@litwareinc.com`), a relative path, or the name of a document. */
  readonly name: string;
  readonly kind: DifferenceKind;
  /** FQDN of the pool to which it belongs. */
  readonly owner: string;
}

export interface StoreComparison {
  /** Rows, files and folders, or documents that were compared. */
  readonly compared: number;
  readonly differences: number;
  readonly counts: Readonly<Record<DifferenceKind, number>>;
  /** The first of them, at most `mostListed`. */
  readonly listed: readonly StoreDifference[];
}

export interface CompareRun {
  readonly signal: AbortSignal;
  /** Milliseconds that reading one table of both databases may take; no limit when absent. */
  readonly commandTimeout?: number;
  /** Look for what both pools say is theirs. */
  readonly detectTwoOwners: boolean;
}

/** Differences that are kept by name: of more than that the number is told. */
const mostListed = 500;

export interface Findings {
  compared(count: number): void;
  add(difference: StoreDifference): void;
  result(): StoreComparison;
}

export function collectFindings(): Findings {
  let compared = 0;
  const counts = { copyMissing: 0, originalMissing: 0, different: 0, originalDamaged: 0, twoOwners: 0 };
  const listed: StoreDifference[] = [];
  return {
    compared: (count) => {
      compared += count;
    },
    add: (difference) => {
      counts[difference.kind] += 1;
      if (listed.length < mostListed) listed.push(difference);
    },
    result: () => ({ compared, differences: total(counts), counts: { ...counts }, listed: [...listed] }),
  };
}

/** Several comparisons as one. */
export function joinComparisons(parts: readonly StoreComparison[]): StoreComparison {
  const counts = { copyMissing: 0, originalMissing: 0, different: 0, originalDamaged: 0, twoOwners: 0 };
  for (const part of parts) {
    counts.copyMissing += part.counts.copyMissing;
    counts.originalMissing += part.counts.originalMissing;
    counts.different += part.counts.different;
    counts.originalDamaged += part.counts.originalDamaged;
    counts.twoOwners += part.counts.twoOwners;
  }
  return {
    compared: parts.reduce((sum, part) => sum + part.compared, 0),
    differences: total(counts),
    counts,
    listed: parts.flatMap(({ listed }) => listed).slice(0, mostListed),
  };
}

function total(counts: Readonly<Record<DifferenceKind, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
