// Bundles the product into dist/: node scripts/build.ts [--watch] [--production] [--out FOLDER]

import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { projectFolder } from './bootstrap/project.mjs';
import { commonSettings, writeAtomically } from './bundling.ts';

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

const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    /** Small, without source maps, and an error where a bundle is missing. */
    production: { type: 'boolean', default: false },
    out: { type: 'string', default: join(projectFolder, 'dist') },
  },
});

/** Read by the bootstrap script, which builds again when a source is newer. */
const stampFile = join(options.out, '.built');

mkdirSync(options.out, { recursive: true });
if (options.watch) await watch();
else process.exitCode = await build();

async function build(): Promise<number> {
  const started = new Date();
  const results = await Promise.all(
    bundles.map(async (bundle) => {
      if (!existsSync(join(projectFolder, bundle.entry))) return missing(bundle);
      return esbuild.build(settings(bundle)).then(
        () => true,
        () => false,
      );
    }),
  );
  const complete = results.every(Boolean);
  if (complete && !options.production) {
    writeFileSync(stampFile, '');
    utimesSync(stampFile, started, started);
  }
  return complete ? 0 : 1;
}

/** Reports a bundle whose entry is not there; a package without it would be broken, so that is a failure there. */
function missing({ name, entry }: Bundle): boolean {
  console.error(`${name}.js was not built: ${entry} does not exist.`);
  return !options.production;
}

async function watch(): Promise<void> {
  const contexts = await Promise.all(
    bundles.map((bundle) =>
      esbuild.context({ ...settings(bundle), plugins: [writeAtomically(), reportEachBuild(bundle)] }),
    ),
  );
  await Promise.all(contexts.map((context) => context.watch()));
  console.log('Watching the sources. Ctrl+C ends it.');
}

function settings({ name, entry, external = [], executable }: Bundle): esbuild.BuildOptions {
  return {
    ...commonSettings({ executable }),
    entryPoints: [entry],
    outfile: join(options.out, `${name}.js`),
    external,
    minify: options.production,
    sourcemap: options.production ? false : 'linked',
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
