// Runs mocha over test files: node scripts/runMocha.ts [--grep TEXT] [--part N/OF] [--color] GLOB …
// With --part, over its share of them: the parts of a suite run side by side.

import { globSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { projectFolder } from './bootstrap/project.mjs';
import { type Counts, countsVariable } from './testCounts.ts';

const timeoutMilliseconds = 60_000;
const mayLingerMilliseconds = 10_000;

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

/** The files of one part, in the order of their names: dealt out by their length, so that the parts take about as long. */
function share(files: string[], part: string): string[] {
  const [number = 1, of = 1] = part.split('/').map(Number);
  const length = new Map(files.map((file) => [file, statSync(join(projectFolder, file)).size]));
  const longestFirst = files.sort((a, b) => (length.get(b) ?? 0) - (length.get(a) ?? 0) || (a < b ? -1 : 1));
  return longestFirst.filter((_file, place) => place % of === number - 1).sort();
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
