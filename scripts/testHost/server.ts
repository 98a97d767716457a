import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { vsCodeServerFolder } from './cachedTools.ts';
import type { Scratch } from './scratch.ts';

export interface ServerOptions {
  /** Where the server keeps its data and extensions; in the scratch where none is given. */
  dataFolder?: string | undefined;
  /** Whether folders start out untrusted, as they do for people; tests mostly want them trusted. */
  workspaceTrust?: boolean | undefined;
  /** Settings of the machine, so those that are not application-wide. */
  settings?: Record<string, unknown> | undefined;
  /** The user's keys, as `keybindings.json` lists them. */
  keyBindings?: readonly KeyBinding[] | undefined;
  /** More variables for the server, and so for its extension host. */
  environment?: NodeJS.ProcessEnv | undefined;
  /** A secret that the address then carries; without one, every user of the machine can use the server. */
  token?: string | undefined;
}

export interface KeyBinding {
  key: string;
  command: string;
  args?: unknown;
}

export interface VsCodeServer {
  port: number;
  /** What the server has written, without the warnings that are known and harmless. */
  log: string[];
  /** Resolves to a sentence when the server has ended. */
  closed: Promise<string>;
  /** The address of a workbench on a workspace folder; paths are absolute. */
  address(workspace: string, options?: WorkbenchOptions): string;
}

interface WorkbenchOptions {
  extensionDevelopmentPath?: string | undefined;
  extensionTestsPath?: string | undefined;
}

const startMilliseconds = 60_000;

/** Starts VS Code's server on a free port of the loopback interface; it ends with the scratch. */
export async function startServer(scratch: Scratch, options: ServerOptions = {}): Promise<VsCodeServer> {
  const dataFolder = options.dataFolder ?? join(scratch.folder, 'd');
  if (options.settings !== undefined) writeData(dataFolder, 'Machine/settings.json', options.settings);
  if (options.keyBindings !== undefined) writeData(dataFolder, 'User/keybindings.json', options.keyBindings);
  const server = scratch.spawn(
    process.execPath,
    [
      ...(await serverMain()),
      ...['--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms'],
      ...(options.token === undefined ? ['--without-connection-token'] : ['--connection-token', options.token]),
      // Only with it does a built workbench read `payload` from its address.
      '--enable-smoke-test-driver',
      ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
      ...['--server-data-dir', dataFolder, '--telemetry-level', 'off'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: options.environment },
  );
  server.unref();
  const log: string[] = [];
  const port = await announcedPort(server, log);
  const closed = new Promise<string>((resolve) => {
    server.on('close', (status) => resolve(`VS Code's server ended with status ${status}.`));
  });
  const address = (workspace: string, parts?: WorkbenchOptions) =>
    workbenchAddress(port, options.token, workspace, parts);
  return { port, log, closed, address };
}

/** Installs a packed extension into the data folder of a server that is not running. */
export async function installVsix(scratch: Scratch, vsix: string, dataFolder: string): Promise<string> {
  const args = ['--install-extension', vsix, '--server-data-dir', dataFolder, '--accept-server-license-terms'];
  const installer = scratch.spawn(process.execPath, [...(await serverMain()), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [installer.stdout, installer.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const status = await new Promise((resolve) => installer.on('close', resolve));
  if (status !== 0) throw new Error(`${vsix} could not be installed (status ${status}):\n${output}`);
  return output;
}

/** Reads the server's output into the log, and the port from the line that says that it is ready. */
function announcedPort(server: ChildProcess, log: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: string) => {
      clearTimeout(deadline);
      reject(new Error(`VS Code's server ${cause}.\n${log.join('\n')}`));
    };
    const deadline = setTimeout(() => fail('was not ready within a minute'), startMilliseconds);
    server.on('error', ({ message }) => fail(`could not be started: ${message}`));
    server.on('close', (status) => fail(`ended with status ${status}`));
    readLines(server, (line) => {
      log.push(line);
      const port = /^Web UI available at http:\/\/[^:]+:(\d+)/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(deadline);
      resolve(Number(port));
    });
  });
}

/** Calls back with every line that is not part of a known warning. */
function readLines(server: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [server.stdout, server.stderr]) {
    if (stream === null) continue;
    const isNoise = noiseFilter();
    createInterface({ input: stream }).on('line', (line) => {
      if (!isNoise(line)) onLine(line);
    });
  }
}

async function serverMain(): Promise<string[]> {
  return [join(await vsCodeServerFolder(), 'out', 'server-main.js')];
}

function writeData(dataFolder: string, name: string, content: unknown): void {
  const file = join(dataFolder, 'data', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content, null, 2));
}

function workbenchAddress(
  port: number,
  token: string | undefined,
  workspace: string,
  options: WorkbenchOptions = {},
): string {
  const remote = (path: string) => `vscode-remote://localhost:${port}${path}`;
  const payload = Object.entries(options)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, path]) => [name, remote(path)]);
  const secret = token === undefined ? {} : { tkn: token };
  const query = new URLSearchParams({ ...secret, folder: workspace, payload: JSON.stringify(payload) });
  return `http://localhost:${port}/?${query}`;
}

/**
 * Some modules of VS Code's server need a compiler and are left unbuilt on purpose: its logger, which then logs another
 * way, the watchdog of its extension host, whose work the scratch does, and the memory of its chat. Each says so at
 * length.
 */
export function isKnownWarning(line: string): boolean {
  return /Could not locate the bindings file|Cannot find module '[^']*(watchdog|vscode-sqlite3)/.test(line);
}

/** On the server's own streams such a warning is a block of many lines that ends with a brace. */
function noiseFilter(): (line: string) => boolean {
  let inBlock = false;
  return (line) => {
    if (isKnownWarning(line)) inBlock = true;
    const isNoise = inBlock || line.trim() === '';
    if (line === '}') inBlock = false;
    return isNoise;
  };
}
