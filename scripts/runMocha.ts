// Runs mocha over test files: node scripts/runMocha.ts [--grep TEXT] [--part N/OF] [--color] GLOB …
// With --part, over its share of them: the parts of a suite run side by side.

import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { projectFolder } from './bootstrap/project.mjs';
import { type Counts, countsVariable } from './testCounts.ts';

const timeoutMilliseconds = 60_000;
const mayLingerMilliseconds = 10_000;

/** Seconds that files take about, so that the parts of a suite end together; where it is wrong the run takes longer, no more. */
const longFiles: Readonly<Record<string, number>> = {
  'test/engine/endToEnd/kills.test.ts': 150,
  'test/engine/content/faults.test.ts': 40,
  'test/engine/content/kills.test.ts': 32,
  'test/engine/mirroring/processes.test.ts': 30,
  'test/engine/endToEnd/restore.test.ts': 28,
  'test/engine/pools/kills.test.ts': 26,
  'test/engine/engine/kills.test.ts': 26,
  'test/engine/drills/samples.test.ts': 20,
  'test/engine/mirroring/turmoil.test.ts': 15,
  'test/engine/persistentChat/kills.test.ts': 12,
  'test/engine/mirroring/kills.test.ts': 12,
  'test/unit/topology/incremental.test.ts': 30,
  'test/cli/operations.test.ts': 25,
  'test/cli/backupServiceOperations.test.ts': 15,
  'test/cli/sharing.test.ts': 12,
};
const shortFile = 2;

const { values: options, positionals: globs } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' }, part: { type: 'string', default: '1/1' }, color: { type: 'boolean' } },
});

const mocha = new Mocha({
  timeout: timeoutMilliseconds,
  color: options.color || process.stdout.isTTY || process.env['CI'] !== undefined,
  ...(options.grep === undefined ? {} : { fgrep: options.grep }),
});
for (const file of share(globSync(globs, { cwd: projectFolder }), options.part))
  mocha.addFile(join(projectFolder, file));
await mocha.loadFilesAsync();

const runner = mocha.run((failed) => {
  const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
  report({ passed, failed, skipped });
  process.exitCode = failed > 0 ? 1 : 0;
  failIfLingering();
});

/** The files of one part, in the order of their names: each file goes to the part that has least to do so far. */
function share(files: string[], part: string): string[] {
  const [number = 1, of = 1] = part.split('/').map(Number);
  const seconds = (file: string): number => longFiles[file.replaceAll('\\', '/')] ?? shortFile;
  const parts = Array.from({ length: of }, () => ({ files: [] as string[], seconds: 0 }));
  for (const file of files.sort((a, b) => seconds(b) - seconds(a) || (a < b ? -1 : 1))) {
    const least = parts.reduce((best, each) => (each.seconds < best.seconds ? each : best));
    least.files.push(file);
    least.seconds += seconds(file);
  }
  return (parts[number - 1]?.files ?? []).sort();
}

function report(counts: Counts): void {
  const file = process.env[countsVariable];
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
}

/** Something that a test has left open would keep this process, and the run, for ever; that is a failure of its own. */
function failIfLingering(): void {
  setTimeout(() => {
    console.error(`The tests are over but this still runs: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, mayLingerMilliseconds).unref();
}
