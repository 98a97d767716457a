/** What a custom role says about itself, each fact with its place. */
import type { Entry } from '../syntax/nodes.ts';
import { type Fact, type NamedFacts, named, perEntry, textFact, textFacts, valueAt } from './facts.ts';

export interface RoleFacts extends NamedFacts {
  readonly template: Fact<string> | undefined;
  readonly cmdlets: readonly Fact<string>[];
  readonly members: readonly Fact<string>[];
}

export const roleFacts: (entry: Entry) => RoleFacts = perEntry((entry) => ({
  ...named(entry),
  template: textFact(entry.value, 'template'),
  cmdlets: textFacts(valueAt(entry.value, 'cmdlets')),
  members: textFacts(valueAt(entry.value, 'members')),
}));
