/** The command line in this process, before a terminal that writes down what it was shown. */
import { runCommandLine } from '../../src/cli/commandLine.ts';
import type { Output, Terminal } from '../../src/cli/terminal.ts';

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly questions: readonly string[];
  /** Lines that were shown for a moment. */
  readonly live: readonly string[];
}

/** `answer` is what the person at the terminal types; without it nothing is a terminal. */
export async function say(words: readonly string[], answer?: string): Promise<Said> {
  const isTerminal = answer !== undefined;
  const written: { out: string[]; err: string[]; live: string[]; questions: string[] } = {
    out: [],
    err: [],
    live: [],
    questions: [],
  };
  const output = (lines: string[]): Output => ({
    isTerminal,
    columns: 80,
    line: (text = '') => void lines.push(text),
    live: (shown) => void written.live.push(...shown),
    style: (_style, text) => text,
  });
  const terminal: Terminal = {
    out: output(written.out),
    err: output(written.err),
    outputClosed: new AbortController().signal,
    input: { isTerminal, lines: async () => [], bytes: async () => new Uint8Array() },
    ask: async (question) => {
      written.questions.push(question);
      return answer;
    },
  };
  const status = await runCommandLine(words, terminal, new AbortController().signal);
  const { live, questions } = written;
  return { status, out: written.out.join('\n'), err: written.err.join('\n'), live, questions };
}
