// Bundles the product into dist/: node scripts/build.ts [--watch] [--production] [NAME …]

import { existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { projectFolder } from './bootstrap/project.mjs';

interface Bundle {
  name: string;
  entry: string;
  external?: string[];
  executable?: true;
}

const bundles: Bundle[] = [
  { name: 'extension', entry: 'src/extension/extension.ts', external: ['vscode'] },
  { name: 'languageServer', entry: 'src/languageServer/main.ts' },
  { name: 'engineHost', entry: 'src/engineHost/main.ts' },
  { name: 'cli', entry: 'src/cli/main.ts', executable: true },
  { name: 'contentWorker', entry: 'src/core/backupService/content/contentWorker.ts' },
];

const folder = join(projectFolder, 'dist');
/** Read by the bootstrap script, which builds again when a source is newer. */
const stampFile = join(folder, '.built');

/** The oldest Node that has what the product uses of `node:sqlite`; also that of the oldest VS Code supported. */
const target = 'node22.15';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { watch: { type: 'boolean', default: false }, production: { type: 'boolean', default: false } },
});

const wanted = bundles.filter(({ name }) => names.length === 0 || names.includes(name));
mkdirSync(folder, { recursive: true });
if (options.watch) await watch();
else process.exitCode = await build();

async function build(): Promise<number> {
  const started = new Date();
  const results = await Promise.all(
    wanted.map(async (bundle) => {
      if (!existsSync(join(projectFolder, bundle.entry))) return missing(bundle);
      return esbuild.build(settings(bundle)).then(
        () => true,
        () => false,
      );
    }),
  );
  const complete = results.every(Boolean);
  if (complete && names.length === 0) {
    writeFileSync(stampFile, '');
    utimesSync(stampFile, started, started);
  }
  return complete ? 0 : 1;
}

/** Reports a bundle whose entry is not there; a package without it would be broken, so that is a failure there. */
function missing({ name, entry }: Bundle): boolean {
  console.error(`dist/${name}.js was not built: ${entry} does not exist.`);
  return !options.production;
}

async function watch(): Promise<void> {
  const contexts = await Promise.all(
    wanted.map((bundle) =>
      esbuild.context({ ...settings(bundle), plugins: [writeAtomically(), reportEachBuild(bundle)] }),
    ),
  );
  await Promise.all(contexts.map((context) => context.watch()));
  console.log('Watching the sources. Ctrl+C ends it.');
}

function settings({ name, entry, external = [], executable }: Bundle): esbuild.BuildOptions {
  return {
    absWorkingDir: projectFolder,
    entryPoints: [entry],
    outfile: join(folder, `${name}.js`),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    external,
    // The ES modules of zod and of the language server libraries can be shaken; their CommonJS cannot.
    mainFields: ['module', 'main'],
    // The sources are ES modules and find their neighbours by import.meta.url, which CommonJS does not have.
    define: { 'import.meta.url': 'moduleUrl' },
    banner: {
      js: `${executable ? '#!/usr/bin/env node\n' : ''}const moduleUrl = require('node:url').pathToFileURL(__filename).href;`,
    },
    minify: options.production,
    sourcemap: options.production ? false : 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [writeAtomically()],
  };
}

/** Another process may be starting from dist/ at this moment: it must find a whole file, the old or the new one. */
function writeAtomically(): esbuild.Plugin {
  return {
    name: 'write-atomically',
    setup(build) {
      build.onEnd(({ outputFiles = [] }) => {
        for (const { path, contents } of outputFiles) {
          const aside = join(dirname(path), `.${basename(path)}.${process.pid}`);
          writeFileSync(aside, contents, { mode: path.endsWith('cli.js') ? 0o755 : 0o644 });
          renameSync(aside, path);
        }
      });
    },
  };
}

function reportEachBuild({ name }: Bundle): esbuild.Plugin {
  return {
    name: 'report-each-build',
    setup(build) {
      // The words are those that the background problem matcher of .vscode/tasks.json waits for.
      build.onStart(() => console.log(`build of ${name} started`));
      build.onEnd(({ errors }) => console.log(`build of ${name} finished with ${errors.length} errors`));
    },
  };
}
