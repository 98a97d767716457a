/** What is said between an engine and the process of an SQL instance, and how it lies on the pipe. */
import type { SQLInputValue } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import { type ErrorInformation, LyncTopologyError } from '../../errors.ts';

/** Whose statement it is; see `Guard`. */
export type Mode = 'own' | 'changing' | 'reading';

export type StatementMethod = 'all' | 'get' | 'run';

export type Call =
  /** `incarnation` as the engine counts: what was opened in another one is used by nobody any more. */
  | { readonly kind: 'open'; readonly incarnation: number; readonly file: string; readonly label: string }
  | { readonly kind: 'close'; readonly handle: number }
  | { readonly kind: 'exec'; readonly handle: number; readonly mode: Mode; readonly sql: string }
  | {
      readonly kind: 'statement';
      readonly handle: number;
      readonly mode: Mode;
      readonly sql: string;
      readonly method: StatementMethod;
      readonly named: Record<string, SQLInputValue> | undefined;
      readonly values: readonly SQLInputValue[];
    }
  | { readonly kind: 'record' | 'changeset' | 'endRecord'; readonly handle: number }
  | {
      readonly kind: 'apply';
      readonly handle: number;
      readonly mode: Mode;
      readonly changeset: Uint8Array;
      /** Those that the change may touch; all of them when absent. */
      readonly tables: readonly string[] | undefined;
      /** What is done with each kind of conflict; any of them ends it when absent. */
      readonly decisions: ReadonlyMap<number, number> | undefined;
    };

export type Reply =
  | { readonly value: unknown; readonly isTransaction: boolean; readonly error?: never }
  | { readonly error: CarriedError; readonly isTransaction: boolean; readonly value?: never };

/** An error as it crosses the pipe: one that people may see, or one of SQLite that is still to be translated. */
type CarriedError =
  | { readonly information: ErrorInformation }
  | { readonly message: string; readonly errcode: number | undefined };

export function carryError(error: unknown): CarriedError {
  if (error instanceof LyncTopologyError) return { information: error.toJSON() };
  const message = error instanceof Error ? error.message : String(error);
  const found = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return { message, errcode: typeof found === 'number' ? found : undefined };
}

export function errorOf(carried: CarriedError): Error {
  if ('information' in carried) return new LyncTopologyError(carried.information);
  const error = new Error(carried.message);
  return carried.errcode === undefined ? error : Object.assign(error, { errcode: carried.errcode });
}

export function encode(message: Call | Reply): Buffer {
  return serialize(message);
}

/** Both ends of the pipe are this product, of the same build. */
export function decodeCall(body: Uint8Array): Call {
  return deserialize(body);
}

export function decodeReply(body: Uint8Array): Reply {
  return deserialize(body);
}

const headerBytes = 8;

/** Number of the first frame of a process, and of a look at whether it lives; the bodies of both are empty. */
export const readyNumber = 0xffff_ffff;
export const lookNumber = 0;

/** Length of the body, number of the call, body. */
export function frame(number: number, body: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headerBytes + body.length);
  framed.writeUInt32LE(body.length, 0);
  framed.writeUInt32LE(number, 4);
  framed.set(body, headerBytes);
  return framed;
}

/** Returns what is to be given the bytes as they come; `onFrame` hears of every whole frame, in order. */
export function frameReader(onFrame: (number: number, body: Buffer) => void): (bytes: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    while (pending.length >= headerBytes) {
      const end = headerBytes + pending.readUInt32LE(0);
      if (pending.length < end) return;
      const number = pending.readUInt32LE(4);
      const body = pending.subarray(headerBytes, end);
      pending = pending.subarray(end);
      onFrame(number, body);
    }
  };
}
