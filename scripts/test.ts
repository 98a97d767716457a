// Runs every suite, or those named: node scripts/test.ts [NAME …] [--grep TEXT]
// Ends with the line “N passed, N failed”; the exit status is 1 where a test failed or a suite died.

import { closeSync, openSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
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
  /** Its files may run side by side, a part of them on each processor. */
  inParts?: boolean;
}

const suiteLimitMinutes = 30;
const mostParts = 4;
const wrongUsage = 64;

const mocha = (name: string): Suite => ({ name, program: 'runMocha.ts', args: [`test/${name}/**/*.test.ts`] });

/** The quick ones first; while they run, VS Code is fetched for those that need it. */
const suites: Suite[] = [
  { ...mocha('unit'), inParts: true },
  { ...mocha('cli'), inParts: true },
  { ...mocha('engine'), inParts: true },
  { name: 'extension', program: 'testHost/runExtensionTests.ts', args: [], inVsCode: true },
  { ...mocha('workbench'), inVsCode: true },
  { ...mocha('testHost'), inVsCode: true },
  { ...mocha('vsix'), inVsCode: true },
];

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' } },
});

const filter = options.grep === undefined ? [] : ['--grep', options.grep];
const inColor = process.stdout.isTTY || process.env['CI'] !== undefined;

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

async function runSuite(scratch: Scratch, suite: Suite): Promise<Counts> {
  console.log(`\n── ${suite.name} ──`);
  const parts = suite.inParts ? Math.min(availableParallelism(), mostParts) : 1;
  const running = Array.from({ length: parts }, (_, index) => startPart(scratch, suite, index + 1, parts));
  const counts: Counts[] = [];
  for (const { ended, printed } of running) {
    counts.push(await ended);
    if (printed !== undefined) process.stdout.write(readIfThere(printed));
  }
  return sum(counts);
}

/** The first part prints as it runs; the others into a file, which is printed when those before are done. */
function startPart(
  scratch: Scratch,
  { name, program, args }: Suite,
  part: number,
  of: number,
): { ended: Promise<Counts>; printed: string | undefined } {
  const countsFile = join(scratch.folder, `${name}-${part}.json`);
  const printed = part === 1 ? undefined : join(scratch.folder, `${name}-${part}.log`);
  const output = printed === undefined ? undefined : openSync(printed, 'w');
  const share = of === 1 ? [] : ['--part', `${part}/${of}`, ...(inColor ? ['--color'] : [])];
  const child = scratch.spawn(
    process.execPath,
    [join(projectFolder, 'scripts', program), ...filter, ...share, ...args],
    {
      cwd: projectFolder,
      stdio: ['ignore', output ?? 'inherit', 'inherit'],
      env: { [countsVariable]: countsFile },
    },
  );
  if (output !== undefined) closeSync(output);
  const limit = setTimeout(() => {
    console.error(`The suite ${name} has run for ${suiteLimitMinutes} minutes and is ended.`);
    child.kill('SIGKILL');
  }, suiteLimitMinutes * 60_000);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve)).then((status) => {
    clearTimeout(limit);
    const counts = parseCounts(readIfThere(countsFile));
    if (counts === undefined)
      console.error(`The suite ${name} died (status ${status}) before it had counted its tests.`);
    return judge(counts, status, { mayRunNothing: filter.length > 0 });
  });
  return { ended, printed };
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
