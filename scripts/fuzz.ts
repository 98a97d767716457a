// Runs the tests that try something random over and over, each round with other numbers, until one fails or the time is
// over: npm run fuzz [-- --minutes N] [GLOB …]. A failure prints the numbers to repeat it with.

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFolder } from './bootstrap/project.mjs';

/** The property tests and those that kill at random moments. */
const randomTests = [
  'test/engine/**/*{Histories,history}.test.ts',
  'test/engine/**/undoJournal.test.ts',
  'test/engine/**/kills.test.ts',
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '10' } },
});

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
