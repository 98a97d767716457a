/** What is known about the value of a key beyond its type, for completion, hover and the published JSON schema. */
import * as z from 'zod/v4/core';

export interface KeyFacts {
  /** What holds where the key is left out. Documented defaults only. */
  readonly default?: string | number | boolean;
  /** What a number or a text counts: `KB`, `hh:mm:ss`. */
  readonly unit?: string;
  /** Range or form in words, in Markdown. */
  readonly allowed?: string;
  /** Where the fact comes from, in words that can be looked up. */
  readonly source?: string;
  /** Values that people write. */
  readonly examples?: readonly unknown[];
  /** What each word of an enumeration means. */
  readonly words?: Readonly<Record<string, string>>;
}

/** The facts by schema. Description, default and examples stand in zod's own registry as well. */
export const keyFacts = z.registry<KeyFacts>();
