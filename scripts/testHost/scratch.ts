import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names, in the environment of every process of a run, the scratches that the process belongs to. */
export const markerVariable = 'LYNC_TOPOLOGY_SCRATCH';

/** A temporary folder and the processes of one run: both are gone when it is disposed, and also when this process dies. */
export interface Scratch {
  folder: string;
  /** The environment that marks a process as one of this run; for processes that others start on its behalf. */
  environment: NodeJS.ProcessEnv;
  /** Starts a process in a group of its own. */
  spawn(command: string, args: string[], options?: SpawnOptions): ChildProcess;
  /** Ends every process of the run at once and removes the folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens a scratch. What ends it is a process of its own that waits for the end of a pipe which only this process holds
 * open: so it acts after a SIGKILL too.
 */
export function openScratch(): Scratch {
  const id = randomBytes(8).toString('hex');
  // Short, because sockets are made below it and their paths are limited to about 100 characters.
  const folder = mkdtempSync(join(tmpdir(), 'lync-'));
  const temporary = join(folder, 't');
  mkdirSync(temporary);
  const marks = [process.env[markerVariable], id].filter(Boolean).join(',');
  const environment = { ...withoutEditor(process.env), [markerVariable]: marks, TMPDIR: temporary };
  const watchdog = startWatchdog(id, folder);
  return {
    folder,
    environment,
    spawn(command, args, options = {}) {
      const child = spawn(command, args, {
        ...options,
        env: { ...environment, ...options.env, [markerVariable]: marks },
        detached: process.platform !== 'win32',
      });
      if (child.pid !== undefined) watchdog.stdin?.write(`${child.pid}\n`);
      return child;
    },
    async [Symbol.asyncDispose]() {
      if (watchdog.exitCode !== null) return;
      const ended = once(watchdog, 'close');
      watchdog.ref();
      watchdog.stdin?.end();
      await ended;
    },
  };
}

/** In a terminal of VS Code, the variables of that window would be taken for those of the one to be started. */
function withoutEditor(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name)));
}

function startWatchdog(id: string, folder: string): ChildProcess {
  const program = fileURLToPath(new URL('./watchdog.ts', import.meta.url));
  // Unmarked, so that the end of an outer run does not end it before it has removed its folder.
  const { [markerVariable]: _marks, ...env } = process.env;
  const watchdog = spawn(process.execPath, [program, id, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env,
  });
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  return watchdog;
}
