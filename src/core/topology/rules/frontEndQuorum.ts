/** Whether enough Front Ends of a pool stay when a server, or a Hyper-V host, is lost (domain B.1, B.8). */

import type { Finding, RelatedPlace, Report } from '../findings.ts';
import { type Quorum, quorumOf } from '../frontEndQuorum.ts';
import { entriesOf, type Fact, type PoolFacts } from '../resolved/facts.ts';
import { machineFacts } from '../resolved/machineFacts.ts';
import type { Topology } from '../resolved/topology.ts';
import type { Entry, Place } from '../syntax/nodes.ts';
import { countOfFrontEnds } from './frontEnds.ts';
import { perPool } from './perPool.ts';
import type { RuleFamily } from './rule.ts';

function example(frontEnds: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
    frontEnds: ${frontEnds}
`;
}

export const frontEndQuorum: RuleFamily = {
  definitions: [
    {
      code: 'front-end-quorum',
      severity: 'warning',
      title: 'A pool that loses its quorum with one failure',
      why: 'A pool runs while enough of its Front Ends do: two of three, three of five, four of seven. A pool of two leans on the vote of its SQL Server back end, and after pairing three Front Ends must run at the same time once, to fill the backup pool. Front Ends that are virtual machines on one Hyper-V host are lost together with it.',
      source:
        'Microsoft, high availability of Front End pools; that a host must not hold the quorum is our conclusion (domain B.1, B.8)',
      wrong: example('<<[atl-fe-001.litwareinc.com, atl-fe-002.litwareinc.com]>>'),
      right: example('[atl-fe-001.litwareinc.com, atl-fe-002.litwareinc.com, atl-fe-003.litwareinc.com]'),
      limits:
        'Needs `frontEnds`. Hosts are known where `virtualMachines` has a machine with the name of the Front End, with or without its domain. From release 2019 on `front-end-count` looks at pools of one or two servers.',
    },
  ],
  rules: [
    { on: 'pool', check: (pool, _, report) => checkSmallPool(pool, report) },
    {
      on: 'deployment',
      check: checkHosts,
      // Without virtual machines there is nothing to look at, whatever is typed in the pools.
      reads: ({ sections }) =>
        sections.has('virtualMachines') ? [sections.get('virtualMachines'), sections.get('pools')] : [],
    },
  ],
};

function checkSmallPool(pool: PoolFacts, report: Report): void {
  const { frontEndsNode, release, edition } = pool;
  if (frontEndsNode === undefined || release === undefined || edition?.value !== 'Enterprise') return;
  if (release.value !== '2013' && release.value !== '2015') return;
  const count = countOfFrontEnds(pool);
  if (count !== 1 && count !== 2) return;
  const message =
    count === 1
      ? `${pool.name} has one Front End and is lost with it; three or more are advised.`
      : `${pool.name} has two Front Ends: when one is lost, it runs only while its SQL Server back end votes for it. Three or more are advised.`;
  report({ code: 'front-end-quorum', message, place: frontEndsNode });
}

interface Machine {
  readonly host: string;
  readonly place: Place;
}

function checkHosts({ pools, sections }: Topology, report: Report): void {
  const section = sections.get('virtualMachines');
  if (section === undefined) return;
  const machines = machinesOf(section);
  for (const pool of pools.all) for (const finding of findingsOfHosts(pool, machines)) report(finding);
}

/** Machines by name in lower case. */
type Machines = ReadonlyMap<string, Machine>;

const machinesBySection = new WeakMap<Entry, Machines>();

function machinesOf(section: Entry): Machines {
  const known = machinesBySection.get(section);
  if (known !== undefined) return known;
  const machines = new Map<string, Machine>();
  for (const { lower, primaryHost } of entriesOf(section.value).map(machineFacts))
    if (primaryHost !== undefined) machines.set(lower, { host: primaryHost.value, place: primaryHost.place });
  machinesBySection.set(section, machines);
  return machines;
}

const findingsOfHosts = perPool((pool, machines: Machines): readonly Finding[] => {
  const count = countOfFrontEnds(pool);
  if (count === undefined || count < 3 || pool.release === undefined || pool.edition?.value !== 'Enterprise') return [];
  const quorum = quorumOf(count, pool.release.value);
  const findings: Finding[] = [];
  if (quorum !== undefined) checkHostsOfPool(pool, quorum, machines, (finding) => findings.push(finding));
  return findings;
});

function checkHostsOfPool(pool: PoolFacts, { functional, voters }: Quorum, machines: Machines, report: Report): void {
  for (const together of byHost(pool.frontEnds.slice(0, voters), machines).values()) {
    const left = voters - together.length;
    const [first] = together;
    if (left >= functional || first === undefined || pool.frontEndsNode === undefined) continue;
    const of = voters === pool.frontEnds.length ? `${voters}` : `the first ${voters}`;
    report({
      code: 'front-end-quorum',
      message: `${together.length} Front Ends of ${pool.name} run on ${first.machine.host}; without that host ${left} of ${of} are left, and ${functional} are needed. Spread them over more hosts.`,
      place: first.fact.place,
      related: together.map(({ fact, machine }): RelatedPlace => {
        return { place: machine.place, message: `${fact.value} runs on ${machine.host}.` };
      }),
    });
  }
}

interface Placed {
  readonly fact: Fact<string>;
  readonly machine: Machine;
}

function byHost(listed: readonly Fact<string>[], machines: Machines): Map<string, Placed[]> {
  const hosts = new Map<string, Placed[]>();
  for (const fact of listed) {
    const lower = fact.value.toLowerCase();
    const machine = machines.get(lower) ?? machines.get(lower.split('.')[0] ?? lower);
    if (machine === undefined) continue;
    const key = machine.host.toLowerCase();
    hosts.set(key, [...(hosts.get(key) ?? []), { fact, machine }]);
  }
  return hosts;
}
