/** The attached side: an engine in another process, behind the same interface as one in this process. */
import { connect, type Socket } from 'node:net';
import { CancellationTokenSource, type MessageConnection, type RequestType } from 'vscode-jsonrpc/node';
import { cancelled, type ErrorInformation, LyncTopologyError, throwIfCancelled } from '../core/errors.ts';
import { createEventSource, type Event } from '../core/events.ts';
import type { StatusChange } from '../core/status.ts';
import type { CallOptions, EngineApi } from './api.ts';
import { fromWire } from './errors.ts';
import { messageConnection } from './messageConnection.ts';
import * as protocol from './protocol.ts';

export interface RemoteEngine extends EngineApi, Disposable {
  readonly pid: number;
  /** The connection has ended: what was asked last may or may not have been done. */
  readonly closed: boolean;
  readonly onDidClose: Event<void>;
}

/** How long an engine may take to answer the first message, milliseconds. */
const attachTimeout = 10_000;

/**
 * Attaches to the engine at an address. Throws its refusal, and `engine-unreachable` when nobody answers there.
 */
export async function attachToEngine(address: string, parameters: protocol.AttachParameters): Promise<RemoteEngine> {
  const socket = await open(address);
  const connection = messageConnection(socket);
  const closing = createEventSource<void>();
  const link: Link = { connection, closed: false, calls: new Map(), nextToken: 1 };
  const close = (): void => {
    if (link.closed) return;
    link.closed = true;
    connection.dispose();
    socket.destroy();
    closing.fire();
  };
  connection.onClose(close);
  connection.onError(close);
  const changes = createEventSource<StatusChange>();
  connection.onNotification(protocol.statusChanged, (change) => changes.fire(change));
  connection.onNotification(protocol.progressed, ({ token, progress }) =>
    link.calls.get(token)?.onProgress?.(progress),
  );
  connection.onNotification(protocol.verbose, ({ token, line }) => link.calls.get(token)?.onVerbose?.(line));
  connection.listen();
  const { pid } = await attach(link, address, parameters).catch((error: unknown) => {
    close();
    throw error;
  });
  return {
    ...callsOver(link),
    onDidChangeStatus: changes.event,
    pid,
    get closed() {
      return link.closed;
    },
    onDidClose: closing.event,
    [Symbol.dispose]: close,
  };
}

interface Link {
  readonly connection: MessageConnection;
  closed: boolean;
  readonly calls: Map<number, CallOptions>;
  nextToken: number;
}

function callsOver(link: Link): Omit<EngineApi, 'onDidChangeStatus'> {
  return {
    status: (signal) => ask(link, protocol.status, {}, signal),
    plan: (request, signal) => ask(link, protocol.plan, request, signal),
    execute: (request, options) => call(link, protocol.execute, { request }, options),
    start: (request) => ask(link, protocol.start, request),
    job: (id) => ask(link, protocol.job, { id }),
    jobEnded: (id, options) => call(link, protocol.jobEnded, { id }, options),
    jobLog: (id) => ask(link, protocol.jobLog, { id }),
    cancelJob: (id) => ask(link, protocol.cancelJob, { id }),
    commit: (pool, database, changes) => ask(link, protocol.commit, { pool, database, changes }),
  };
}

/** A call that tells of its progress while it runs. */
async function call<P, R>(
  link: Link,
  type: RequestType<P & protocol.CallParameters, R, ErrorInformation>,
  parameters: P,
  options: CallOptions = {},
): Promise<R> {
  const token = link.nextToken++;
  link.calls.set(token, options);
  try {
    return await ask(link, type, { ...parameters, token }, options.signal);
  } finally {
    link.calls.delete(token);
  }
}

async function ask<P, R>(
  link: Link,
  type: RequestType<P, R, ErrorInformation>,
  parameters: P,
  signal?: AbortSignal,
): Promise<R> {
  throwIfCancelled(signal, type.method);
  if (link.closed) throw engineGone();
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await link.connection.sendRequest<R>(type.method, parameters, source.token);
  } catch (error) {
    if (signal?.aborted) throw cancelled(type.method);
    throw fromWire(error) ?? engineGone(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
    source.dispose();
  }
}

async function attach(
  link: Link,
  address: string,
  parameters: protocol.AttachParameters,
): Promise<protocol.AttachResult> {
  const timeout = AbortSignal.timeout(attachTimeout);
  try {
    return await Promise.race([ask(link, protocol.attach, parameters), rejectOn(timeout, address)]);
  } catch (error) {
    if (error instanceof LyncTopologyError && error.code === 'engine-stopped') throw unreachable(address, error);
    throw error;
  }
}

function rejectOn(signal: AbortSignal, address: string): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(unreachable(address)), { once: true });
  });
}

function open(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const fail = (error: unknown): void => reject(unreachable(address, error));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function unreachable(address: string, cause?: unknown): LyncTopologyError {
  return new LyncTopologyError(
    {
      code: 'engine-unreachable',
      kind: 'failed',
      object: address,
      message: `The engine that announced itself at ${address} does not answer.`,
      remedy: 'Run the command again; if that fails too, end the process that holds the data directory.',
    },
    { cause },
  );
}

function engineGone(cause?: unknown): LyncTopologyError {
  return new LyncTopologyError(
    {
      code: 'engine-stopped',
      kind: 'failed',
      object: 'engine',
      message: 'The engine ended before it had answered, so it is not known whether it did what was asked.',
      remedy: 'Look at the jobs and the status, and run the command again where it is needed.',
    },
    { cause },
  );
}
