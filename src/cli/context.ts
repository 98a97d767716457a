/** What a command works with: the terminal, the options of every command, and the deployment once it needs one. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LyncTopologyError } from '../core/errors.ts';
import { uncPathName } from '../core/topology/model.ts';
import { parseUncPath } from '../core/topology/values.ts';
import type { DeploymentConnection } from '../deployments/deployment.ts';
import { connectEmbedded } from '../deployments/embedded.ts';
import { openHost } from '../engineHost/host.ts';
import type { GivenMappings } from '../engineHost/mappings.ts';
import type { Terminal } from './terminal.ts';
import { findTopologyFile } from './topologyFiles.ts';
import { usage } from './usage.ts';

/** The options of every command. */
export interface GlobalOptions {
  readonly topology?: string;
  readonly data?: string;
  readonly deployment?: string;
  readonly map: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

export interface Context extends AsyncDisposable {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  /** Raised by Ctrl+C. */
  readonly signal: AbortSignal;
  /** The deployment; connected when it is first asked for. */
  connect(options?: ConnectOptions): Promise<DeploymentConnection>;
  /** Results: a document in JSON or, otherwise, what `text` writes. */
  result(value: unknown, text: () => void): void;
  /** One line of JSON, of a command that writes several. */
  jsonLine(value: unknown): void;
  /** For people, on standard error; nothing with --quiet. */
  note(text: string): void;
}

export interface ConnectOptions {
  /** Runs Backup Service cycles by itself when it becomes the engine. */
  readonly backgroundCycles?: boolean;
  /** Runs every SQL instance as a process of its own when it becomes the engine. */
  readonly instanceProcesses?: boolean;
  /** Milliseconds; see `HostOptions`. */
  readonly partnerTimeout?: number;
  /** The data directory may have to be made. */
  readonly create?: boolean;
  /** Also with an engine that works with the topology as it was before its file was changed. */
  readonly unpublished?: boolean;
}

export function createContext(terminal: Terminal, options: GlobalOptions, signal: AbortSignal): Context {
  let connection: Promise<DeploymentConnection> | undefined;
  return {
    terminal,
    options,
    signal,
    connect: (how = {}) => {
      connection ??= connect(options, how);
      return connection;
    },
    result: (value, text) => {
      if (options.json) terminal.out.line(JSON.stringify(value ?? null, undefined, 2));
      else text();
    },
    jsonLine: (value) => terminal.out.line(JSON.stringify(value)),
    note: (text) => {
      if (!options.quiet) terminal.err.line(text);
    },
    [Symbol.asyncDispose]: async () => {
      const opened = await connection?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

/** The topology file and the data directory that the options mean. */
export function locate(options: GlobalOptions): { readonly topologyFile: string; readonly dataDirectory: string } {
  const topologyFile = findTopologyFile(options.topology);
  return { topologyFile, dataDirectory: resolve(options.data ?? join(dirname(topologyFile), '.lync')) };
}

async function connect(options: GlobalOptions, how: ConnectOptions): Promise<DeploymentConnection> {
  requireEmbedded(options.deployment);
  const { topologyFile, dataDirectory } = locate(options);
  const shareMappings = readMappings(options.map);
  if (how.create !== true && !existsSync(dataDirectory)) throw dataDirectoryMissing(dataDirectory, topologyFile);
  return connectEmbedded({
    engine: openHost,
    topologyFile,
    dataDirectory,
    backgroundCycles: how.backgroundCycles ?? false,
    ...(how.partnerTimeout !== undefined && { partnerTimeout: how.partnerTimeout }),
    instanceProcesses: how.instanceProcesses ?? false,
    unpublished: how.unpublished ?? false,
    ...(shareMappings !== undefined && { shareMappings }),
  });
}

function requireEmbedded(deployment: string | undefined): void {
  const kind = deployment?.toLowerCase() ?? 'embedded';
  if (kind === 'embedded') return;
  if (kind !== 'powershell') {
    throw usage(
      'argument-invalid',
      '--deployment',
      `There is no kind of deployment ${deployment}.`,
      'It is embedded or powershell; embedded when left out.',
    );
  }
  throw new LyncTopologyError({
    code: 'deployment-unsupported',
    kind: 'refused',
    object: 'powershell',
    message: 'This version does not run operations on real servers through PowerShell yet.',
    remedy: 'Use "lync-topology plan" to get the equivalent PowerShell, and run that in a Management Shell.',
  });
}

function readMappings(given: readonly string[]): GivenMappings {
  if (given.length === 0) return undefined;
  if (given.length === 1 && given[0]?.toLowerCase() === 'none') return 'none';
  return Object.fromEntries(given.map(readMapping));
}

function readMapping(text: string): [string, string] {
  const at = text.indexOf('=');
  const unc = parseUncPath(text.slice(0, Math.max(at, 0)).replaceAll('/', '\\'));
  const folder = text.slice(at + 1);
  if (at > 0 && unc !== undefined && folder !== '') return [uncPathName(unc), resolve(folder)];
  throw usage(
    'argument-invalid',
    '--map',
    `--map cannot take "${text}".`,
    "Write share and folder as --map '\\\\server\\share=FOLDER', or --map none to end what was mapped before.",
  );
}

function dataDirectoryMissing(dataDirectory: string, topologyFile: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'data-directory-missing',
    kind: 'refused',
    object: dataDirectory,
    message: `There is no data directory ${dataDirectory} for ${basename(topologyFile)}.`,
    remedy: 'Create it with "lync-topology init", or name another one with --data.',
  });
}
