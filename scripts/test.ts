// Runs every suite, or those named: node scripts/test.ts [NAME …] [--grep TEXT]
// Ends with the line “N passed, N failed”; the exit status is 1 where a test failed or a suite died.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from './bootstrap/freshBuild.mjs';
import { watchParent } from './bootstrap/parent.mjs';
import { projectFolder } from './bootstrap/project.mjs';
import { type Counts, countsVariable, judge, parseCounts, sum, summary } from './testCounts.ts';
import { openScratch, type Scratch } from './testHost/scratch.ts';

interface Suite {
  name: string;
  program: string;
  args: string[];
  inVsCode?: boolean;
}

const suiteLimitMinutes = 30;
const wrongUsage = 64;

const mocha = (name: string): Suite => ({ name, program: 'runMocha.ts', args: [`test/${name}/**/*.test.ts`] });

/** The quick ones first; while they run, VS Code is fetched for those that need it. */
const suites: Suite[] = [
  mocha('unit'),
  mocha('cli'),
  mocha('engine'),
  { name: 'extension', program: 'testHost/runExtensionTests.ts', args: [], inVsCode: true },
  { ...mocha('workbench'), inVsCode: true },
  { ...mocha('testHost'), inVsCode: true },
  { ...mocha('vsix'), inVsCode: true },
];

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' } },
});

const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No suite ${unknown.join(', ')}. The suites are: ${suites.map(({ name }) => name).join(', ')}.`);
  process.exitCode = wrongUsage;
} else {
  process.exitCode = await run(suites.filter(({ name }) => names.length === 0 || names.includes(name)));
}

async function run(chosen: Suite[]): Promise<number> {
  const scratch = openScratch();
  endWithSignals(scratch);
  const results: { name: string; counts: Counts; seconds: number }[] = [];
  if ((await buildIfStale()) !== 0) {
    console.error('The product could not be built; what follows runs on what was built before.');
    results.push({ name: 'build', counts: { passed: 0, failed: 1, skipped: 0 }, seconds: 0 });
  }
  const fetched = chosen.some(({ inVsCode }) => inVsCode) ? fetchVsCode(scratch) : undefined;
  for (const suite of chosen) {
    if (suite.inVsCode) await fetched;
    const started = Date.now();
    const counts = await runSuite(scratch, suite);
    results.push({ name: suite.name, counts, seconds: Math.round((Date.now() - started) / 1000) });
  }
  await scratch[Symbol.asyncDispose]();
  if (results.length > 1) {
    console.log('');
    for (const { name, counts, seconds } of results) console.log(`${name}: ${summary(counts)} (${seconds} s)`);
  }
  const total = judge(sum(results.map(({ counts }) => counts)), 0);
  console.log(summary(total));
  return total.failed > 0 ? 1 : 0;
}

/** What goes wrong here goes wrong again in the suite that needs it, and is said there. */
function fetchVsCode(scratch: Scratch): Promise<unknown> {
  const program = join(projectFolder, 'scripts', 'testHost', 'fetch.ts');
  const child = scratch.spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => child.on('close', resolve));
}

async function runSuite(scratch: Scratch, { name, program, args }: Suite): Promise<Counts> {
  console.log(`\n── ${name} ──`);
  const countsFile = join(scratch.folder, `${name}.json`);
  const filter = options.grep === undefined ? [] : ['--grep', options.grep];
  const child = scratch.spawn(process.execPath, [join(projectFolder, 'scripts', program), ...filter, ...args], {
    cwd: projectFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { [countsVariable]: countsFile },
  });
  const limit = setTimeout(() => {
    console.error(`The suite ${name} has run for ${suiteLimitMinutes} minutes and is ended.`);
    child.kill('SIGKILL');
  }, suiteLimitMinutes * 60_000);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(limit);
  const counts = parseCounts(readIfThere(countsFile));
  if (counts === undefined) console.error(`The suite ${name} died (status ${status}) before it had counted its tests.`);
  return judge(counts, status, { mayRunNothing: options.grep !== undefined });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function endWithSignals(scratch: Scratch): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      await scratch[Symbol.asyncDispose]();
      process.kill(process.pid, signal);
    });
  }
  watchParent(() => process.kill(process.pid, 'SIGTERM'));
}
