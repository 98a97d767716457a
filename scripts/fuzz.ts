// Runs the tests that try something random over and over, each round with other numbers, until one fails or the time is
// over: npm run fuzz [-- --minutes N] [GLOB …]. A failure prints the numbers to repeat it with.
//
// npm run fuzz -- language-server [--edits N] [--seed N] edits topologies at random over the protocol instead, 100,000 times,
// and compares what the language server says with what one says that has just opened the text.

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFolder } from './bootstrap/project.mjs';

/** The property tests and those that kill at random moments. */
const randomTests = [
  'test/unit/topology/{fixAll,formatting}.test.ts',
  'test/engine/**/*{Histories,history}.test.ts',
  'test/engine/**/undoJournal.test.ts',
  'test/engine/**/kills.test.ts',
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    edits: { type: 'string', default: '100000' },
    seed: { type: 'string' },
  },
});

if (positionals[0] === 'language-server') {
  const seed = Number(options.seed ?? Math.floor(Math.random() * 1_000_000));
  await fuzzLanguageServer(seed, Number(options.edits));
} else runRandomTests();

function runRandomTests(): void {
  const files = globSync(positionals.length > 0 ? positionals : randomTests, { cwd: projectFolder });
  const end = Date.now() + Number(options.minutes) * 60_000;
  let rounds = 0;
  do {
    rounds += 1;
    console.log(`\nRound ${rounds}`);
    const args = [join(projectFolder, 'scripts', 'runMocha.ts'), ...files];
    const { status } = spawnSync(process.execPath, args, { cwd: projectFolder, stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } while (process.exitCode === 0 && Date.now() < end);
  console.log(process.exitCode === 0 ? `${rounds} rounds, all green.` : `Failed in round ${rounds}.`);
}

async function fuzzLanguageServer(seed: number, edits: number): Promise<void> {
  const { editAtRandom } = await import('../test/unit/languageServer/randomEdits.ts');
  // Every error of the YAML library takes a stack trace, which nobody reads.
  Error.stackTraceLimit = 0;
  console.log(`${edits.toLocaleString('en-US')} edits from seed ${seed} on.`);
  let next = 0;
  const onDocument = (made: number): void => {
    if (made < next) return;
    next += edits / 20;
    console.log(`${made.toLocaleString('en-US')} edits, ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB`);
  };
  try {
    const outcome = await editAtRandom({ seed, edits, onDocument });
    console.log(`The servers agree: ${JSON.stringify(outcome)}.`);
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
