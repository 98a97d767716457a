/**
 * One deployment, of one topology file, as this window sees it. It connects when something first needs the deployment,
 * listens to live changes only while somebody holds it live, and goes on when the engine was replaced by another.
 */
import { createEventSource, type Event } from '../core/events.ts';
import type { StatusChange } from '../core/status.ts';
import type { DeploymentConnection } from '../deployments/deployment.ts';
import { createStatusStore, type StatusStore } from './statusStore.ts';

export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Session extends AsyncDisposable {
  /** What was known last: true now only while the session is live. Empty when there is no connection to be had. */
  readonly store: StatusStore;
  /** The status is being followed. */
  readonly live: boolean;
  readonly state: SessionState;
  readonly onDidChangeState: Event<SessionState>;
  /** Connects when there is no connection yet. Rejects with the reason why there is none. */
  connection(): Promise<DeploymentConnection>;
  /** Leaves the engine and connects again, for settings or a topology that have changed. */
  restart(): Promise<void>;
  /** Reads the status anew, for what must not wait for an event. */
  refresh(): Promise<void>;
  /** While at least one of these is held the status is read and every change of it taken in. */
  holdLive(): Disposable;
}

export interface SessionOptions {
  readonly connect: () => Promise<DeploymentConnection>;
  readonly onError: (error: unknown) => void;
}

export function createSession({ connect, onError }: SessionOptions): Session {
  const store = createStatusStore(onError);
  const stateChanged = createEventSource<SessionState>(onError);
  let state: SessionState = { kind: 'idle' };
  let connecting: Promise<DeploymentConnection> | undefined;
  let disconnected: Disposable | undefined;
  let live: Disposable | undefined;
  let holders = 0;
  let disposed = false;

  const setState = (next: SessionState): void => {
    state = next;
    stateChanged.fire(next);
  };

  const connection = (): Promise<DeploymentConnection> => {
    connecting ??= open();
    return connecting;
  };

  const open = async (): Promise<DeploymentConnection> => {
    setState({ kind: 'connecting' });
    try {
      const opened = await connect();
      disconnected = opened.onDidDisconnect(() => {
        // The connection finds or starts the next engine by itself; what is followed is read anew from it.
        if (!disposed && live !== undefined) listen(opened);
      });
      setState({ kind: 'connected' });
      if (holders > 0) listen(opened);
      return opened;
    } catch (error) {
      fail(error);
      throw error;
    }
  };

  /** Nothing is known any more. The next call tries to connect again. */
  const fail = (error: unknown): void => {
    const broken = connecting;
    connecting = undefined;
    stopListening();
    disconnected?.[Symbol.dispose]();
    disconnected = undefined;
    store.clear();
    setState({ kind: 'failed', error });
    broken?.then((opened) => opened[Symbol.asyncDispose]()).catch(() => {});
  };

  const stopListening = (): void => {
    live?.[Symbol.dispose]();
    live = undefined;
  };

  const listen = (opened: DeploymentConnection): void => {
    stopListening();
    live = followStatus(opened, store, (error) => {
      onError(error);
      if (!disposed) fail(error);
    });
    stateChanged.fire(state);
  };

  return {
    store,
    get live() {
      return live !== undefined;
    },
    get state() {
      return state;
    },
    onDidChangeState: stateChanged.event,
    connection,
    restart: async () => {
      const old = connecting;
      if (old === undefined) return;
      connecting = undefined;
      stopListening();
      disconnected?.[Symbol.dispose]();
      await (await old.catch(() => undefined))?.[Symbol.asyncDispose]();
      if (holders > 0 && !disposed) await connection();
    },
    refresh: async () => store.replace(await (await connection()).status()),
    holdLive: () => {
      holders += 1;
      if (holders === 1)
        connection().then((opened) => {
          if (holders > 0 && live === undefined) listen(opened);
        }, onError);
      let held = true;
      return {
        [Symbol.dispose]: () => {
          if (!held) return;
          held = false;
          holders -= 1;
          if (holders > 0) return;
          stopListening();
          stateChanged.fire(state);
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      disposed = true;
      stopListening();
      disconnected?.[Symbol.dispose]();
      const opened = await connecting?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

/**
 * Reads the status and takes in every change after it; reads it again where a change was missed. `onFailed` when it could
 * not be read.
 */
function followStatus(
  connection: DeploymentConnection,
  store: StatusStore,
  onFailed: (error: unknown) => void,
): Disposable {
  const ended = new AbortController();
  let reading = false;
  let missed: StatusChange[] = [];

  const read = async (): Promise<void> => {
    reading = true;
    try {
      const status = await connection.status(ended.signal);
      if (ended.signal.aborted) return;
      store.replace(status);
    } catch (error) {
      if (!ended.signal.aborted) onFailed(error);
    } finally {
      reading = false;
      const waiting = missed;
      missed = [];
      if (!ended.signal.aborted) for (const change of waiting) take(change);
    }
  };

  const take = (change: StatusChange): void => {
    if (reading) missed.push(change);
    else if (!store.apply(change)) void read();
  };

  const subscription = connection.onDidChangeStatus(take);
  void read();
  return {
    [Symbol.dispose]: () => {
      ended.abort();
      subscription[Symbol.dispose]();
    },
  };
}
