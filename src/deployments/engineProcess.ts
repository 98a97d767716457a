/** Starting the engine as a process of its own, which outlives whoever started it for as long as others need it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type ErrorInformation, LyncTopologyError } from '../core/errors.ts';
import type { HostOptions } from '../engineHost/host.ts';
import { givenMappings } from '../engineHost/mappings.ts';

export interface EngineProcess {
  /** A Node, or an Electron that runs as one. */
  readonly command: string;
  /** Before the engine's own arguments: Node's options and the file of the engine host. */
  readonly leadingArguments: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

const answerSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready') }),
  z.object({ state: z.literal('owned') }),
  z.object({ state: z.literal('failed'), error: z.custom<ErrorInformation>((value) => typeof value === 'object') }),
]);

/** Resolves when it is ready or another process owns the data directory. Throws what kept it from opening the engine. */
export async function startEngineProcess(engine: EngineProcess, options: HostOptions): Promise<void> {
  const child = spawn(engine.command, [...engine.leadingArguments, ...argumentsOf(options)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: engine.environment ?? process.env,
    windowsHide: true,
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(engine, error.message)));
    child.once('exit', (status, signal) => reject(notStarted(engine, `it ended with ${signal ?? status}`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  }).finally(() => {
    child.stdout.destroy();
    child.unref();
  });
  const answer = answerSchema.parse(JSON.parse(line));
  if (answer.state === 'failed') throw new LyncTopologyError(answer.error);
}

function argumentsOf(options: HostOptions): string[] {
  const mappings = givenMappings(options.shareMappings);
  const { guard, partnerTimeout } = options;
  return [
    '--topology',
    options.topologyFile,
    '--data',
    options.dataDirectory,
    ...[...(mappings ?? [])].flatMap(([unc, folder]) => ['--map', `${unc}=${folder}`]),
    ...(options.backgroundCycles ? ['--background'] : []),
    ...(guard === undefined ? [] : ['--lost-part', `${guard.lostPart}`, '--lost-files', `${guard.lostFiles}`]),
    ...(partnerTimeout === undefined ? [] : ['--partner-timeout', `${partnerTimeout}`]),
  ];
}

function notStarted(engine: EngineProcess, cause: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'engine-unreachable',
    kind: 'failed',
    object: engine.command,
    message: `The engine's process (${engine.command}) could not be started: ${cause}.`,
    remedy: 'Reload the window. If that fails too, the log has more.',
  });
}
