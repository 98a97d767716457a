/** A deployment of its own that is used through the real command line, and removed afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import type { ModuleStatus, PoolStatus } from '../../../src/core/status.ts';

export const pool1 = 'atl-cs-001.litwareinc.com';
export const pool2 = 'dal-cs-001.litwareinc.com';
export const share1 = '\\\\atl-fs-001.litwareinc.com\\LyncShare';
export const share2 = '\\\\dal-fs-001.litwareinc.com\\LyncShare';
export const contentFolder = '1-WebServices-1/CollabContent';
export const dataConf = 'ConfServices.DataConf';

export interface Rig extends Disposable {
  readonly folder: string;
  readonly topologyFile: string;
  readonly dataDirectory: string;
  /** Given to every command. */
  readonly options: readonly string[];
  /** Where the conference content of the pools lies. */
  readonly content1: string;
  readonly content2: string;
  serverFolder(server: string): string;
  /** Runs a command to its end. */
  run(...words: readonly string[]): Promise<Ended>;
  /** Runs a command that must succeed; its JSON document. */
  json(...words: readonly string[]): Promise<unknown>;
  /** Starts a command; what still runs when the rig is disposed is killed. */
  start(...words: readonly string[]): ChildProcess;
  modules(pool: string): Promise<readonly ModuleStatus[]>;
  pools(): Promise<readonly PoolStatus[]>;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const commandLine = join(projectFolder, 'dist', 'cli.js');

/** `extra` are options for every command, such as mappings. Nothing is initialised. */
export function openRig(extra: (folder: string) => readonly string[] = () => []): Rig {
  if (!existsSync(commandLine)) throw new Error('dist/cli.js is missing: run `npm run build` first.');
  const folder = mkdtempSync(join(tmpdir(), 'lync-topology-e2e-'));
  const topologyFile = join(folder, 'litware.topology.yaml');
  const dataDirectory = join(folder, '.lync');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(projectFolder, 'samples', 'litware', 'litware.topology.yaml'), topologyFile);
  const options = ['--topology', topologyFile, '--data', dataDirectory, ...extra(folder)];
  const serverFolder = (server: string): string => join(dataDirectory, 'servers', server);
  const running = new Set<ChildProcess>();
  const start = (...words: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [commandLine, ...words, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('close', () => running.delete(child));
    return child;
  };
  const json = async (...words: readonly string[]): Promise<unknown> => {
    const ended = await endOf(start(...words, '--json'));
    if (ended.status !== 0)
      throw new Error(`${words.join(' ')} ended with ${ended.status}: ${ended.stderr}${ended.stdout}`);
    return JSON.parse(ended.stdout);
  };
  const pools = async (): Promise<readonly PoolStatus[]> => {
    const status = await json('status');
    if (typeof status !== 'object' || status === null || !('pools' in status)) throw new Error('no status');
    return status.pools as readonly PoolStatus[];
  };
  return {
    folder,
    topologyFile,
    dataDirectory,
    options,
    content1: join(serverFolder('atl-fs-001.litwareinc.com'), 'LyncShare', contentFolder),
    content2: join(serverFolder('dal-fs-001.litwareinc.com'), 'LyncShare', contentFolder),
    serverFolder,
    run: (...words) => endOf(start(...words)),
    json,
    start,
    pools,
    modules: async (fqdn) => (await pools()).find((pool) => pool.fqdn === fqdn)?.modules ?? [],
    [Symbol.dispose]: () => {
      // Those of a test that ran out of time.
      for (const child of running) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits for the end of a process and gives what it wrote. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  const status = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { status: await status, stdout, stderr };
}
