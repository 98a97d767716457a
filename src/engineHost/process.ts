/**
 * The engine's own process, started by a window:
 *   engine-host --topology FILE --data DIR [--map UNC=FOLDER …] [--background] [--lost-part N --lost-files N]
 *     [--partner-timeout MILLISECONDS]
 * It writes one line of JSON when it is ready or has failed, and ends when nobody is attached and no job runs.
 */
import { parseArgs } from 'node:util';
import { errorInformation } from '../core/errors.ts';
import { type EngineHost, openHost } from './host.ts';

/** How long nobody need be attached before it ends, milliseconds: a window that reloads comes back sooner. */
const patience = 5_000;
const idleCheck = 1_000;

/** Runs until nobody needs the engine any more; `words` are the arguments. */
export async function runEngineHost(words: readonly string[]): Promise<void> {
  try {
    const host = await openHost(readArguments(words));
    say(host === undefined ? { state: 'owned' } : { state: 'ready', pid: process.pid });
    if (host !== undefined) await untilIdle(host);
  } catch (error) {
    say({ state: 'failed', error: errorInformation(error, 'The engine') });
    process.exitCode = 1;
  }
}

function readArguments(words: readonly string[]): Parameters<typeof openHost>[0] {
  const { values } = parseArgs({
    args: [...words],
    options: {
      topology: { type: 'string' },
      data: { type: 'string' },
      map: { type: 'string', multiple: true, default: [] },
      background: { type: 'boolean', default: false },
      'lost-part': { type: 'string' },
      'lost-files': { type: 'string' },
      'partner-timeout': { type: 'string' },
    },
  });
  const { topology, data, 'lost-part': lostPart, 'lost-files': lostFiles } = values;
  if (topology === undefined || data === undefined) throw new Error('--topology and --data are needed');
  const partnerTimeout = values['partner-timeout'];
  const guarded = lostPart !== undefined && lostFiles !== undefined;
  return {
    topologyFile: topology,
    dataDirectory: data,
    shareMappings: Object.fromEntries(values.map.map(splitMapping)),
    backgroundCycles: values.background,
    ...(guarded && { guard: { lostPart: Number(lostPart), lostFiles: Number(lostFiles) } }),
    ...(partnerTimeout !== undefined && { partnerTimeout: Number(partnerTimeout) }),
  };
}

function splitMapping(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Ends the host when it is idle, told to, or has lost its data directory. */
async function untilIdle(host: EngineHost): Promise<void> {
  let idleSince = performance.now();
  await new Promise<void>((resolve) => {
    const clients = host.onDidChangeClients(() => {
      idleSince = performance.now();
    });
    const timer = setInterval(() => {
      if (host.clients > 0 || host.busy) idleSince = performance.now();
      if (performance.now() - idleSince >= patience || host.lost) end();
    }, idleCheck);
    const end = (): void => {
      clearInterval(timer);
      clients[Symbol.dispose]();
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end);
  });
  await host[Symbol.asyncDispose]();
}

/** Whoever started this may have gone already. */
function say(message: unknown): void {
  process.stdout.on('error', () => {});
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
