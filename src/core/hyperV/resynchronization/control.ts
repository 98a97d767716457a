/** How the engine's thread steers the thread that compares and merges, and what that one tells. */
import { existsSync } from 'node:fs';
import { cancelled, LyncTopologyError } from '../../errors.ts';

/** One number that both threads see. */
export type Control = Int32Array<SharedArrayBuffer>;

export const signals = { run: 0, cancel: 1, pause: 2, merging: 3 } as const;

export function createControl(): Control {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** From one state to another, only when it is that state now. */
function change(control: Control, from: number, to: number): boolean {
  if (Atomics.compareExchange(control, 0, from, to) !== from) return false;
  Atomics.notify(control, 0);
  return true;
}

/** False when it merges already: a merge is not cancelled (domain E.4). */
export function requestCancel(control: Control): boolean {
  return change(control, signals.run, signals.cancel) || change(control, signals.pause, signals.cancel);
}

/** False when it merges already, or has been cancelled. */
export function requestPause(control: Control): boolean {
  return change(control, signals.run, signals.pause) || Atomics.load(control, 0) === signals.pause;
}

export function requestContinue(control: Control): void {
  change(control, signals.pause, signals.run);
}

/** A host whose disks are used, and the mark in its folder that says it is stopped. */
export interface HostMark {
  readonly host: string;
  readonly folder: string;
  readonly mark: string;
}

export interface Watch {
  readonly control: Control;
  readonly hosts: readonly HostMark[];
  /** Runs before the thread waits and after it goes on. */
  readonly onPause: (paused: boolean) => void;
}

/** Between two chunks: waits while paused. Throws `cancelled`. */
export function checkControl({ control, onPause }: Watch): void {
  if (Atomics.load(control, 0) === signals.pause) {
    onPause(true);
    while (Atomics.load(control, 0) === signals.pause) Atomics.wait(control, 0, signals.pause);
    onPause(false);
  }
  if (Atomics.load(control, 0) === signals.cancel) throw cancelled('The resynchronisation');
}

/** From here on nobody cancels or pauses. Throws `cancelled`. */
export function enterMerge(watch: Watch): void {
  while (!change(watch.control, signals.run, signals.merging)) checkControl(watch);
}

/** Something to be cancelled and paused follows after all. */
export function leaveMerge(control: Control): void {
  change(control, signals.merging, signals.run);
}

/** Throws `server-stopped` when a host has gone since the work began. */
export function checkHosts({ hosts }: Watch): void {
  for (const { host, folder, mark } of hosts) {
    if (existsSync(folder) && !existsSync(mark)) continue;
    throw new LyncTopologyError({
      code: 'server-stopped',
      kind: 'failed',
      object: host,
      message: `The Hyper-V host ${host} stopped during the resynchronisation.`,
      remedy: `Start it, here with \`lync-topology fault start ${host}\`, and resynchronise again.`,
    });
  }
}

/** Waits in this thread. Milliseconds. */
export function pauseThread(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
