/** What the engine's thread and the thread that looks after the processes both see, and what they send each other. */
import type { MessagePort } from 'node:worker_threads';

const states = ['starting', 'answering', 'silent', 'ended'] as const;
export type ProcessState = (typeof states)[number];

export interface SharedState {
  /** State, incarnation, number of the process. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** When it was last heard; see `now`. */
  readonly heard: Float64Array<SharedArrayBuffer>;
}

export type ToSupervisor =
  | { readonly kind: 'start'; readonly key: string; readonly folder: string; readonly shared: SharedState }
  | { readonly kind: 'call'; readonly key: string; readonly number: number; readonly body: Uint8Array }
  | { readonly kind: 'end' };

export interface FromSupervisor {
  readonly number: number;
  readonly body: Uint8Array;
}

export interface SupervisorOrder {
  readonly port: MessagePort;
  /** File of the program; see `main.ts`. */
  readonly program: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly restartAfter: number;
  /** Rung at whatever somebody may wait for. */
  readonly bell: Int32Array<SharedArrayBuffer>;
}

export function createSharedState(): SharedState {
  const shared = {
    words: new Int32Array(new SharedArrayBuffer(12)),
    heard: new Float64Array(new SharedArrayBuffer(8)),
  };
  shared.heard[0] = now();
  return shared;
}

export function stateOf({ words }: SharedState): ProcessState {
  return states[Atomics.load(words, 0)] ?? 'ended';
}

/** Grows whenever the state changes, and so whenever what was open may be gone. */
export function incarnationOf({ words }: SharedState): number {
  return Atomics.load(words, 1);
}

export function moveTo({ words }: SharedState, state: ProcessState, bell: Int32Array<SharedArrayBuffer>): void {
  const next = states.indexOf(state);
  if (Atomics.exchange(words, 0, next) === next) return;
  Atomics.add(words, 1, 1);
  ring(bell);
}

/** The process let the time-out pass, unless it was found to be away for another reason. */
export function silence({ words }: SharedState, bell: Int32Array<SharedArrayBuffer>): void {
  const [answering, silent] = [states.indexOf('answering'), states.indexOf('silent')];
  if (Atomics.compareExchange(words, 0, answering, silent) !== answering) return;
  Atomics.add(words, 1, 1);
  ring(bell);
}

/** The number of the process, once there is one. */
export function processOf({ words }: SharedState): number | undefined {
  const pid = Atomics.load(words, 2);
  return pid === 0 ? undefined : pid;
}

export function ring(bell: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

/** Milliseconds of a clock that all threads share and nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
