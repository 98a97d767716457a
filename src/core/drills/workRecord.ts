/**
 * What a client of a drill was told, on disk before its next transaction begins: a line for everything that was acknowledged,
 * and beside it what was under way last, of which it was told nothing. Both outlast a killed engine.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { LyncTopologyError } from '../errors.ts';

export interface WorkRecord extends Disposable {
  readonly file: string;
  /** The names of what is sent now. */
  begin(names: readonly string[]): void;
  /** What was sent last is acknowledged. */
  acknowledge(entries: readonly object[]): void;
}

export interface ReadWork {
  readonly lines: readonly unknown[];
  /** Names of what was under way at the end, when that was not acknowledged. */
  readonly unsure: ReadonlySet<string>;
}

/** Throws `disk-full`, `access-denied`. */
export function openWorkRecord(file: string): WorkRecord {
  const [acknowledged, underWay] = onFile(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return [openSync(file, 'w', 0o600), openSync(underWayFile(file), 'w', 0o600)] as const;
  });
  const replace = (text: string): void =>
    onFile(file, () => {
      ftruncateSync(underWay);
      writeSync(underWay, text, 0);
    });
  return {
    file,
    begin: (names) => replace(JSON.stringify(names)),
    acknowledge: (entries) => {
      onFile(file, () => void writeSync(acknowledged, entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
      replace('[]');
    },
    [Symbol.dispose]: () => {
      closeSync(acknowledged);
      closeSync(underWay);
    },
  };
}

/** Also of a client whose engine was killed: what it was writing down at that moment is not counted. */
export function readWork(file: string): ReadWork {
  return onFile(file, () => {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return { lines: lines.map((line): unknown => JSON.parse(line)), unsure: new Set(namesIn(underWayFile(file))) };
  });
}

function underWayFile(file: string): string {
  return `${file}.under-way`;
}

function namesIn(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  try {
    const names: unknown = JSON.parse(text === '' ? '[]' : text);
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    // Killed while it was written: nothing had been sent yet.
    return [];
  }
}

function onFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new LyncTopologyError(
      {
        code: code === 'ENOSPC' ? 'disk-full' : 'access-denied',
        kind: 'failed',
        object: file,
        message: `The file ${file} for what clients were told cannot be used (${code}).`,
        remedy: 'See that its disk has room and that you may write there, then run the drill again.',
      },
      { cause },
    );
  }
}
