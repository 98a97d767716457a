/**
 * Whether a server of the embedded deployment runs. It is *stopped* when its folder carries the mark `.stopped`, *missing*
 * when its folder is not there or cannot be read. Nothing is remembered: each answer is two looks at the file system, cheap
 * enough for every commit.
 */
import { accessSync, closeSync, constants, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LyncTopologyError } from '../errors.ts';
import type { DataDirectory } from './layout.ts';

export type ServerState =
  | { readonly state: 'running' }
  | { readonly state: 'stopped' }
  | { readonly state: 'missing'; readonly reason: string };

const running: ServerState = { state: 'running' };
const stopped: ServerState = { state: 'stopped' };

export function serverState(dataDirectory: DataDirectory, server: string): ServerState {
  const folder = dataDirectory.serverFolder(server);
  try {
    if (statSync(join(folder, '.stopped'), { throwIfNoEntry: false }) !== undefined) return stopped;
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return { state: 'missing', reason: `the folder ${folder} does not exist` };
    if (!stats.isDirectory()) return { state: 'missing', reason: `${folder} is not a folder` };
    accessSync(folder, constants.R_OK | constants.X_OK);
    return running;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { state: 'missing', reason: `the folder ${folder} cannot be read (${code})` };
  }
}

/** Throws `server-stopped`, naming the server and the way out, unless the server runs. */
export function assertServerRunning(dataDirectory: DataDirectory, server: string): void {
  const error = serverError(dataDirectory, server);
  if (error !== undefined) throw error;
}

/** What keeps the server from answering, or `undefined` when it runs. */
export function serverError(dataDirectory: DataDirectory, server: string): LyncTopologyError | undefined {
  const found = serverState(dataDirectory, server);
  if (found.state === 'running') return undefined;
  const common = { code: 'server-stopped', kind: 'failed', object: server } as const;
  return new LyncTopologyError(
    found.state === 'stopped'
      ? {
          ...common,
          message: `The server ${server} is stopped.`,
          remedy: `Start it with \`lync-topology fault start ${server}\`.`,
        }
      : {
          ...common,
          message: `The server ${server} cannot be reached: ${found.reason}.`,
          remedy: 'Bring the folder back or correct its permissions; `lync-topology init` creates it anew, empty.',
        },
  );
}

/** Marks a server as stopped; from then on nothing of it answers. Keeps an existing mark. Survives a power loss. */
export function markStopped(dataDirectory: DataDirectory, server: string): void {
  const folder = dataDirectory.serverFolder(server);
  const mark = openSync(join(folder, '.stopped'), 'a', 0o600);
  try {
    if (statSync(join(folder, '.stopped')).size === 0) writeSync(mark, `${new Date().toISOString()}\n`);
    fsyncSync(mark);
  } finally {
    closeSync(mark);
  }
}

/** Ends `markStopped`. Nothing happens when the server is not marked. */
export function markStarted(dataDirectory: DataDirectory, server: string): void {
  rmSync(join(dataDirectory.serverFolder(server), '.stopped'), { force: true });
}
