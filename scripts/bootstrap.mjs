// The first thing that runs in a fresh clone, so it is plain JavaScript for Node 20 and needs no package:
//   node scripts/bootstrap.mjs TASK [ARGUMENT …]
// installs what is missing, builds where the task needs it, and runs the task on the Node 24 that npm installed.

import { join, relative } from 'node:path';
import { installDependencies } from './bootstrap/dependencies.mjs';
import { buildIfStale } from './bootstrap/freshBuild.mjs';
import { BootstrapError, projectFolder, tell } from './bootstrap/project.mjs';
import { runOnNode24 } from './bootstrap/runOnNode24.mjs';

/**
 * @typedef {object} Task
 * @property {string} program
 * @property {string[]} [leadingArguments]
 * @property {true} [needsBuild]
 * @property {true} [inCallersFolder] relative paths in the arguments are those of the folder the caller stands in
 */

/** @type {Record<string, Task>} */
const tasks = {
  'lync-topology': { program: 'dist/cli.js', needsBuild: true, inCallersFolder: true },
  demo: { program: 'scripts/demo.ts', needsBuild: true },
  start: { program: 'scripts/start.ts', needsBuild: true },
  test: { program: 'scripts/test.ts' },
  check: { program: 'scripts/check.ts' },
  format: { program: 'node_modules/@biomejs/biome/bin/biome', leadingArguments: ['check', '--write', '.'] },
  build: { program: 'scripts/build.ts' },
  package: { program: 'scripts/package.ts' },
  bench: { program: 'test/bench/run.ts', needsBuild: true },
  fuzz: { program: 'scripts/fuzz.ts', needsBuild: true },
  screenshots: { program: 'scripts/screenshots.ts', needsBuild: true },
};

const wrongUsage = 64;

try {
  process.exitCode = await run(process.argv[2] ?? '', process.argv.slice(3));
} catch (error) {
  tell(error instanceof BootstrapError ? error.message : String(error));
  process.exitCode = 1;
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<number>} the exit status of the task
 */
async function run(name, args) {
  const task = tasks[name];
  if (task === undefined) {
    tell(`There is no task “${name}”. The tasks are: ${Object.keys(tasks).join(', ')}.`);
    return wrongUsage;
  }
  await installDependencies();
  const buildStatus = task.needsBuild ? await buildIfStale() : 0;
  if (buildStatus !== 0) return buildStatus;
  return runOnNode24([join(projectFolder, task.program), ...(task.leadingArguments ?? []), ...args], {
    cwd: task.inCallersFolder ? callersFolder() : projectFolder,
    endWithParent: !task.inCallersFolder,
  });
}

/** npm runs its scripts in the project's root and keeps the folder of the caller in a variable. */
function callersFolder() {
  const ranByNpm = relative(projectFolder, process.cwd()) === '';
  return (ranByNpm && process.env['INIT_CWD']) || process.cwd();
}
