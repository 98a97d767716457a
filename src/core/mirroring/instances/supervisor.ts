/**
 * The thread that looks after the processes of SQL instances: it starts them, carries calls and replies, looks whether they live,
 * and starts those that ended again. The engine's own thread waits for a reply without turning its event loop, so what this
 * thread knows of a process lies in memory that both see.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { frame, frameReader, lookNumber, readyNumber } from './calls.ts';
import { heldElsewhere, processFile } from './serve.ts';
import {
  moveTo,
  now,
  ring,
  type SharedState,
  type SupervisorOrder,
  silence,
  stateOf,
  type ToSupervisor,
} from './sharedState.ts';

interface Process {
  readonly key: string;
  readonly folder: string;
  readonly shared: SharedState;
  child: ChildProcess | undefined;
  /** When the oldest look that has no answer was sent. */
  askedAt: number | undefined;
  startedAt: number;
  endedAt: number;
}

const shortestLook = 5;
/** A program that is being loaded does not answer yet. */
const startPatience = 10_000;

/** Runs until it is told to end. */
export function superviseInstances(order: SupervisorOrder): void {
  const { port, program, timeout, restartAfter, bell } = order;
  const processes = new Map<string, Process>();
  const timer = setInterval(
    () => {
      for (const found of processes.values()) look(found);
    },
    Math.max(shortestLook, timeout / 5),
  );

  function start(found: Process): void {
    moveTo(found.shared, 'starting', bell);
    const child = spawn(process.execPath, ['--no-warnings', program, found.folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    found.child = child;
    found.askedAt = undefined;
    found.startedAt = now();
    found.shared.words[2] = child.pid ?? 0;
    child.on('error', () => ended(found, child));
    child.on('exit', (status) => {
      if (status === heldElsewhere) wake(found.folder);
      ended(found, child);
    });
    child.stdin.on('error', () => {});
    child.stdout.on(
      'data',
      frameReader((number, body) => {
        // What a process said last may be read after its end.
        if (found.child === child) heard(found, port, number, body);
      }),
    );
  }

  function ended(found: Process, child: ChildProcess): void {
    if (found.child !== child) return;
    found.child = undefined;
    found.endedAt = now();
    moveTo(found.shared, 'ended', bell);
  }

  function heard(found: Process, to: MessagePort, number: number, body: Buffer): void {
    found.shared.heard[0] = now();
    if (number === lookNumber) found.askedAt = undefined;
    else if (number !== readyNumber) {
      const own = new Uint8Array(body);
      to.postMessage({ number, body: own }, [own.buffer]);
    }
    // What was asked while it was silent has been answered or comes next; nobody waits for that any more.
    moveTo(found.shared, 'answering', bell);
    ring(bell);
  }

  function look(found: Process): void {
    if (found.child === undefined) {
      if (now() - found.endedAt >= restartAfter) start(found);
      return;
    }
    if (stateOf(found.shared) === 'starting' && now() - found.startedAt < startPatience) return;
    if (found.askedAt === undefined) {
      found.askedAt = now();
      found.child.stdin?.write(frame(lookNumber, Buffer.alloc(0)));
    } else if (now() - found.askedAt >= timeout) silence(found.shared, bell);
  }

  port.on('message', (message: ToSupervisor) => {
    switch (message.kind) {
      case 'start': {
        const { key, folder, shared } = message;
        const found: Process = { key, folder, shared, child: undefined, askedAt: undefined, startedAt: 0, endedAt: 0 };
        processes.set(key, found);
        return start(found);
      }
      case 'call':
        processes.get(message.key)?.child?.stdin?.write(frame(message.number, message.body));
        return;
      case 'end':
        clearInterval(timer);
        for (const { child } of processes.values()) end(child);
        port.close();
    }
  });
}

/** A process ends with its pipe; one that is stopped cannot, and holds nothing that was promised to anybody. */
function end(child: ChildProcess | undefined): void {
  child?.stdin?.end();
  child?.removeAllListeners('exit');
  const patience = setTimeout(() => child?.kill('SIGKILL'), 500);
  child?.once('exit', () => clearTimeout(patience));
  if (child === undefined) clearTimeout(patience);
}

/** A process that was stopped when its engine ended holds the instance until it runs and finds its pipe at the end. */
function wake(folder: string): void {
  try {
    const pid = Number.parseInt(readFileSync(processFile(folder), 'utf8'), 10);
    if (pid > 0 && process.platform !== 'win32') process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended meanwhile.
  }
}
