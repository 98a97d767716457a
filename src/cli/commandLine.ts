/** One run of the command line, from its words to its exit status. */
import { type ErrorInformation, type ErrorKind, errorInformation } from '../core/errors.ts';
import { readArguments, takeGlobalOptions } from './arguments.ts';
import type { Command, GivenArguments } from './command.ts';
import { createContext } from './context.ts';
import { commands, requireCommand } from './registry.ts';
import { writeHelp, writeOverview } from './render/help.ts';
import { wrap } from './render/wrap.ts';
import type { Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { productVersion } from './version.ts';

const exitStatuses: Readonly<Record<ErrorKind, number>> = {
  failed: 1,
  cancelled: 1,
  refused: 2,
  timedOut: 2,
  usage: 64,
};

/** Resolves to the exit status; what went wrong has been said. */
export async function runCommandLine(
  words: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  try {
    return await run(words, terminal, signal);
  } catch (error) {
    const information = errorInformation(error, 'The command');
    // Nothing else was written to standard output when a command fails, so this is its one document.
    if (words.some((word) => word.toLowerCase() === '--json')) {
      terminal.out.line(JSON.stringify({ error: information }, undefined, words.length > 0 && isLines(words) ? 0 : 2));
    }
    writeError(terminal, information);
    return exitStatuses[information.kind];
  }
}

async function run(words: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { options, rest } = takeGlobalOptions(words);
  if (options.version) {
    terminal.out.line(options.json ? JSON.stringify({ version: productVersion() }) : productVersion());
    return 0;
  }
  const [name, ...others] = rest[0]?.toLowerCase() === 'help' ? rest.slice(1) : rest;
  const wantsHelp = options.help || rest[0]?.toLowerCase() === 'help';
  if (name === undefined) {
    writeOverview(wantsHelp ? terminal.out : terminal.err, commands);
    return wantsHelp ? 0 : exitStatuses.usage;
  }
  const first = requireCommand(name);
  if (wantsHelp) {
    const planned = first.name === 'plan' ? others[0] : undefined;
    writeHelp(terminal.out, planned === undefined ? first : requireCommand(planned));
    return 0;
  }
  const { command, given } = read(first, others);
  const context = createContext(terminal, options, signal);
  try {
    return await command.run(context, given);
  } finally {
    await context[Symbol.asyncDispose]();
  }
}

/** `plan CMDLET …` is `CMDLET … -WhatIf`. */
function read(
  command: Command,
  words: readonly string[],
): { readonly command: Command; readonly given: GivenArguments } {
  if (command.name !== 'plan') return { command, given: readArguments(command, words) };
  const [name, ...others] = words;
  if (name === undefined)
    throw usage(
      'argument-missing',
      'CMDLET',
      'plan needs the operation that is to be planned.',
      `For instance: lync-topology ${command.examples[0]?.command ?? ''}`,
    );
  const planned = requireCommand(name);
  if (planned.plans !== true)
    throw usage('argument-invalid', name, `${planned.name} has no plan.`, 'Plan one of the operations.');
  const given = readArguments(planned, others);
  return { command: planned, given: { ...given, parameters: { ...given.parameters, WhatIf: true } } };
}

function isLines(words: readonly string[]): boolean {
  return words.some((word) => ['watch', 'serve', 'load'].includes(word.toLowerCase()));
}

function writeError(terminal: Terminal, { message, remedy, kind }: ErrorInformation): void {
  const { err } = terminal;
  const words = { failed: 'Failed', refused: 'Refused', timedOut: 'Timed out', cancelled: 'Cancelled', usage: 'Usage' };
  err.live([]);
  for (const line of wrap(`${words[kind]}: ${message}`, err.columns))
    err.line(err.style(kind === 'cancelled' ? 'yellow' : 'red', line));
  for (const line of wrap(remedy, err.columns)) err.line(line);
}
