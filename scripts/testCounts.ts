/** How the tests of a suite ended. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Names the file that a suite writes its counts to, as JSON; in the environment of the suite. */
export const countsVariable = 'LYNC_TOPOLOGY_TEST_COUNTS';

/**
 * Stands before every line that tests in the extension host print, so that they can be told from what the window logs;
 * in the environment of the extension host where such a mark is wanted.
 */
export const testOutputMark = '[lync-topology-test] ';
export const testOutputMarkVariable = 'LYNC_TOPOLOGY_TEST_OUTPUT_MARK';

/** Reads what a suite wrote; undefined where it died before it could. */
export function parseCounts(text: string): Counts | undefined {
  try {
    const { passed, failed, skipped } = JSON.parse(text);
    return [passed, failed, skipped].every(Number.isInteger) ? { passed, failed, skipped } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What a suite contributes to the sum. A suite that died, that ran nothing, or that ended red without a failed test
 * (because something went wrong around the tests) is one failure more, never silence. Where tests were chosen by their
 * title, a suite may have none of them.
 */
export function judge(
  counts: Counts | undefined,
  status: number | null,
  { mayRunNothing = false }: { mayRunNothing?: boolean } = {},
): Counts {
  if (counts === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const ranNothing = !mayRunNothing && counts.passed + counts.failed + counts.skipped === 0;
  const wentWrongAround = status !== 0 && counts.failed === 0;
  return { ...counts, failed: counts.failed + (ranNothing || wentWrongAround ? 1 : 0) };
}

export function sum(all: Counts[]): Counts {
  return all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The last line of a run. */
export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
