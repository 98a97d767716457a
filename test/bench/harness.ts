/** What every benchmark gives back, and how it is shown. Ratios are what counts: absolute times on a shared machine mean little. */

export interface BenchmarkRow {
  readonly name: string;
  /** Median of ours and of the peer, in `unit`; not a number where there is no peer. */
  readonly ours: number;
  readonly peer: number;
  readonly unit: string;
  readonly peerName: string;
  /** The most that ours divided by peer may be. */
  readonly target?: number;
  /** The most that ours may be, in `unit`: counts on a quiet machine only. */
  readonly budget?: number;
  readonly note?: string;
}

export interface BenchmarkReport {
  readonly title: string;
  readonly rows: readonly BenchmarkRow[];
  readonly notes: readonly string[];
}

export interface BenchmarkOptions {
  /** Smaller amounts, for trying the benchmark itself. */
  readonly quick: boolean;
  readonly log: (line: string) => void;
}

/** A file `*.bench.ts` exports one of these as `benchmark`. */
export type Benchmark = (options: BenchmarkOptions) => Promise<BenchmarkReport>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Runs both in turn, A B A B …, and gives the median of each in milliseconds. One round before them is not counted. */
export async function interleave(
  rounds: number,
  ours: () => number | Promise<number>,
  peer: () => number | Promise<number>,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const own: number[] = [];
  const other: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const mine = await ours();
    const theirs = await peer();
    if (round === 0) continue;
    own.push(mine);
    other.push(theirs);
  }
  return { ours: median(own), peer: median(other) };
}

/** Milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function formatReport(report: BenchmarkReport): string {
  const cells = report.rows.map((row) => [
    row.name,
    `${format(row.ours)} ${row.unit}`,
    Number.isNaN(row.peer) ? '' : `${format(row.peer)} ${row.unit}`,
    row.peerName,
    Number.isNaN(row.peer) ? '' : ratio(row.ours / row.peer),
    row.target === undefined ? '' : verdict(row.ours / row.peer, row.target, ratio(row.target)),
    row.budget === undefined ? '' : verdict(row.ours, row.budget, `${row.budget} ${row.unit}`),
    row.note ?? '',
  ]);
  const header = ['case', 'ours', 'peer', 'peer is', 'ratio', 'target', 'budget', ''];
  const widths = header.map((text, column) => Math.max(text.length, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [`\n${report.title}`, line(header), ...cells.map(line), ...report.notes.map((note) => `  ${note}`)].join('\n');
}

function verdict(value: number, most: number, shown: string): string {
  return `≤ ${shown} ${value <= most ? '✓' : '✗ MISSED'}`;
}

function ratio(value: number): string {
  return value < 0.1 ? value.toFixed(3) : value.toFixed(2);
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
