/** From a tree to findings: shape first, then every rule on what is understood, each only where something changed. */
import type { PoolFacts } from './resolved/facts.ts';
import { type ResolvedPair, resolve, type Topology } from './resolved/topology.ts';
import { ruleFamilies } from './rules/all.ts';
import type { Finding, Surroundings } from './rules/rule.ts';
import { checkShape } from './shape/check.ts';
import type { Tree } from './syntax/tree.ts';

export interface Analysis {
  readonly topology: Topology;
  readonly findings: readonly Finding[];
  /** Findings of rules on single pools, good for as long as pool and surroundings are the same. */
  readonly ofPools: WeakMap<PoolFacts, readonly Finding[]>;
}

const rules = ruleFamilies.flatMap((family) => family.rules);

/** Analyses a tree, on top of the analysis before the last change where there is one. */
export function analyse(tree: Tree, before?: Analysis): Analysis {
  const topology = resolve(tree, before?.topology);
  const findings: Finding[] = [];
  const report = (more: readonly Finding[]) => {
    for (const finding of more) findings.push(finding);
  };
  checkShape(tree.root, report);
  const ofPools = before !== undefined && sameSurroundings(topology, before.topology) ? before.ofPools : new WeakMap();
  for (const pool of topology.pools.all) report(poolFindings(pool, topology, ofPools));
  for (const pair of topology.pairs) report(pairFindings(pair));
  for (const rule of rules) if (rule.on === 'deployment') rule.check(topology, (finding) => findings.push(finding));
  return { topology, findings, ofPools };
}

function sameSurroundings(one: Surroundings, other: Surroundings): boolean {
  return (
    one.sites === other.sites &&
    one.sqlServers === other.sqlServers &&
    one.availabilityGroups === other.availabilityGroups
  );
}

function poolFindings(
  pool: PoolFacts,
  around: Surroundings,
  known: WeakMap<PoolFacts, readonly Finding[]>,
): readonly Finding[] {
  const before = known.get(pool);
  if (before !== undefined) return before;
  const findings: Finding[] = [];
  for (const rule of rules) if (rule.on === 'pool') rule.check(pool, around, (finding) => findings.push(finding));
  known.set(pool, findings);
  return findings;
}

/** A resolved pair is a new one as soon as it or one of its pools changes. */
const findingsOfPairs = new WeakMap<ResolvedPair, readonly Finding[]>();

function pairFindings(pair: ResolvedPair): readonly Finding[] {
  const before = findingsOfPairs.get(pair);
  if (before !== undefined) return before;
  const findings: Finding[] = [];
  for (const rule of rules) if (rule.on === 'pair') rule.check(pair, (finding) => findings.push(finding));
  findingsOfPairs.set(pair, findings);
  return findings;
}
