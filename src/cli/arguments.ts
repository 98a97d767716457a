/**
 * Reading the words of a command line: options of every command anywhere, then the command, then its parameters as
 * PowerShell writes them (`-Name value`, `-Name:value`, `-Switch`, `-Switch:$false`, unambiguous prefixes) or as Unix
 * tools do (`--name value`, `--name=value`).
 */
import type { LyncTopologyError } from '../core/errors.ts';
import { formatList } from '../core/operations/amounts.ts';
import { didYouMean } from '../core/operations/nearest.ts';
import type { ParameterDescription } from '../core/operations/parameters.ts';
import type { Command, GivenArguments } from './command.ts';
import type { GlobalOptions } from './context.ts';
import { usage } from './usage.ts';

const valued = ['topology', 'data', 'deployment', 'map'] as const;
const switches = ['json', 'quiet', 'help', 'version'] as const;
const helpWords: readonly string[] = ['-h', '-?', '/?', '-help'];

/** Takes the options of every command out of the words. Throws `argument-missing`. */
export function takeGlobalOptions(words: readonly string[]): {
  readonly options: GlobalOptions;
  readonly rest: readonly string[];
} {
  const values: Partial<Record<(typeof valued)[number], string>> = {};
  const on = new Set<string>();
  const map: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      rest.push(...words.slice(index));
      break;
    }
    const [, written = '', inline] = /^--([a-z]+)(?:=(.*))?$/is.exec(word) ?? [];
    const name = written.toLowerCase();
    const option = valued.find((candidate) => candidate === name);
    if (option !== undefined) {
      const value = inline ?? words[++index];
      if (value === undefined || value === '' || (inline === undefined && value.startsWith('--'))) {
        throw missingValue(`--${option}`);
      }
      if (option === 'map') map.push(value);
      else values[option] = value;
    } else if (inline === undefined && switches.some((candidate) => candidate === name)) on.add(name);
    else if (helpWords.includes(word.toLowerCase())) on.add('help');
    else rest.push(word);
  }
  const [json, quiet, help, version] = switches.map((name) => on.has(name));
  return {
    options: {
      ...values,
      map,
      json: json === true,
      quiet: quiet === true,
      help: help === true,
      version: version === true,
    },
    rest,
  };
}

/** The words behind a command's name. Throws `argument-unknown`, `argument-missing`, `argument-invalid`. */
export function readArguments(command: Command, words: readonly string[]): GivenArguments {
  const parameters: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      positionals.push(...queue.splice(0));
      break;
    }
    const named = /^--?([A-Za-z][\w-]*)(?:([:=])(.*))?$/s.exec(word);
    if (named === null) {
      positionals.push(word);
      continue;
    }
    const [, written = '', mark, inline] = named;
    const parameter = findParameter(command, written, word);
    const before = parameters[parameter.name];
    if (before !== undefined && !isRepeatable(command, parameter)) throw givenTwice(command, parameter);
    const colonAtEnd = mark !== undefined && inline === '';
    const value =
      parameter.kind === 'switch'
        ? readSwitch(mark === undefined ? undefined : (inline ?? ''))
        : readValue(command, parameter, colonAtEnd ? undefined : inline, queue);
    parameters[parameter.name] = before === undefined ? value : `${before},${value}`;
  }
  checkPositionals(command, positionals);
  return { parameters, positionals };
}

/** Unix tools take a list as an option that is given several times. */
function isRepeatable(command: Command, { kind }: ParameterDescription): boolean {
  return command.dashes === '--' && kind === 'list';
}

/** A shell replaces `$false` by nothing, so `-Switch:` means the same. */
function readSwitch(inline: string | undefined): string | boolean {
  if (inline === undefined) return true;
  return inline === '' ? false : inline;
}

function readValue(
  command: Command,
  parameter: ParameterDescription,
  inline: string | undefined,
  queue: string[],
): string {
  let value = inline ?? queue.shift();
  if (value === undefined || /^--?[A-Za-z]/.test(inline === undefined ? value : '')) {
    throw missingValue(dashed(command, parameter), parameter.description);
  }
  // PowerShell users write lists with a blank after the comma.
  while (parameter.kind === 'list' && value.endsWith(',') && queue[0] !== undefined) value += queue.shift();
  return value;
}

/** The name itself, or the only one that begins so; hyphens and case do not count. */
function findParameter(command: Command, written: string, word: string): ParameterDescription {
  const plain = (name: string) => name.replaceAll('-', '').toLowerCase();
  const exact = command.parameters.find(({ name }) => plain(name) === plain(written));
  if (exact !== undefined) return exact;
  const beginning = command.parameters.filter(({ name }) => plain(name).startsWith(plain(written)));
  const [only] = beginning;
  if (only !== undefined && beginning.length === 1) return only;
  const names = (beginning.length > 1 ? beginning : command.parameters).map((known) => dashed(command, known));
  if (beginning.length > 1) {
    throw usage(
      'argument-unknown',
      word,
      `${word} is short for more than one parameter of ${command.name}.`,
      `Write ${formatList(names, 'or')}.`,
    );
  }
  throw usage(
    'argument-unknown',
    word,
    `${command.name} has no parameter ${word.replace(/[:=].*$/s, '')}.`,
    didYouMean(
      word,
      names,
      names.length === 0
        ? `See "lync-topology ${command.name} --help".`
        : `It has ${formatList(names)}; "lync-topology ${command.name} --help" describes them.`,
    ),
  );
}

function checkPositionals(command: Command, given: readonly string[]): void {
  const known = command.positionals ?? [];
  const missing = known.find(({ required }, index) => required && given[index] === undefined);
  if (missing !== undefined) throw missingValue(missing.name, missing.description, command);
  const surplus = known.at(-1)?.rest === true ? undefined : given[known.length];
  if (surplus === undefined) return;
  const first = command.parameters.find(({ required }) => required) ?? command.parameters[0];
  throw usage(
    'argument-unknown',
    surplus,
    `${command.name} does not know what to do with "${surplus}".`,
    first === undefined
      ? 'Leave it out.'
      : `Give every value with its name, for instance ${dashed(command, first)} ${surplus}.`,
  );
}

/** The parameter as one types it. What cmdlets have too is written as they write it. */
export function dashed(command: Command, { name, offers }: ParameterDescription): string {
  return command.dashes === '-' || offers !== undefined ? `-${name}` : `--${kebab(name)}`;
}

/** `ContentFiles` as `content-files`. */
function kebab(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

function givenTwice(command: Command, parameter: ParameterDescription): LyncTopologyError {
  const name = dashed(command, parameter);
  return usage('argument-invalid', name, `${name} is given more than once.`, 'Give it once.');
}

function missingValue(name: string, description?: string, command?: Command): LyncTopologyError {
  const what = description === undefined ? '' : ` ${description}`;
  return usage(
    'argument-missing',
    name,
    command === undefined ? `${name} needs a value.${what}` : `${command.name} needs ${name}.${what}`,
    command?.examples[0] === undefined ? 'Give it one.' : `For instance: lync-topology ${command.examples[0].command}`,
  );
}
