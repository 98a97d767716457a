/** What a command of the command line is: data for parsing and help, and a function that runs it. */
import type { ParameterDescription } from '../core/operations/parameters.ts';
import type { Context } from './context.ts';

export interface Command {
  readonly name: string;
  /** One sentence, for the list of commands. */
  readonly summary: string;
  readonly description: readonly string[];
  readonly group: 'operation' | 'deployment' | 'other';
  readonly parameters: readonly ParameterDescription[];
  /** Words without a dash, in order; the names stand for them in the usage line. */
  readonly positionals?: readonly PositionalDescription[];
  /** Takes -WhatIf, and so `plan`. */
  readonly plans?: boolean;
  /** Written as `--name` in help, as Unix tools do, instead of `-Name`. */
  readonly dashes: '-' | '--';
  readonly examples: readonly { readonly command: string; readonly explanation: string }[];
  /** Resolves to the exit status; what goes wrong is thrown. */
  run(context: Context, given: GivenArguments): Promise<number>;
}

export interface PositionalDescription {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes all the words that are left. */
  readonly rest?: boolean;
}

export interface GivenArguments {
  /** By the parameter's own name: text, true for a switch, several for a list. */
  readonly parameters: Readonly<Record<string, string | boolean>>;
  readonly positionals: readonly string[];
}

/** The parameters of a command line's own command. */
export function parameter(
  name: string,
  kind: ParameterDescription['kind'],
  description: string,
  more: Partial<ParameterDescription> = {},
): ParameterDescription {
  return { name, kind, description, required: false, ...more };
}
