// The main job in the terminal, on a deployment of its own that is gone afterwards:
//   npm run demo -- [--keep DIR]

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LyncTopologyError } from '../src/core/errors.ts';
import { projectFolder } from './bootstrap/project.mjs';
import { openScreen } from './demo/screen.ts';
import { tellStory } from './demo/story.ts';

const wrongUsage = 64;
const interrupted = 130;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const keep = keptFolder(args);
  if (keep === null) return wrongUsage;
  const folder = keep === undefined ? mkdtempSync(join(tmpdir(), 'lync-topology-demo-')) : resolve(keep);
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  using screen = openScreen(process.stdout, process.env);
  try {
    const topologyFile = join(projectFolder, 'samples', 'litware', 'litware.topology.yaml');
    const good = await tellStory({ screen, topologyFile, dataDirectory: join(folder, 'data'), signal: stop.signal });
    if (keep !== undefined) screen.note([`The deployment is kept in ${folder}.`, '']);
    return good ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) screen.verdict(false, 'Interrupted; nothing is left behind.');
    else for (const line of explain(error)) process.stderr.write(`${line}\n`);
    return stop.signal.aborted ? interrupted : 1;
  } finally {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The folder of `--keep`, nothing without it, and null for arguments that make no sense. */
function keptFolder(args: readonly string[]): string | undefined | null {
  try {
    return parseArgs({ args: [...args], options: { keep: { type: 'string' } } }).values.keep;
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}\nUsage: npm run demo -- [--keep DIR]\n`,
    );
    return null;
  }
}

function explain(error: unknown): readonly string[] {
  if (error instanceof LyncTopologyError) return [`${error.message}`, `${error.remedy}`];
  return [error instanceof Error ? error.message : String(error)];
}
