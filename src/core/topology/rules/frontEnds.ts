/** The Front Ends of a pool: how many there are, and that each belongs to one pool (domain B.8, K.6, K.11). */

import type { Report } from '../findings.ts';
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { removeItem } from './edits.ts';
import type { RuleFamily } from './rule.ts';

function example(frontEnds: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2019"
    frontEnds: ${frontEnds}
`;
}

const three = 'atl-fe-001.litwareinc.com, atl-fe-002.litwareinc.com, atl-fe-003.litwareinc.com';

function twoPools(last: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
    frontEnds: [${three}]
  dal-cs-001.litwareinc.com:
    site: Dallas
    edition: Enterprise
    release: "2013"
    frontEnds: [dal-fe-001.litwareinc.com, dal-fe-002.litwareinc.com, ${last}]
`;
}

export const frontEnds: RuleFamily = {
  definitions: [
    {
      code: 'front-end-count',
      severity: 'error',
      title: 'A number of Front Ends that the release does not take',
      why: 'From release 2019 on a pool with two Front Ends is refused when it is published, and a pool has 16 at most; in release 2015 it has 12 at most. With a single Front End, which is a warning, the pool is lost with that server. Three or more are advised.',
      source:
        'Microsoft, high availability of Front End pools, capacity planning; that Subscription Edition is like 2019 is our conclusion (domain K.6, K.11)',
      wrong: example('<<[atl-fe-001.litwareinc.com, atl-fe-002.litwareinc.com]>>'),
      right: example(`[${three}]`),
      limits:
        'Needs `frontEnds`. For release 2013 sources disagree about the most, so nothing is said about it; pools of one or two servers of releases 2013 and 2015 are looked at by `front-end-quorum`.',
    },
    {
      code: 'front-end-in-two-pools',
      severity: 'error',
      title: 'A Front End in two pools',
      why: 'A server belongs to one pool. In two lists one of them names the wrong server, and the count of Front Ends of that pool is wrong with it.',
      source: 'Our conclusion: a computer is in one cluster of the published topology (domain F.1)',
      wrong: twoPools('<<atl-fe-003.litwareinc.com>>'),
      right: twoPools('dal-fe-003.litwareinc.com'),
    },
  ],
  rules: [
    { on: 'pool', check: (pool, _, report) => checkCount(pool, report) },
    {
      on: 'deployment',
      check: checkMembership,
      reads: ({ pools }) => pools.all.map(membersOf),
      readsContent: true,
    },
  ],
};

const counts = new WeakMap<PoolFacts, number>();

/** The different Front Ends of a pool, where its list is understood as a whole. */
export function countOfFrontEnds(pool: PoolFacts): number | undefined {
  const { frontEnds: listed, frontEndsNode } = pool;
  if (frontEndsNode?.kind !== 'sequence' || frontEndsNode.items.length !== listed.length) return undefined;
  const count = counts.get(pool) ?? new Set(lowerNamesOf(pool)).size;
  counts.set(pool, count);
  return count;
}

function checkCount(pool: PoolFacts, report: Report): void {
  const count = countOfFrontEnds(pool);
  const { frontEndsNode, release, edition } = pool;
  if (count === undefined || frontEndsNode === undefined || release === undefined) return;
  if (edition?.value !== 'Enterprise') return;
  const wrong = wrongCount(count, release.value);
  if (wrong === undefined) return;
  report({
    code: 'front-end-count',
    message: `${pool.name} ${wrong.message}`,
    place: frontEndsNode,
    ...(wrong.mild && { severity: 'warning' }),
    related: [{ place: release.place, message: `${pool.name}: ${release.value}` }],
  });
}

function wrongCount(count: number, release: string): { message: string; mild?: boolean } | undefined {
  const later = release === '2019' || release === 'SE';
  const most = later ? 16 : 12;
  if (release !== '2013' && count > most)
    return { message: `has ${count} Front Ends; release ${release} takes ${most} at most.` };
  if (!later) return undefined;
  if (count === 2)
    return {
      message: `has two Front Ends, which release ${release} refuses to publish. Add a third one, or use Standard Edition servers.`,
    };
  if (count !== 1) return undefined;
  return { message: 'has one Front End and is lost with it; three or more are advised.', mild: true };
}

interface Membership {
  readonly pool: PoolFacts;
  readonly place: Fact<string>['place'];
}

/** Which servers a pool has, as one text: the same text for as long as they are the same, whatever else is typed. */
const members = new WeakMap<PoolFacts, string>();

function membersOf(pool: PoolFacts): string {
  const known = members.get(pool);
  if (known !== undefined) return known;
  const text = JSON.stringify([isOneServer(pool) ? pool.lower : '', ...lowerNamesOf(pool)]);
  members.set(pool, text);
  return text;
}

function lowerNamesOf({ frontEnds: listed }: PoolFacts): readonly string[] {
  return listed.map(({ value }) => value.toLowerCase());
}

function checkMembership({ pools }: Topology, report: Report): void {
  if (!mayRepeat(pools.all)) return;
  const seen = new Map<string, Membership>();
  for (const pool of pools.all) if (isOneServer(pool)) seen.set(pool.lower, { pool, place: pool.key });
  for (const pool of pools.all) {
    for (const [index, lower] of lowerNamesOf(pool).entries()) {
      const fact = pool.frontEnds[index];
      if (fact === undefined) continue;
      const before = seen.get(lower);
      // A Standard Edition server that lists itself is in its own pool once.
      if (before === undefined || before.place === pool.key) seen.set(lower, { pool, place: fact.place });
      else if (before.pool !== pool) reportSecondPool(pool, fact, before, report);
      else reportTwice(pool, index, fact, before, report);
    }
  }
}

/** Whether a name stands more than once: a quick look, because nearly always none does. */
function mayRepeat(pools: readonly PoolFacts[]): boolean {
  const seen = new Set<string>();
  let count = 0;
  for (const pool of pools) {
    const names = lowerNamesOf(pool);
    if (isOneServer(pool) && !names.includes(pool.lower)) {
      seen.add(pool.lower);
      count += 1;
    }
    for (const name of names) seen.add(name);
    count += names.length;
  }
  return seen.size < count;
}

function isOneServer({ edition }: PoolFacts): boolean {
  return edition?.value === 'Standard';
}

function reportSecondPool(pool: PoolFacts, { value, place }: Fact<string>, before: Membership, report: Report): void {
  report({
    code: 'front-end-in-two-pools',
    message: `${value} belongs to ${before.pool.name} already and cannot be a Front End of ${pool.name}, too.`,
    place,
    related: [{ place: before.place, message: `${value} belongs to ${before.pool.name}.` }],
  });
}

function reportTwice(pool: PoolFacts, index: number, fact: Fact<string>, before: Membership, report: Report): void {
  const { frontEndsNode: list } = pool;
  const edit = list?.kind === 'sequence' && list.items.length === pool.frontEnds.length && removeItem(list, index);
  report({
    code: 'front-end-in-two-pools',
    message: `${fact.value} is listed twice among the Front Ends of ${pool.name}.`,
    place: fact.place,
    related: [{ place: before.place, message: `${fact.value} is listed here first.` }],
    ...(edit && { fixes: [{ title: 'Take the second one out', edits: [edit], preferred: true }] }),
  });
}
