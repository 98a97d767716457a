/** Products that are no longer supported, by dates that can be set (domain K.2, K.11). */

import type { Report } from '../findings.ts';
import type { Fact } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { poolsByRelease } from './poolsByRelease.ts';
import type { RuleFamily } from './rule.ts';
import { releaseNames } from './supportEnds.ts';

function example(release: string): string {
  return `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: ${release} }
`;
}

export const outOfSupport: RuleFamily = {
  definitions: [
    {
      code: 'out-of-support',
      severity: 'information',
      title: 'A product that is no longer supported',
      why: 'When support has ended there are no security updates any more. Of the releases, Subscription Edition is the one that is supported, while it is kept current. Each product is named once, where it stands first.',
      source: 'Microsoft product lifecycle (domain K.2, K.11)',
      wrong: example('<<"2013">>'),
      right: example('SE'),
      limits:
        'Looks at releases and at the versions under `sqlServers`. The dates are those of extended support, without updates that are sold beyond it; `lyncTopology.diagnostics.supportEnds` changes them.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: checkReleases,
      reads: ({ sections, options }) => [sections.get('pools'), options],
    },
    {
      on: 'deployment',
      check: checkSqlServers,
      reads: ({ sqlServers, options }) => [sqlServers, options],
    },
  ],
};

/** Where a product is used. */
interface Use {
  readonly name: string;
  readonly fact: Fact<string>;
}

function checkReleases(topology: Topology, report: Report): void {
  for (const [release, uses] of poolsByRelease(topology.pools)) {
    const named = (limit: number) => uses.slice(0, limit).map(({ pool, release: fact }) => ({ name: pool.name, fact }));
    reportEnded(releaseNames[release], uses.length, named, topology, report);
  }
}

function checkSqlServers(topology: Topology, report: Report): void {
  for (const [product, uses] of sqlServersByVersion(topology))
    reportEnded(product, uses.length, (limit) => uses.slice(0, limit), topology, report);
}

/** As many other places as anybody looks at; a large deployment has thousands. */
const mostRelated = 10;

function reportEnded(
  product: string,
  count: number,
  firsts: (limit: number) => readonly Use[],
  { options }: Topology,
  report: Report,
): void {
  const end = options.supportEnds.get(product.toLowerCase());
  if (end === undefined || options.today <= end) return;
  const [first, ...others] = firsts(mostRelated + 1);
  if (first === undefined) return;
  const users = count === 1 ? `${first.name} runs it` : `${first.name} and ${count - 1} more run it`;
  report({
    code: 'out-of-support',
    message: `Support for ${product} ended on ${end}; ${users}.`,
    place: first.fact.place,
    ...(others.length > 0 && {
      related: others.map(({ name, fact }) => ({ place: fact.place, message: `${name}: ${fact.value}` })),
    }),
  });
}

/** Servers by the name of the product that they run, service packs left aside. */
function sqlServersByVersion({ sqlServers }: Topology): ReadonlyMap<string, readonly Use[]> {
  const servers = new Map<string, Use[]>();
  for (const { name, version } of sqlServers.all) {
    const [plain] = /\b20\d\d(?: R2)?\b/i.exec(version?.value ?? '') ?? [];
    if (version === undefined || plain === undefined) continue;
    const product = `SQL Server ${plain.toUpperCase()}`;
    const uses = servers.get(product);
    if (uses === undefined) servers.set(product, [{ name, fact: version }]);
    else uses.push({ name, fact: version });
  }
  return servers;
}
