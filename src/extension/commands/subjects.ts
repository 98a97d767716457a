/** What a command was called with: nothing, an item of a tree, a place in a topology file, or parameters. */
import { Uri, window } from 'vscode';
import type { ParameterDescription } from '../../core/operations/parameters.ts';
import { languageId } from '../names.ts';
import { poolAt } from '../poolAt.ts';
import type { Subject } from '../views/subject.ts';

export type Call =
  | { readonly kind: 'palette' }
  | { readonly kind: 'subject'; readonly subject: Subject }
  /** By a keybinding, a task or another extension: the parameters themselves. `byPerson`: from a plan that was shown. */
  | {
      readonly kind: 'parameters';
      readonly parameters: Readonly<Record<string, unknown>>;
      readonly byPerson?: true;
    };

export function readCall(argument: unknown): Call {
  if (argument instanceof Uri) return atCursor();
  if (!isRecord(argument)) return { kind: 'palette' };
  if (isSubject(argument)) return { kind: 'subject', subject: argument };
  const shown = argument['shown'];
  if (!isRecord(shown)) return { kind: 'parameters', parameters: argument };
  const subject = shown['subject'];
  return isSubject(subject) ? { kind: 'subject', subject } : { kind: 'palette' };
}

/** Whether a caller gave the parameters itself; one that gave a subject leaves the rest to the person. */
export function isByProgram(call: Call): boolean {
  return call.kind === 'parameters' && call.parameters['subject'] === undefined;
}

/** The subject of a call, if it has one. */
export function subjectOf(call: Call): Subject | undefined {
  return call.kind === 'subject' ? call.subject : undefined;
}

/** The pool that a subject is or belongs to. */
export function poolOf(subject: Subject | undefined): string | undefined {
  switch (subject?.kind) {
    case 'pool':
    case 'module':
    case 'databaseType':
    case 'database':
      return subject.pool;
    case 'direction':
      return subject.from;
    default:
      return undefined;
  }
}

export interface Preset {
  readonly given: Readonly<Record<string, unknown>>;
  /** Parameters that need no question although they are absent: being called on the whole answers them. */
  readonly settled: ReadonlySet<string>;
}

/** What a subject says about the parameters of an operation. */
export function presetOf(subject: Subject | undefined, parameters: readonly ParameterDescription[]): Preset {
  const given: Record<string, unknown> = {};
  const settled = new Set<string>();
  for (const { name, offers, required } of parameters) {
    const value = offers === undefined ? undefined : valueFor(offers, subject);
    if (value !== undefined) given[name] = value;
    else if (!required && isWhole(subject)) settled.add(name);
  }
  return { given, settled };
}

/** A subject that answers for everything about it that is not asked. */
function isWhole(subject: Subject | undefined): boolean {
  return poolOf(subject) !== undefined || subject?.kind === 'virtualMachine';
}

function valueFor(
  offers: NonNullable<ParameterDescription['offers']>,
  subject: Subject | undefined,
): string | undefined {
  switch (offers) {
    case 'pool':
    case 'pairedPool':
      return poolOf(subject);
    case 'chatPool':
      return subject?.kind === 'chatPool' ? subject.pool : undefined;
    case 'backupModule':
      return subject?.kind === 'module' ? subject.module : undefined;
    case 'virtualMachine':
      return subject?.kind === 'virtualMachine' ? subject.machine : undefined;
    case 'databaseType':
      return subject?.kind === 'databaseType' || subject?.kind === 'database' ? subject.type : undefined;
    default:
      return undefined;
  }
}

/** From the context menu of a topology file: the pool at the cursor. */
function atCursor(): Call {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId !== languageId) return { kind: 'palette' };
  const pool = poolAt(editor.document.getText(), editor.document.offsetAt(editor.selection.active));
  return pool === undefined ? { kind: 'palette' } : { kind: 'subject', subject: { kind: 'pool', pool } };
}

function isSubject(value: unknown): value is Subject {
  return isRecord(value) && typeof value['kind'] === 'string' && value['shown'] === undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
