/** Calm output: a line per step with a check mark; on a terminal a progress bar in the meantime; plain lines in a pipe. */
import type { WriteStream } from 'node:tty';
import { formatBytes, formatDuration } from '../../src/core/operations/amounts.ts';
import type { Progress } from '../../src/core/status.ts';

export interface Screen extends Disposable {
  title(text: string, detail: string): void;
  chapter(text: string): void;
  /** Runs a step. Its line ends with what `summary` says of the result and with the time it took. */
  step<T>(
    title: string,
    work: (tell: (progress: Progress) => void) => Promise<T>,
    summary?: (value: T) => string,
  ): Promise<T>;
  /** Something to read, indented below the last step. */
  note(lines: readonly string[]): void;
  table(rows: readonly (readonly [name: string, value: string])[]): void;
  verdict(good: boolean, text: string): void;
}

const redrawEvery = 80;
const barWidth = 28;
const defaultColumns = 100;
const titleWidth = 54;
const noteIndent = 6;
const noteWidth = 104;
const clearLine = '\r\u001b[2K';

export function openScreen(stream: WriteStream, environment: NodeJS.ProcessEnv): Screen {
  const live = stream.isTTY === true;
  const coloured = live && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  const paint = (code: number, text: string): string => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const bold = (text: string): string => paint(1, text);
  const dim = (text: string): string => paint(2, text);
  const green = (text: string): string => paint(32, text);
  const red = (text: string): string => paint(31, text);
  const line = (text = ''): void => void stream.write(`${text}\n`);
  let lastDraw = 0;

  const draw = (title: string, progress: Progress): void => {
    const now = performance.now();
    if (!live || now - lastDraw < redrawEvery) return;
    lastDraw = now;
    stream.write(
      `${clearLine}${fit(`  ${paint(36, '•')} ${title.padEnd(titleWidth)} `, barOf(progress), stream.columns || defaultColumns)}`,
    );
  };
  return {
    title: (text, detail) => {
      line();
      line(`  ${bold(text)}`);
      line(`  ${dim(detail)}`);
    },
    chapter: (text) => {
      line();
      line(`  ${bold(text)}`);
    },
    step: async (title, work, summary) => {
      if (live) stream.write(`\u001b[?25l  ${paint(36, '•')} ${title}`);
      const start = performance.now();
      try {
        const value = await work((progress) => draw(title, progress));
        const time = formatDuration(performance.now() - start);
        const words = summary?.(value) ?? '';
        if (live) stream.write(clearLine);
        line(`  ${green('✔')} ${title.padEnd(titleWidth)} ${time.padStart(7)}${words === '' ? '' : `  ${dim(words)}`}`);
        return value;
      } catch (error) {
        if (live) stream.write(clearLine);
        line(`  ${red('✘')} ${title}`);
        throw error;
      } finally {
        if (live) stream.write('\u001b[?25h');
      }
    },
    note: (lines) => {
      const width = Math.min(noteWidth, (stream.columns || defaultColumns) - noteIndent);
      for (const text of lines.flatMap((long) => wrap(long, width))) line(`${' '.repeat(noteIndent)}${text}`.trimEnd());
    },
    table: (rows) => {
      const width = Math.max(0, ...rows.map(([name]) => name.length));
      for (const [name, value] of rows) line(`  ${name.padEnd(width)}  ${bold(value)}`);
    },
    verdict: (good, text) => {
      line();
      line(`  ${good ? green('✔') : red('✘')} ${bold(text)}`);
      line();
    },
    [Symbol.dispose]: () => {
      if (live) stream.write('\u001b[?25h');
    },
  };
}

function barOf(progress: Progress): string {
  const inBytes = (progress.bytesTotal ?? 0) > 0;
  const done = inBytes ? (progress.bytesDone ?? 0) : progress.done;
  const total = inBytes ? progress.bytesTotal : progress.total;
  const amount = inBytes ? formatBytes(done) : `${done.toLocaleString('en-US')} ${progress.unit}`;
  if (total === undefined || total === 0) return amount;
  const filled = Math.round(barWidth * Math.min(1, done / total));
  return `${'━'.repeat(filled)}${'╌'.repeat(barWidth - filled)} ${Math.floor((100 * done) / total)} %  ${amount}`;
}

/** Lines of at most that width, continued with the indentation of the first and a little more. */
function wrap(text: string, width: number): readonly string[] {
  const indent = ' '.repeat(text.search(/\S|$/));
  const lines: string[] = [];
  let current = '';
  for (const word of text.trim().split(' ')) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (longer.length <= width || current === '') current = longer;
    else {
      lines.push(current);
      current = `${indent}  ${word}`;
    }
  }
  return [...lines, current];
}

/** The colours take no columns, so only the part behind them is cut. */
function fit(start: string, rest: string, columns: number): string {
  return start + rest.slice(0, Math.max(0, columns - titleWidth - 6));
}
