/** What completion offers, as data: texts with offsets, and templates whose gaps an editor may fill one after the other. */
import type { Range } from '../diagnostics.ts';
import type { SymbolKind } from './symbolKinds.ts';

/** A gap of a template, with what stands in it to begin with and what it may be. */
export interface Gap {
  readonly text: string;
  /** In the order in which they are offered; the first one is `text`. */
  readonly choices?: readonly string[];
}

/** Text and gaps, one behind the other. Lines are broken with `\n` and indented as the file needs it. */
export type Template = readonly (string | Gap)[];

/** Where more about a suggestion is found once somebody looks at it. */
export type Subject =
  | { readonly about: 'key'; readonly path: readonly string[] }
  | { readonly about: 'word'; readonly path: readonly string[]; readonly word: string }
  | { readonly about: 'name'; readonly kind: SymbolKind; readonly name: string }
  | { readonly about: 'rule'; readonly code: string };

export type SuggestionKind = 'key' | 'entry' | 'word' | 'example' | 'rule' | 'directive' | 'cmdlet' | SymbolKind;

export interface Suggestion {
  readonly label: string;
  /** What is written where templates are not understood. Absent where only a template makes sense. */
  readonly text?: string;
  readonly template?: Template;
  readonly kind: SuggestionKind;
  /** What an editor compares with the typed word: the label as a rule, the written text inside quotes. */
  readonly filter: string;
  /** In a few words what it is: `Enterprise pool in Atlanta, release 2013`. */
  readonly detail?: string;
  /** The key or name is needed here. */
  readonly required?: boolean;
  readonly subject?: Subject;
}

export interface Suggestions {
  /** What is replaced. */
  readonly range: Range;
  readonly items: readonly Suggestion[];
  /** There may be others once more is typed. */
  readonly incomplete: boolean;
  /** Inside `{ }` or `[ ]`. */
  readonly flow: boolean;
}

/** What is compared for a new thing: it fits whatever name is typed, but a known name that fits as well comes first. */
export function filterOfNew(label: string, typed: string): string {
  return typed === '' ? label : `${typed} ${label}`;
}

/** The template as text, with what stands in its gaps. */
export function templateText(template: Template): string {
  return template.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}
