/** What a drill has done so far, on disk: an engine that finds a drill interrupted ends it with a report from this. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentSnapshot } from './content.ts';
import type { StepReport } from './report.ts';

export interface Diary extends Disposable {
  began(startedAt: string, faultsBefore: readonly string[]): void;
  stepBegins(number: number, startedAt: string): void;
  stepEnded(report: StepReport): void;
  /** What a share held before it was broken. */
  content(snapshot: ContentSnapshot): void;
}

type Entry =
  | { readonly kind: 'began'; readonly startedAt: string; readonly faults: readonly string[] }
  | { readonly kind: 'begins'; readonly number: number; readonly startedAt: string }
  | { readonly kind: 'ended'; readonly report: StepReport }
  | {
      readonly kind: 'content';
      readonly pool: string;
      readonly folder: string;
      readonly files: readonly (readonly [string, string])[];
    };

export interface ReadDiary {
  readonly startedAt: string;
  /** Identities of the faults that were there before the drill. */
  readonly faultsBefore: readonly string[];
  readonly steps: readonly StepReport[];
  /** The step that was under way. */
  readonly underWay?: { readonly number: number; readonly startedAt: string };
  readonly snapshots: readonly ContentSnapshot[];
}

/** Each entry is on disk when its function returns. */
export function openDiary(folder: string): Diary {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = openSync(diaryFile(folder), 'a', 0o600);
  const write = (entry: Entry): void => {
    writeSync(file, `${JSON.stringify(entry)}\n`);
    fsyncSync(file);
  };
  return {
    began: (startedAt, faults) => write({ kind: 'began', startedAt, faults }),
    stepBegins: (number, startedAt) => write({ kind: 'begins', number, startedAt }),
    stepEnded: (report) => write({ kind: 'ended', report }),
    content: ({ pool, folder: share, files }) => write({ kind: 'content', pool, folder: share, files: [...files] }),
    [Symbol.dispose]: () => closeSync(file),
  };
}

/** `undefined` when the drill had not begun. What was being written when the engine was killed had not happened yet. */
export function readDiary(folder: string): ReadDiary | undefined {
  const file = diaryFile(folder);
  if (!existsSync(file)) return undefined;
  const entries = readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line): Entry => JSON.parse(line));
  const began = entries.find((entry) => entry.kind === 'began');
  if (began === undefined) return undefined;
  const steps = entries.flatMap((entry) => (entry.kind === 'ended' ? [entry.report] : []));
  const last = entries.findLast((entry) => entry.kind === 'begins');
  const isOpen = last !== undefined && !steps.some(({ number }) => number === last.number);
  return {
    startedAt: began.startedAt,
    faultsBefore: began.faults,
    steps,
    ...(isOpen && { underWay: { number: last.number, startedAt: last.startedAt } }),
    snapshots: entries.flatMap((entry) =>
      entry.kind === 'content' ? [{ pool: entry.pool, folder: entry.folder, files: new Map(entry.files) }] : [],
    ),
  };
}

function diaryFile(folder: string): string {
  return join(folder, 'diary.jsonl');
}
