/**
 * SQL instances as processes of their own: principal, mirror and witness can then be killed, stopped and continued, each alone.
 *
 * The files of an instance are used through calls that wait, at most the time-out, for the reply: what runs on the principal
 * runs in one transaction and is not interrupted by anything else of the engine. An instance that let a call pass the time-out,
 * or did not answer a look for so long, is away at once for everybody until it is heard again. What was open there is lost.
 */
import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { LyncTopologyError } from '../../errors.ts';
import type { DataDirectory } from '../../storage/layout.ts';
import { assertInside } from '../../storage/names.ts';
import { type SqlInstance, sqlInstanceName } from '../../topology/model.ts';
import { type Call, decodeReply, encode, errorOf, type Reply } from './calls.ts';
import type { InstanceHost } from './host.ts';
import { type Line, remoteDatabase } from './remoteDatabase.ts';
import {
  createSharedState,
  type FromSupervisor,
  incarnationOf,
  moveTo,
  now,
  processOf,
  type SharedState,
  type SupervisorOrder,
  silence,
  stateOf,
  type ToSupervisor,
} from './sharedState.ts';

export interface InstanceProcesses extends InstanceHost, AsyncDisposable {
  /** The number of the process that holds the instance, once it was used. */
  processOf(instance: SqlInstance): number | undefined;
  /** Stops the process as it is (SIGSTOP): it neither answers nor ends. Throws `server-stopped` when it is away already. */
  freeze(instance: SqlInstance): void;
  /** Continues a process that was stopped. False when it was not. */
  thaw(instance: SqlInstance): boolean;
  /** Those that are stopped now; `since` in ISO 8601, UTC. */
  frozen(): readonly { readonly instance: string; readonly since: string }[];
  /** Kills the processes of a server at once; they are started again when the server runs. */
  kill(server: string): void;
}

export interface InstanceProcessesOptions {
  readonly dataDirectory: DataDirectory;
  /** Milliseconds after which a process that does not answer is taken for lost. */
  readonly timeout: number;
  /** Milliseconds until a process that ended is started again. */
  readonly restartAfter?: number;
}

const defaultRestartAfter = 1_000;
/** Loading the program takes longer than any call. */
const startPatience = 10_000;

interface Known {
  readonly key: string;
  readonly server: string;
  readonly name: string;
  readonly shared: SharedState;
  /** It has answered at least once. */
  started: boolean;
  /** The process that was stopped, and when. */
  frozen: { readonly pid: number; readonly since: string } | undefined;
}

/** A process is started when its instance is first used. */
export function createInstanceProcesses(options: InstanceProcessesOptions): InstanceProcesses {
  const { dataDirectory, timeout } = options;
  const known = new Map<string, Known>();
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const { port1: port, port2 } = new MessageChannel();
  const program = programFile();
  const order: SupervisorOrder = {
    port: port2,
    program: fileURLToPath(program),
    timeout,
    restartAfter: options.restartAfter ?? defaultRestartAfter,
    bell,
  };
  const worker = new Worker(program, { workerData: order, transferList: [port2] });
  worker.on('error', () => {
    for (const { shared } of known.values()) moveTo(shared, 'ended', bell);
  });
  worker.unref();
  port.unref();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let lastNumber = 0;
  const send = (message: ToSupervisor): void => port.postMessage(message);

  function find(instance: SqlInstance): Known {
    const folder = dataDirectory.instanceFolder(instance);
    const key = folder.toLowerCase();
    const found = known.get(key);
    if (found !== undefined) return found;
    assertInside(dataDirectory.root, folder);
    const name = sqlInstanceName(instance);
    const { server } = instance;
    const started: Known = { key, server, name, shared: createSharedState(), started: false, frozen: undefined };
    known.set(key, started);
    send({ kind: 'start', key, folder, shared: started.shared });
    return started;
  }

  /** The first use waits for the program to be loaded; a process that is started again is away until it answers. */
  function ready(instance: SqlInstance): Known {
    const found = find(instance);
    if (!found.started) waitUntil(() => stateOf(found.shared) !== 'starting', startPatience);
    found.started = true;
    return found;
  }

  /** False when the time is over. */
  function waitUntil(isDone: () => boolean, milliseconds: number): boolean {
    const deadline = now() + milliseconds;
    for (;;) {
      const heard = Atomics.load(bell, 0);
      if (isDone()) return true;
      const left = deadline - now();
      if (left <= 0) return false;
      Atomics.wait(bell, 0, heard, left);
    }
  }

  function call(found: Known, incarnation: number, request: Call): Reply {
    if (!isThere(found, incarnation)) throw away(found, timeout);
    lastNumber = (lastNumber % 0x7fff_ffff) + 1;
    const number = lastNumber;
    send({ kind: 'call', key: found.key, number, body: encode(request) });
    let reply: Reply | undefined;
    const inTime = waitUntil(() => {
      reply = received(number);
      return reply !== undefined || !isThere(found, incarnation);
    }, timeout);
    if (reply !== undefined) return reply;
    if (!inTime) silence(found.shared, bell);
    throw away(found, timeout);
  }

  /** Replies that somebody gave up waiting for are passed over. */
  function received(number: number): Reply | undefined {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      const message: FromSupervisor = next.message;
      if (message.number === number) return decodeReply(message.body);
    }
    return undefined;
  }

  return {
    problem: (instance) => {
      const found = ready(instance);
      return stateOf(found.shared) === 'answering' ? undefined : away(found, timeout);
    },
    incarnation: (instance) => incarnationOf(find(instance).shared),
    silentFor: (instance) => {
      const { shared } = find(instance);
      return stateOf(shared) === 'answering' ? undefined : Math.max(0, now() - (shared.heard[0] ?? 0));
    },
    processOf: (instance) => processOf(find(instance).shared),
    freeze: (instance) => {
      const found = ready(instance);
      const pid = processOf(found.shared);
      if (pid === undefined || stateOf(found.shared) !== 'answering') throw away(found, timeout);
      process.kill(pid, 'SIGSTOP');
      found.frozen = { pid, since: new Date().toISOString() };
    },
    thaw: (instance) => {
      const found = find(instance);
      const frozen = frozenOf(found);
      if (frozen === undefined) return false;
      signal(frozen.pid, 'SIGCONT');
      found.frozen = undefined;
      return true;
    },
    frozen: () =>
      [...known.values()].flatMap((found) => {
        const frozen = frozenOf(found);
        return frozen === undefined ? [] : [{ instance: found.name, since: frozen.since }];
      }),
    kill: (server) => {
      for (const found of known.values()) {
        const pid = processOf(found.shared);
        const isOfServer = found.server.toLowerCase() === server.toLowerCase();
        if (isOfServer && pid !== undefined && stateOf(found.shared) !== 'ended') signal(pid, 'SIGKILL');
      }
    },
    open: (instance, file, label) => {
      const found = ready(instance);
      const incarnation = incarnationOf(found.shared);
      const line: Line = {
        incarnation,
        isThere: () => isThere(found, incarnation),
        ask: (request) => {
          const reply = call(found, incarnation, request);
          if (reply.error !== undefined) throw errorOf(reply.error);
          return reply;
        },
      };
      return remoteDatabase(line, file, label);
    },
    [Symbol.asyncDispose]: async () => {
      worker.ref();
      send({ kind: 'end' });
      await ended;
      port.close();
    },
  };
}

/** A process that was killed meanwhile is none. */
function frozenOf({ frozen, shared }: Known): Known['frozen'] {
  return stateOf(shared) !== 'ended' && processOf(shared) === frozen?.pid ? frozen : undefined;
}

function signal(pid: number, name: 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function isThere({ shared }: Known, incarnation: number): boolean {
  return stateOf(shared) === 'answering' && incarnationOf(shared) === incarnation;
}

function away({ name, shared }: Known, timeout: number): LyncTopologyError {
  const silent = stateOf(shared) === 'silent';
  return new LyncTopologyError({
    code: 'server-stopped',
    kind: 'failed',
    object: name,
    message: silent
      ? `${name} has not answered for ${timeout} ms: its process is stopped or hangs.`
      : `The process of ${name} has ended.`,
    remedy: silent
      ? 'Start it with `lync-topology fault start`, or end its process; it is used again as soon as it answers.'
      : 'It is started again by itself; wait until it answers.',
  });
}

/** Beside the bundle that this is part of, or beside this source. */
function programFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './sqlInstance.js', import.meta.url);
}
