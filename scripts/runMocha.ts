// Runs mocha over test files: node scripts/runMocha.ts [--grep TEXT] GLOB …

import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { projectFolder } from './bootstrap/project.mjs';
import { type Counts, countsVariable } from './testCounts.ts';

const timeoutMilliseconds = 60_000;
const mayLingerMilliseconds = 10_000;

const { values: options, positionals: globs } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' } },
});

const mocha = new Mocha({
  timeout: timeoutMilliseconds,
  color: process.stdout.isTTY || process.env['CI'] !== undefined,
  ...(options.grep === undefined ? {} : { fgrep: options.grep }),
});
for (const file of globSync(globs, { cwd: projectFolder }).sort()) mocha.addFile(join(projectFolder, file));
await mocha.loadFilesAsync();

const runner = mocha.run((failed) => {
  const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
  report({ passed, failed, skipped });
  process.exitCode = failed > 0 ? 1 : 0;
  failIfLingering();
});

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
