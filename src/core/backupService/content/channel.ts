/** Calls between two threads, in both directions over one port, with progress and with errors that keep their form. */
import { type ErrorInformation, LyncTopologyError } from '../../errors.ts';

/** The calls that one side answers. */
export type Calls = Record<string, { readonly request: unknown; readonly result: unknown; readonly progress: unknown }>;

type Message =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly request: never }
  | { readonly type: 'progress'; readonly id: number; readonly value: never }
  | { readonly type: 'result'; readonly id: number; readonly value: never }
  | { readonly type: 'error'; readonly id: number; readonly information: ErrorInformation };

export interface Port {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
}

/** An answer, and what of it moves to the other thread instead of being copied. */
export interface Answer<Result> {
  readonly value: Result;
  readonly transfer?: readonly ArrayBuffer[];
}

export type Handlers<Served extends Calls> = {
  readonly [Name in keyof Served]: (
    request: Served[Name]['request'],
    progress: (value: Served[Name]['progress']) => void,
  ) => Answer<Served[Name]['result']> | Promise<Answer<Served[Name]['result']>>;
};

export interface Channel<Called extends Calls> {
  call<Name extends keyof Called & string>(
    name: Name,
    request: Called[Name]['request'],
    progress?: (value: Called[Name]['progress']) => void,
  ): Promise<Called[Name]['result']>;
  /** Rejects every open call: the other side is gone. */
  fail(error: unknown): void;
}

interface OpenCall {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly progress: ((value: never) => void) | undefined;
}

/** Opens a channel that answers `Served` and calls `Called`. */
export function openChannel<Called extends Calls, Served extends Calls>(
  port: Port,
  handlers: Handlers<Served>,
): Channel<Called> {
  const open = new Map<number, OpenCall>();
  let last = 0;
  const answer = async (id: number, name: string, request: never): Promise<void> => {
    try {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`unknown call ${name}`);
      const { value, transfer } = await handler(request, (step) =>
        port.postMessage({ type: 'progress', id, value: step }),
      );
      port.postMessage({ type: 'result', id, value }, transfer);
    } catch (error) {
      port.postMessage({ type: 'error', id, information: informationOf(error) });
    }
  };
  port.on('message', (message) => {
    if (message.type === 'call') {
      void answer(message.id, message.name, message.request);
      return;
    }
    const call = open.get(message.id);
    if (message.type === 'progress') {
      call?.progress?.(message.value);
      return;
    }
    open.delete(message.id);
    if (message.type === 'result') call?.resolve(message.value);
    else call?.reject(new LyncTopologyError(message.information));
  });
  return {
    call(name, request, progress) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject, progress });
        port.postMessage({ type: 'call', id, name, request });
      });
    },
    fail(error) {
      for (const call of open.values()) call.reject(error);
      open.clear();
    },
  };
}

function informationOf(error: unknown): ErrorInformation {
  if (error instanceof LyncTopologyError) return error.toJSON();
  return {
    code: 'internal',
    kind: 'failed',
    object: 'content replication',
    message: `Content replication failed in a way that was not foreseen: ${error instanceof Error ? error.message : String(error)}.`,
    remedy: 'Run it again; if it fails again, report it with this message.',
  };
}
