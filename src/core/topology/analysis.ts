/** From a tree to findings: shape first, then every rule on what is understood, each only where something changed. */

import type { Finding, PlaceEdit } from './findings.ts';
import { holds, type Lookups, recording } from './lookups.ts';
import type { PoolFacts } from './resolved/facts.ts';
import { type ResolvedPair, resolve, type Topology } from './resolved/topology.ts';
import { ruleFamilies } from './rules/all.ts';
import type { Rule, Surroundings } from './rules/rule.ts';
import type { ResolvedRuleOptions } from './rules/ruleOptions.ts';
import { checkShape } from './shape/check.ts';
import type { Place } from './syntax/nodes.ts';
import type { Tree } from './syntax/tree.ts';

export interface Analysis {
  readonly topology: Topology;
  readonly findings: readonly Finding[];
  /** Findings of rules on single pools, good for as long as the pool and what was looked up around it are the same. */
  readonly ofPools: WeakMap<PoolFacts, PoolFindings>;
  /** Findings of rules on the deployment, with what they read. */
  readonly ofDeployment: ReadonlyMap<DeploymentRule, DeploymentFindings>;
}

interface PoolFindings {
  readonly findings: readonly Finding[];
  readonly lookups: Lookups;
}

type DeploymentRule = Extract<Rule, { readonly on: 'deployment' }>;

interface DeploymentFindings {
  readonly read: readonly unknown[];
  readonly findings: readonly Finding[];
}

const rules = ruleFamilies.flatMap((family) => family.rules);

/** Analyses a tree, on top of the analysis before the last change where there is one. */
export function analyse(tree: Tree, options: ResolvedRuleOptions, before?: Analysis): Analysis {
  const topology = resolve(tree, options, before?.topology);
  const findings: Finding[] = [];
  const report = (more: readonly Finding[]) => {
    for (const finding of more) findings.push(finding);
  };
  checkShape(tree, report);
  const isSame = before !== undefined && sameSurroundings(topology, before.topology);
  const ofPools: Analysis['ofPools'] = isSame ? before.ofPools : new WeakMap();
  for (const pool of topology.pools.all) report(poolFindings(pool, topology, ofPools, before?.ofPools));
  for (const pair of topology.pairs) report(pairFindings(pair));
  const ofDeployment = new Map<DeploymentRule, DeploymentFindings>();
  for (const rule of rules) {
    if (rule.on !== 'deployment') continue;
    const result = deploymentFindings(rule, topology, before?.ofDeployment.get(rule));
    ofDeployment.set(rule, result);
    report(result.findings);
  }
  return { topology, findings, ofPools, ofDeployment };
}

function deploymentFindings(rule: DeploymentRule, topology: Topology, before?: DeploymentFindings): DeploymentFindings {
  const read = rule.reads(topology);
  const same = before?.read.length === read.length && read.every((item, index) => item === before.read[index]);
  if (same && (rule.readsContent !== true || before.findings.length === 0)) return before;
  const findings: Finding[] = [];
  rule.check(topology, (finding) => findings.push(finding));
  return { read, findings };
}

function sameSurroundings(one: Surroundings, other: Surroundings): boolean {
  return (
    one.sites === other.sites &&
    one.sqlServers === other.sqlServers &&
    one.availabilityGroups === other.availabilityGroups &&
    one.isDoubtful('sites') === other.isDoubtful('sites') &&
    one.isDoubtful('availabilityGroups') === other.isDoubtful('availabilityGroups')
  );
}

/** `known` are those under the same surroundings, `before` those under the surroundings before the last change. */
function poolFindings(
  pool: PoolFacts,
  around: Surroundings,
  known: Analysis['ofPools'],
  before: Analysis['ofPools'] | undefined,
): readonly Finding[] {
  const found = known.get(pool) ?? still(before?.get(pool), around) ?? checkPool(pool, around);
  known.set(pool, found);
  return found.findings;
}

function still(found: PoolFindings | undefined, around: Surroundings): PoolFindings | undefined {
  return found !== undefined && holds(found.lookups, around) ? found : undefined;
}

function checkPool(pool: PoolFacts, around: Surroundings): PoolFindings {
  const findings: Finding[] = [];
  const lookups: Parameters<typeof recording>[1] = [];
  const recorded = recording(around, lookups);
  const report = (finding: Finding) => findings.push(cautious(finding, pool.key));
  for (const rule of rules) if (rule.on === 'pool') rule.check(pool, recorded, report);
  return { findings, lookups };
}

/** What an alias brought from elsewhere belongs to others, too: a fix that changes it there is not the one right answer. */
function cautious(finding: Finding, own: Place): Finding {
  const isElsewhere = ({ place }: PlaceEdit) => place.segment !== own.segment || place.start < own.start;
  if (finding.fixes?.some((fix) => fix.preferred && fix.edits.some(isElsewhere)) !== true) return finding;
  return { ...finding, fixes: finding.fixes.map((fix) => ({ ...fix, preferred: false })) };
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
