import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, type OutputFile, type Plugin, transform } from 'esbuild';
import { writeWhole } from './bundling.ts';
import { withoutRuleTexts } from './ruleTexts.ts';

/** How the files are named that hold what several entries have in common. */
const chunkName = 'chunk-[hash]';
const isChunk = /^chunk-[A-Z0-9]+\.js(\.map)?$/;

/** A process that started from the build before may still ask for a chunk of it. */
const keptMinutes = 60;

/** Written before the code of a file that people start. */
export interface Starts {
  /** The name of the file without its extension. */
  name: string;
  head: string;
}

/**
 * Entries that are built together and share files: what two of them need is written, shipped and loaded once, and what
 * is imported on demand is a file of its own. esbuild shares between ES modules only, so each file is turned into
 * CommonJS afterwards: the oldest VS Code supported loads extensions as nothing else.
 */
export function sharedChunks({ minify, starts }: { minify: boolean; starts: Starts[] }): BuildOptions {
  return {
    format: 'esm',
    splitting: true,
    entryNames: '[name]',
    chunkNames: chunkName,
    minify,
    sourcemap: minify ? false : 'inline',
    plugins: [onDemandOwnFilesOnly(), writeAsCommonJs(minify, starts)],
  };
}

/** Of a package in CommonJS an import on demand would find no exports but `default`; a file of our own names what it needs. */
function onDemandOwnFilesOnly(): Plugin {
  return {
    name: 'on-demand-own-files-only',
    setup(build) {
      build.onResolve({ filter: /^[^.]/ }, ({ kind, path }) => {
        if (kind !== 'dynamic-import') return undefined;
        return {
          errors: [{ text: `${path} is imported on demand: put that into a file of ours and import that file.` }],
        };
      });
    },
  };
}

function writeAsCommonJs(minify: boolean, starts: Starts[]): Plugin {
  return {
    name: 'write-as-commonjs',
    setup(build) {
      build.onEnd(async ({ outputFiles = [], errors }) => {
        if (errors.length > 0) return;
        const files = await Promise.all(outputFiles.map((file) => asCommonJs(file, minify, starts)));
        // An entry is of use only when every chunk that it names is there.
        const chunksFirst = files.toSorted((a, b) => Number(isChunk.test(b.name)) - Number(isChunk.test(a.name)));
        for (const { path, code, map, mode } of chunksFirst) {
          if (map !== '') writeWhole(`${path}.map`, map);
          writeWhole(path, code, mode);
        }
        const [first] = outputFiles;
        if (first) removeOldChunks(dirname(first.path), new Set(files.map(({ name }) => name)));
      });
    },
  };
}

async function asCommonJs({ path, text }: OutputFile, minify: boolean, starts: Starts[]) {
  const name = basename(path);
  const head = starts.find((start) => `${start.name}.js` === name)?.head;
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    // An import on demand has to find the same exports as a require: Node's own would wrap them once more.
    supported: { 'dynamic-import': false },
    minify,
    sourcemap: minify ? false : 'external',
    sourcesContent: false,
    legalComments: 'none',
    ...(head === undefined ? {} : { banner: head }),
  });
  const link = map === '' ? '' : `//# sourceMappingURL=${name}.map\n`;
  const shipped = minify ? withoutRuleTexts(code) : code;
  return { path, name, code: `${shipped}${link}`, map, mode: head === undefined ? 0o644 : 0o755 };
}

function removeOldChunks(folder: string, current: ReadonlySet<string>): void {
  const oldest = Date.now() - keptMinutes * 60_000;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (isChunk.test(name) && !current.has(name.replace(/\.map$/, '')) && statSync(file).mtimeMs < oldest)
      rmSync(file, { force: true });
  }
}
