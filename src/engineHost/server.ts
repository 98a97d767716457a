/** One attached client: it shows the token, then asks; every change of status is sent to it. */
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { CancellationToken, MessageConnection, RequestType } from 'vscode-jsonrpc/node';
import { type ErrorInformation, LyncTopologyError } from '../core/errors.ts';
import type { CallOptions, EngineApi } from './api.ts';
import { toWire } from './errors.ts';
import { messageConnection } from './messageConnection.ts';
import * as protocol from './protocol.ts';

/** How long a client may take to show the token, milliseconds. */
const attachTimeout = 5_000;

export interface ServedEngine {
  readonly api: EngineApi;
  readonly token: string;
  /** Throws why this client may not attach. */
  admit(parameters: protocol.AttachParameters): void;
  /** A call has begun; what is returned is called when it has been answered. */
  begin(): () => void;
}

/** Serves a client until its socket closes. `onAttached` is called once it has shown the token and was admitted. */
export function serveClient(engine: ServedEngine, socket: Socket, onAttached: () => void): void {
  const connection = messageConnection(socket);
  const calls = new AbortController();
  const timeout = setTimeout(() => socket.destroy(), attachTimeout);
  let attached = false;
  let events: Disposable | undefined;

  const handle = <P, R>(
    type: RequestType<P, R, ErrorInformation>,
    answer: (parameters: P, options: Required<CallOptions>) => Promise<R>,
  ): void => {
    connection.onRequest<unknown, ErrorInformation>(
      type.method,
      async (parameters: P, cancellation: CancellationToken) => {
        if (!attached) throw toWire(notAttached(), type.method);
        return guarded(type.method, parameters, cancellation, answer);
      },
    );
  };

  const guarded = async <P, R>(
    method: string,
    parameters: P,
    cancellation: CancellationToken,
    answer: (parameters: P, options: Required<CallOptions>) => Promise<R>,
  ): Promise<R> => {
    const options = callOptions(connection, cancellation, calls.signal, tokenOf(parameters));
    const answered = engine.begin();
    try {
      return await answer(parameters, options);
    } catch (error) {
      throw toWire(error, method);
    } finally {
      options[Symbol.dispose]();
      // The answer is on its way when the queue of this turn has been worked off.
      setImmediate(answered);
    }
  };

  connection.onRequest(protocol.attach, (given) => {
    try {
      admit(engine, given);
    } catch (error) {
      // The client hears why and goes; one that stays is put out when its time is over.
      throw toWire(error, 'attach');
    }
    clearTimeout(timeout);
    attached = true;
    events ??= engine.api.onDidChangeStatus((change) =>
      quietly(connection.sendNotification(protocol.statusChanged, change)),
    );
    onAttached();
    return { pid: process.pid };
  });
  handleCalls(engine.api, handle);
  connection.onClose(() => {
    clearTimeout(timeout);
    events?.[Symbol.dispose]();
    calls.abort();
    connection.dispose();
  });
  // A client that breaks off in the middle of a message is a client that has gone.
  connection.onError(() => socket.destroy());
  connection.listen();
}

type Handle = <P, R>(
  type: RequestType<P, R, ErrorInformation>,
  answer: (parameters: P, options: Required<CallOptions>) => Promise<R>,
) => void;

function handleCalls(api: EngineApi, handle: Handle): void {
  handle(protocol.status, (_, { signal }) => api.status(signal));
  handle(protocol.plan, (request, { signal }) => api.plan(request, signal));
  handle(protocol.execute, ({ request }, options) => api.execute(request, options));
  handle(protocol.start, (request) => api.start(request));
  handle(protocol.job, ({ id }) => api.job(id));
  handle(protocol.jobEnded, ({ id }, options) => api.jobEnded(id, options));
  handle(protocol.jobLog, ({ id }) => api.jobLog(id));
  handle(protocol.cancelJob, ({ id }) => api.cancelJob(id));
  handle(protocol.commit, ({ pool, database, changes }) => api.commit(pool, database, changes));
}

function admit(engine: ServedEngine, given: unknown): void {
  const parameters = protocol.attachSchema.safeParse(given);
  if (!parameters.success || !sameSecret(parameters.data.token, engine.token)) throw notAttached();
  engine.admit(parameters.data);
}

function sameSecret(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The options of a call: cancelled by the client, or by its going away. */
function callOptions(
  connection: MessageConnection,
  cancellation: CancellationToken,
  gone: AbortSignal,
  token: number | undefined,
): Required<CallOptions> & Disposable {
  const controller = new AbortController();
  const subscription = cancellation.onCancellationRequested(() => controller.abort());
  return {
    signal: AbortSignal.any([controller.signal, gone]),
    onProgress: (progress) => {
      if (token !== undefined) quietly(connection.sendNotification(protocol.progressed, { token, progress }));
    },
    onVerbose: (line) => {
      if (token !== undefined) quietly(connection.sendNotification(protocol.verbose, { token, line }));
    },
    [Symbol.dispose]: () => subscription.dispose(),
  };
}

function tokenOf(parameters: unknown): number | undefined {
  if (typeof parameters !== 'object' || parameters === null || !('token' in parameters)) return undefined;
  return typeof parameters.token === 'number' ? parameters.token : undefined;
}

/** A client that has gone is noticed by its closed socket, not by what could not be sent to it. */
function quietly(sending: Promise<void>): void {
  sending.catch(() => {});
}

function notAttached(): LyncTopologyError {
  return new LyncTopologyError({
    code: 'access-denied',
    kind: 'refused',
    object: 'engine',
    message: 'The engine does not know this client: it did not show the token that the engine announced.',
    remedy: 'Run the command again; it reads the announcement anew.',
  });
}
