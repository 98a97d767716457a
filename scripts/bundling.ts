import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { projectFolder } from './bootstrap/project.mjs';

/** The oldest Node that has what the product uses of `node:sqlite`; also that of the oldest VS Code supported. */
const target = 'node22.15';

const moduleUrl = "const moduleUrl = require('node:url').pathToFileURL(__filename).href;";

/** An installed command runs on whatever Node there is; it must be said in words when that is too old. */
export const commandHead = `#!/usr/bin/env node
if (!process.getBuiltinModule?.('node:sqlite')) {
  console.error('lync-topology needs Node 22.15 or later (node:sqlite); this is Node ' + process.versions.node + '. Install a newer Node, or call npm run -s lync-topology in a clone, which brings its own.');
  process.exit(1);
}`;

/** What the bundles of the product and of the tests have in common: CommonJS for Node from the ES modules of the sources. */
export function commonSettings(): BuildOptions {
  return {
    absWorkingDir: projectFolder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    // The ES modules of zod and of the language server libraries can be shaken; their CommonJS cannot.
    mainFields: ['module', 'main'],
    // The same code as an ES module; for Node, yaml names its CommonJS.
    alias: { yaml: join(projectFolder, 'node_modules', 'yaml', 'browser', 'index.js') },
    // The sources are ES modules and find their neighbours by import.meta.url, which CommonJS does not have.
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: moduleUrl },
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [writeAtomically()],
  };
}

function writeAtomically(): Plugin {
  return {
    name: 'write-atomically',
    setup(build) {
      build.onEnd(({ outputFiles = [] }) => {
        for (const { path, contents } of outputFiles) writeWhole(path, contents);
      });
    },
  };
}

/** Another process may be starting from dist/ at this moment: it must find a whole file, the old or the new one. */
export function writeWhole(file: string, contents: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  const aside = join(dirname(file), `.${basename(file)}.${process.pid}`);
  writeFileSync(aside, contents, { mode });
  renameSync(aside, file);
}
