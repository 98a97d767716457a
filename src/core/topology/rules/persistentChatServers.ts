/** How many servers a Persistent Chat pool has, where the active ones stand, and what they belong to (domain D). */
import type { FindingFix, RelatedPlace, Report } from '../findings.ts';
import type { ChatPoolFacts, ChatServerFacts } from '../resolved/chatPoolFacts.ts';
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { Names, Topology } from '../resolved/topology.ts';
import { replace } from './edits.ts';
import { chatExample, chatServers } from './persistentChatExample.ts';
import { neighboursOf } from './poolNeighbours.ts';
import type { RuleFamily } from './rule.ts';
import { dnsSuffix, sameName } from './sqlServers.ts';

const mostServers = 8;
const mostActive = 4;

const line = (name: string, site: string, active: boolean | '<<true>>') =>
  `${name}.litwareinc.com: { site: ${site}, active: ${active} }`;
const eight = [101, 102, 103, 104].flatMap((number) => [
  line(`atl-pc-${number}`, 'Atlanta', true),
  line(`dal-pc-${number}`, 'Dallas', false),
]);
const placed = [
  'databases:',
  '  PersistentChat: { primary: atl-sql-001.litwareinc.com\\CHAT, backup: dal-sql-001.litwareinc.com\\CHAT }',
];
const share = 'logShippingShare: \\\\dal-fs-002.litwareinc.com\\PChatLogs';
const standardPools = `pools:
  atl-se-001.litwareinc.com: { site: Atlanta, edition: Standard, release: "2013", centralManagement: active }
`;

export const persistentChatServers: RuleFamily = {
  definitions: [
    {
      code: 'persistent-chat-server-count',
      severity: 'error',
      title: 'More than eight Persistent Chat servers',
      why: 'A stretched Persistent Chat pool has at most eight servers, idle ones included.',
      source: 'Microsoft, Persistent Chat Server topology (domain D.1)',
      wrong: chatExample({ servers: [...eight, `<<dal-pc-105.litwareinc.com>>: { site: Dallas, active: false }`] }),
      right: chatExample({ servers: eight }),
    },
    {
      code: 'persistent-chat-active-count',
      severity: 'error',
      title: 'More than four active Persistent Chat servers',
      why: 'At most four servers of a Persistent Chat pool are active at a time; the others wait for a failover.',
      source: 'Microsoft, Persistent Chat Server topology (domain D.1, D.5)',
      fix: 'The server becomes an idle one; to be looked at, as it may be another that is to wait.',
      wrong: chatExample({ servers: [...eight.slice(0, 7), line('atl-pc-105', 'Atlanta', '<<true>>')] }),
      right: chatExample({ servers: [...eight.slice(0, 7), line('atl-pc-105', 'Atlanta', false)] }),
    },
    {
      code: 'persistent-chat-active-site',
      severity: 'warning',
      title: 'An active Persistent Chat server far from its database',
      why: 'All active servers are to be near the database that serves: in the same data centre or behind a network with low latency. Every message goes to the database.',
      source: 'Microsoft, managing Persistent Chat high availability (domain D.3, D.5)',
      fix: 'The server becomes an idle one, where others are active in the right site; to be looked at.',
      wrong: chatExample({
        servers: [chatServers[0], line('dal-pc-101', 'Dallas', '<<true>>')],
        more: [share, ...placed],
      }),
      right: chatExample({ servers: [chatServers[0], line('dal-pc-101', 'Dallas', false)], more: [share, ...placed] }),
      limits:
        'The site of the database is that of the pools whose databases or file share are on the same SQL server, and that of the next hop where there are none. Two active and two idle servers in each of two sites are the variant for sites with much bandwidth between them, and are not reported. A network with low latency is not seen: switch the rule off there.',
    },
    {
      code: 'persistent-chat-collocated',
      severity: 'error',
      title: 'More servers beside Persistent Chat on a Standard Edition server',
      why: 'Persistent Chat that runs on a Standard Edition server itself cannot get further servers. A stretched pool has servers of its own.',
      source: 'Microsoft, Persistent Chat Server topology (domain D.1)',
      wrong: `${standardPools}${chatExample({
        name: 'atl-se-001.litwareinc.com',
        nextHop: 'atl-se-001.litwareinc.com',
        servers: [
          'atl-se-001.litwareinc.com: { site: Atlanta, active: true }',
          '<<dal-pc-101.litwareinc.com>>: { site: Dallas, active: false }',
        ],
      })}`,
      right: `${standardPools}${chatExample({
        name: 'atl-se-001.litwareinc.com',
        nextHop: 'atl-se-001.litwareinc.com',
        servers: ['atl-se-001.litwareinc.com: { site: Atlanta, active: true }'],
      })}`,
    },
    {
      code: 'persistent-chat-domain',
      severity: 'warning',
      title: 'Persistent Chat servers in different domains',
      why: 'All servers of a Persistent Chat pool must be in one Active Directory domain.',
      source: 'Microsoft, Persistent Chat Server topology (domain D.1)',
      wrong: chatExample({ servers: [chatServers[0], '<<dal-pc-101.contoso.com>>: { site: Dallas, active: false }'] }),
      right: chatExample({ servers: chatServers }),
      limits: 'The domain is taken from the name of the server, which may differ from its Active Directory domain.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: ({ persistentChatPools, pools }, report) => {
        for (const pool of persistentChatPools.all) {
          checkCounts(pool, report);
          checkDomains(pool, report);
          checkCollocation(pool, pools, report);
          checkSites(pool, pools, report);
        }
      },
      // Without Persistent Chat there is nothing to look at, whatever is typed in the pools.
      reads: ({ persistentChatPools, pools }: Topology) =>
        persistentChatPools.all.length === 0
          ? []
          : [persistentChatPools, ...pools.all.map((pool) => neighboursOf(pool).text)],
      readsContent: true,
    },
  ],
};

function checkCounts({ name, key, servers }: ChatPoolFacts, report: Report): void {
  const tooMany = servers[mostServers];
  if (tooMany !== undefined) {
    report({
      code: 'persistent-chat-server-count',
      message: `${name} has ${servers.length} servers; a Persistent Chat pool has at most ${mostServers}.`,
      place: tooMany.key,
      related: [{ place: key, message: name }],
    });
  }
  const active = activeOf(servers);
  const beyond = active[mostActive];
  if (beyond === undefined) return;
  report({
    code: 'persistent-chat-active-count',
    message: `${name} has ${active.length} active servers; at most ${mostActive} are active at a time.`,
    place: beyond.active.place,
    related: active
      .slice(0, mostActive)
      .map((server) => ({ place: server.active.place, message: `${server.name} is active.` })),
    fixes: [deactivation(beyond)],
  });
}

type ActiveServer = ChatServerFacts & { readonly active: Fact<boolean> };

function activeOf(servers: readonly ChatServerFacts[]): readonly ActiveServer[] {
  return servers.filter((server): server is ActiveServer => server.active?.value === true);
}

/** Not preferred: which server is to wait is for people to say. */
function deactivation({ name, active }: ActiveServer): FindingFix {
  return { title: `Make ${name} an idle server`, edits: [replace(active.place, 'false')], preferred: false };
}

function checkDomains({ servers }: ChatPoolFacts, report: Report): void {
  const [first, ...others] = servers;
  const domain = first && dnsSuffix(first.name);
  if (first === undefined || domain === undefined) return;
  for (const other of others) {
    const its = dnsSuffix(other.name);
    if (its === undefined || sameName(its, domain)) continue;
    report({
      code: 'persistent-chat-domain',
      message: `${other.name} is in domain ${its} and ${first.name} in ${domain}; the servers of a Persistent Chat pool must be in one.`,
      place: other.key,
      related: [{ place: first.key, message: `${first.name}: ${domain}` }],
    });
  }
}

/** Persistent Chat on a Standard Edition server has the name of that server. */
function checkCollocation({ name, servers }: ChatPoolFacts, pools: Names<PoolFacts>, report: Report): void {
  const host = [name, ...servers.map((server) => server.name)]
    .map((candidate) => pools.get(candidate))
    .find((pool) => pool?.edition?.value === 'Standard');
  if (host?.edition === undefined) return;
  const further = servers.filter((server) => !sameName(server.name, host.name));
  for (const server of further) {
    report({
      code: 'persistent-chat-collocated',
      message: `${name} runs on the Standard Edition server ${host.name} and can have no further server ${server.name}.`,
      place: server.key,
      related: [{ place: host.edition.place, message: `${host.name} is a Standard Edition server.` }],
    });
  }
}

function checkSites(pool: ChatPoolFacts, pools: Names<PoolFacts>, report: Report): void {
  const home = homeOf(pool, pools);
  if (home === undefined || isStretchedEvenly(pool.servers)) return;
  const active = activeOf(pool.servers);
  const isHome = (server: ChatServerFacts) => server.site !== undefined && sameName(server.site.value, home.value);
  const fixable = active.some(isHome);
  for (const server of active) {
    if (server.site === undefined || isHome(server)) continue;
    report({
      code: 'persistent-chat-active-site',
      message: `${server.name} is active in ${server.site.value}, and the database of ${pool.name} is in ${home.value}.`,
      place: server.active.place,
      related: home.related,
      ...(fixable && { fixes: [deactivation(server)] }),
    });
  }
}

interface Home {
  /** Name of the site. */
  readonly value: string;
  /** What it follows from. */
  readonly related: readonly RelatedPlace[];
}

/** The site of the database that serves: of the pools that use its SQL server, where they agree, or of the next hop. */
function homeOf({ databases, nextHop }: ChatPoolFacts, pools: Names<PoolFacts>): Home | undefined {
  const primary = databases.find(({ type }) => type === 'PersistentChat')?.primary;
  if (primary === undefined) return undefined;
  const server = primary.value.server.toLowerCase();
  const neighbours = pools.all.filter((pool) => neighboursOf(pool).servers.has(server));
  const found = neighbours.length > 0 ? neighbours : [nextHop && pools.get(nextHop.value)];
  const sites = found.flatMap((pool) => (pool?.site === undefined ? [] : [{ pool, ...pool.site }]));
  const [first] = sites;
  if (first === undefined || !sites.every((site) => sameName(site.value, first.value))) return undefined;
  const evidence = { place: first.place, message: `${first.pool.name} stands in ${first.value}.` };
  return { value: first.value, related: [{ place: primary.place, message: 'The database.' }, evidence] };
}

/** Two active and two idle servers in each of two sites (domain D.1). */
function isStretchedEvenly(servers: readonly ChatServerFacts[]): boolean {
  if (servers.length !== 8) return false;
  const bySite = Map.groupBy(servers, ({ site }) => site?.value.toLowerCase());
  return bySite.size === 2 && [...bySite.values()].every((those) => those.length === 4 && activeOf(those).length === 2);
}
