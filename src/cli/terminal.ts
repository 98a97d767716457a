/** What the command line says and to whom: results to standard output, everything else to standard error. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export interface Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  line(text?: string): void;
  /** Replaces what it showed before, on a terminal only; nothing when empty. */
  live(lines: readonly string[]): void;
  style(style: Style, text: string): string;
}

export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  /** Raised when nobody reads standard output any more (`| head`). */
  readonly outputClosed: AbortSignal;
  readonly input: {
    readonly isTerminal: boolean;
    /** Without blank lines and blanks at their ends. */
    lines(): Promise<readonly string[]>;
    /** All of it as it comes. */
    bytes(): Promise<Uint8Array>;
  };
  /** Asks on the terminal; `undefined` when the answer never came. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
}

const narrowest = 60;
const widest = 100;
const defaultColumns = 80;

export function createTerminal(): Terminal {
  const closed = new AbortController();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Nobody is left to tell; the work itself goes on.
      if (stream === process.stdout && error.code === 'EPIPE') closed.abort();
    });
  }
  return {
    out: output(process.stdout, () => closed.signal.aborted),
    err: output(process.stderr, () => false),
    outputClosed: closed.signal,
    input: {
      isTerminal: process.stdin.isTTY === true,
      lines: () => readLines(process.stdin),
      bytes: () => readBytes(process.stdin),
    },
    ask,
  };
}

function output(stream: NodeJS.WriteStream, isClosed: () => boolean): Output {
  const isTerminal = stream.isTTY === true;
  let shown = 0;
  // A terminal that does not know its width says 0.
  const width = (): number => (isTerminal && stream.columns > 0 ? stream.columns : defaultColumns);
  const erase = (): string => (shown === 0 ? '' : `\u001b[${shown}A\r\u001b[0J`);
  return {
    isTerminal,
    get columns() {
      return Math.min(widest, Math.max(narrowest, width()));
    },
    line: (text = '') => {
      if (isClosed()) return;
      stream.write(`${erase()}${text}\n`);
      shown = 0;
    },
    live: (lines) => {
      if (!isTerminal) return;
      stream.write(`${erase()}${lines.map((line) => `${cut(line, width() - 1)}\n`).join('')}`);
      shown = lines.length;
    },
    // NO_COLOR, FORCE_COLOR and the like are Node's to know.
    style: (style, text) => styleText(style, text, { stream }),
  };
}

/** Lines that wrapped would be erased wrongly. They carry no colours. */
function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

async function readLines(input: Readable): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input })) if (line.trim() !== '') lines.push(line.trim());
  return lines;
}

async function readBytes(input: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    reader.once('close', () => resolve(undefined));
    reader.once('SIGINT', () => process.emit('SIGINT'));
    signal.addEventListener('abort', () => reader.close(), { once: true });
    reader.question(question, (answer) => {
      resolve(answer);
      reader.close();
    });
  });
}
