// Bundles the product into dist/: node scripts/build.ts [--watch] [--production] [--out FOLDER]

import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { projectFolder } from './bootstrap/project.mjs';
import { commandHead, commonSettings } from './bundling.ts';
import { sharedChunks } from './sharedChunks.ts';

interface Bundle {
  name: string;
  entry: string;
  executable?: true;
}

const bundles: Bundle[] = [
  { name: 'extension', entry: 'src/extension/extension.ts' },
  { name: 'languageServer', entry: 'src/languageServer/main.ts' },
  { name: 'cli', entry: 'src/cli/main.ts', executable: true },
  { name: 'diskWorker', entry: 'src/core/hyperV/diskWorker.ts' },
  { name: 'sqlInstance', entry: 'src/core/mirroring/instances/main.ts' },
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
  const complete = await esbuild.build(settings()).then(
    () => true,
    () => false,
  );
  if (complete && !options.production) {
    writeFileSync(stampFile, '');
    utimesSync(stampFile, started, started);
  }
  return complete ? 0 : 1;
}

async function watch(): Promise<void> {
  const { plugins = [], ...rest } = settings();
  const context = await esbuild.context({ ...rest, plugins: [...plugins, reportBuilds()] });
  await context.watch();
}

function settings(): esbuild.BuildOptions {
  return {
    ...commonSettings(),
    ...sharedChunks({
      minify: options.production,
      starts: bundles.filter(({ executable }) => executable).map(({ name }) => ({ name, head: commandHead })),
    }),
    entryPoints: bundles.map(({ name, entry }) => ({ in: entry, out: name })),
    outdir: options.out,
    external: ['vscode'],
  };
}

/** Says when a build begins and when it is done; .vscode/tasks.json waits for these words. */
function reportBuilds(): esbuild.Plugin {
  return {
    name: 'report-builds',
    setup(build) {
      build.onStart(() => console.log('build started'));
      build.onEnd(() => console.log('build finished'));
    },
  };
}
