/** The product as it is shipped, made for the benchmarks that measure it from outside. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, projectFolder } from '../../scripts/bootstrap/project.mjs';
import { serverProcessFlags } from '../../src/languageServer/processFlags.ts';

export const productFolder = join(cacheFolder, 'bench', 'product');
const bundles = join(productFolder, 'dist');
let built = false;

/** The minified bundles, made once in a run; gives back their folder. */
export function buildProduct(): string {
  if (!built) runScript('build.ts', ['--production', '--out', bundles]);
  built = true;
  return bundles;
}

/** Packs the extension into a file. */
export function packProduct(file: string): void {
  runScript('package.ts', ['--out', file]);
}

/** Program and arguments of the language server as the extension starts it. */
export function serverCommand(): readonly string[] {
  return [process.execPath, ...serverProcessFlags, join(buildProduct(), 'languageServer.js'), '--stdio'];
}

/** Bytes of a bundle with the files that it loads at its start. */
export function loadedBytes(bundle: string): number {
  const seen = new Set<string>();
  const bytesOf = (name: string): number => {
    if (seen.has(name)) return 0;
    seen.add(name);
    const path = join(buildProduct(), name);
    // What is imported on demand stands in brackets.
    const atStart = readFileSync(path, 'utf8').matchAll(/(?:^|[=;,])require\("\.\/([^"]+)"\)/g);
    return statSync(path).size + [...atStart].reduce((sum, [, other = '']) => sum + bytesOf(other), 0);
  };
  return bytesOf(bundle);
}

function runScript(name: string, words: readonly string[]): void {
  const program = join(projectFolder, 'scripts', name);
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', program, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`scripts/${name} ended with status ${status}: ${stderr}`);
}
