// Bundles the product into dist/: node scripts/build.ts [--watch] [--production] [--out FOLDER]

import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
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
  { name: 'cli', entry: 'src/cli/main.ts', executable: true },
  { name: 'diskWorker', entry: 'src/core/hyperV/diskWorker.ts' },
  { name: 'contentWorker', entry: 'src/core/backupService/content/contentWorker.ts' },
];

const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    /** Small and without source maps. */
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
    bundles.map((bundle) =>
      esbuild.build(settings(bundle)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const complete = results.every(Boolean);
  if (complete && !options.production) {
    writeFileSync(stampFile, '');
    utimesSync(stampFile, started, started);
  }
  return complete ? 0 : 1;
}

async function watch(): Promise<void> {
  const reported = reportBuilds();
  const contexts = await Promise.all(
    bundles.map((bundle) => esbuild.context({ ...settings(bundle), plugins: [writeAtomically(), reported()] })),
  );
  await Promise.all(contexts.map((context) => context.watch()));
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

/** Says when the first of the bundles begins and when the last one is done; .vscode/tasks.json waits for these words. */
function reportBuilds(): () => esbuild.Plugin {
  let running = 0;
  return () => ({
    name: 'report-builds',
    setup(build) {
      build.onStart(() => {
        if (running++ === 0) console.log('build started');
      });
      build.onEnd(() => {
        if (--running === 0) console.log('build finished');
      });
    },
  });
}
