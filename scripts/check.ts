// Lint, format, types and what nothing uses, in one command; all of them run, so that one call shows every finding.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from './bootstrap/project.mjs';
import { findUnused } from './unused.ts';

const modules = join(projectFolder, 'node_modules');

const programs = [
  { name: 'lint and format', args: [join(modules, '@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', args: [join(modules, 'typescript/bin/tsc'), '--project', projectFolder] },
];

let failed = false;
for (const { name, args } of programs) {
  const { status } = spawnSync(process.execPath, args, { cwd: projectFolder, stdio: 'inherit' });
  if (status !== 0) failed = true;
  console.log(`${name}: ${status === 0 ? 'clean' : 'see above'}`);
}

const unused = findUnused(projectFolder);
for (const finding of unused) console.log(finding);
console.log(`unused exports and files: ${unused.length === 0 ? 'none' : `${unused.length}, see above`}`);

process.exitCode = failed || unused.length > 0 ? 1 : 0;
