/**
 * Batches and outcomes on their way between threads, in columns: thousands of small objects cost more to hand over than
 * the files they stand for cost to copy.
 */
import type { CopyBatch, CopyItem, CopyOutcome, CopyStatus } from './copyItem.ts';

export interface PackedBatch {
  readonly sourceRoot: string;
  readonly targetRoot: string;
  /** Paths, paths to compare with and expected sums, each joined by NUL. */
  readonly paths: string;
  readonly comparedPaths: string;
  readonly sums: string;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly slowWays: CopyBatch['slowWays'];
}

export interface PackedOutcomes {
  readonly sums: string;
  readonly numbers: Float64Array<ArrayBuffer>;
  /** By position. */
  readonly failures: ReadonlyMap<number, NonNullable<CopyOutcome['failure']>>;
}

const hows: readonly CopyItem['how'][] = ['copy', 'compare', 'foreign'];
const statuses: readonly CopyStatus[] = ['written', 'updated', 'same', 'foreign', 'changed', 'damaged', 'failed'];
const itemColumns = 9;
const outcomeColumns = 4;

export function packBatch({ sourceRoot, targetRoot, items, slowWays }: CopyBatch): PackedBatch {
  const numbers = new Float64Array(items.length * itemColumns);
  let at = 0;
  for (const item of items) {
    numbers[at++] = item.size;
    numbers[at++] = item.mtimeUs;
    numbers[at++] = item.inode;
    numbers[at++] = item.mode;
    numbers[at++] = item.copyMtimeUs;
    numbers[at++] = hows.indexOf(item.how);
    numbers[at++] = item.inPlace ? 1 : 0;
    numbers[at++] = item.number;
    numbers[at++] = item.beside ? 1 : 0;
  }
  const join = (text: (item: CopyItem) => string): string => items.map(text).join('\0');
  return {
    sourceRoot,
    targetRoot,
    paths: join((item) => item.path),
    comparedPaths: join((item) => item.comparedPath),
    sums: join((item) => item.expectedSha256),
    numbers,
    slowWays,
  };
}

export function unpackBatch(packed: PackedBatch): CopyBatch {
  const { sourceRoot, targetRoot, paths, comparedPaths, sums, numbers, slowWays } = packed;
  const compared = comparedPaths.split('\0');
  const expected = sums.split('\0');
  const items = paths.split('\0').map((path, index): CopyItem => {
    const number = (column: number): number => numbers[index * itemColumns + column] ?? 0;
    return {
      path,
      comparedPath: compared[index] ?? path,
      size: number(0),
      mtimeUs: number(1),
      inode: number(2),
      mode: number(3),
      copyMtimeUs: number(4),
      how: hows[number(5)] ?? 'foreign',
      inPlace: number(6) === 1,
      expectedSha256: expected[index] ?? '',
      number: number(7),
      beside: number(8) === 1,
    };
  });
  return { sourceRoot, targetRoot, items: numbers.length === 0 ? [] : items, slowWays };
}

export function packOutcomes(outcomes: readonly CopyOutcome[]): PackedOutcomes {
  const numbers = new Float64Array(outcomes.length * outcomeColumns);
  const failures = new Map<number, NonNullable<CopyOutcome['failure']>>();
  let at = 0;
  for (const [index, outcome] of outcomes.entries()) {
    numbers[at++] = statuses.indexOf(outcome.status);
    numbers[at++] = outcome.kept.mtimeUs;
    numbers[at++] = outcome.kept.mode;
    numbers[at++] = outcome.bytesWritten;
    if (outcome.failure !== undefined) failures.set(index, outcome.failure);
  }
  return { sums: outcomes.map(({ sha256 }) => sha256).join('\0'), numbers, failures };
}

/** Outcomes come in the order of the batch; there are fewer of them when the batch ended early. */
export function unpackOutcomes({ sums, numbers, failures }: PackedOutcomes, { items }: CopyBatch): CopyOutcome[] {
  const sha256 = sums.split('\0');
  return items.slice(0, numbers.length / outcomeColumns).map(({ path }, index) => {
    const number = (column: number): number => numbers[index * outcomeColumns + column] ?? 0;
    const failure = failures.get(index);
    return {
      path,
      status: statuses[number(0)] ?? 'failed',
      sha256: sha256[index] ?? '',
      kept: { mtimeUs: number(1), mode: number(2) },
      bytesWritten: number(3),
      ...(failure === undefined ? {} : { failure }),
    };
  });
}
