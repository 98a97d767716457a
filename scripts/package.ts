// Makes the .vsix: node scripts/package.ts [--out FILE]
// It is made in a staged copy of the project, so that dist/ stays as it is meanwhile; `.vscodeignore` says what is shipped.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, projectFolder } from './bootstrap/project.mjs';

const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
const { values: options } = parseArgs({
  options: { out: { type: 'string', default: `${manifest.name}-${manifest.version}.vsix` } },
});

const file = resolve(projectFolder, options.out);
mkdirSync(cacheFolder, { recursive: true });
const stage = mkdtempSync(join(cacheFolder, 'package-'));
try {
  run(join(projectFolder, 'scripts', 'build.ts'), ['--production', '--out', join(stage, 'dist')], projectFolder);
  copyFiles();
  writeManifest();
  run(
    join(projectFolder, 'node_modules', '@vscode', 'vsce', 'vsce'),
    ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file],
    stage,
  );
  console.log(`${file}: ${Math.ceil(statSync(file).size / 1000)} kB`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

function copyFiles(): void {
  const left = new Set(['.git', '.cache', '.lync', 'node_modules', 'dist', 'package.json']);
  for (const name of readdirSync(projectFolder)) {
    if (!left.has(name) && !name.endsWith('.vsix'))
      cpSync(join(projectFolder, name), join(stage, name), { recursive: true });
  }
}

/** What npm needs is of no use to VS Code: everything is bundled. */
function writeManifest(): void {
  const { scripts, devDependencies, dependencies, optionalDependencies, private: _private, ...shipped } = manifest;
  writeFileSync(join(stage, 'package.json'), JSON.stringify(shipped, null, 2));
}

function run(program: string, args: string[], cwd: string): void {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} ended with status ${status}; no .vsix was made.`);
}
