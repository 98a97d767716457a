/** What a rule is: its definition, from which its page is written, and its check. */
import type { RuleCode, Severity } from '../diagnostics.ts';
import type { Report } from '../findings.ts';
import type { PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair, Topology } from '../resolved/topology.ts';

export interface RuleDefinition {
  readonly code: RuleCode;
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why the rule exists, for the person who has to decide. */
  readonly why: string;
  /** Where the fact comes from: a topic of the documentation, or our own conclusion, said so. */
  readonly source: string;
  /** A whole file that breaks the rule and, as far as errors go, nothing else. */
  readonly wrong: string;
  /** The same file put right. */
  readonly right: string;
  /** What the quick fix does, in a sentence; absent where there is none. */
  readonly fix?: string;
  /** What the rule does not see or leaves open. */
  readonly limits?: string;
}

/**
 * A check by what it reads: a rule `on` a pool or a pair is run again only when that pool, or one of the pair's two
 * pools, or the named things around them changed, and one on the deployment when what it says that it reads changed.
 */
export type Rule =
  | { readonly on: 'pool'; readonly check: (pool: PoolFacts, around: Surroundings, report: Report) => void }
  | { readonly on: 'pair'; readonly check: (pair: ResolvedPair, report: Report) => void }
  | {
      readonly on: 'deployment';
      readonly check: (topology: Topology, report: Report) => void;
      /** What the check reads: it is not run again while all of it is the same. */
      readonly reads: (topology: Topology) => readonly unknown[];
      /**
       * What is read says nothing about places: it spares a check only where there was nothing to find. Whether there is
       * something must then follow from what is read alone: not, for one, from two places being the same under an alias.
       */
      readonly readsContent?: true;
    };

/** What a rule on a pool may read besides the pool. */
export type Surroundings = Pick<Topology, 'sites' | 'sqlServers' | 'availabilityGroups' | 'isDoubtful'>;

/** Rules that belong together: one file each. */
export interface RuleFamily {
  readonly definitions: readonly RuleDefinition[];
  readonly rules: readonly Rule[];
}
