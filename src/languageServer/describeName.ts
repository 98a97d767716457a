/** What a name names, in Markdown: a pool with its partner, an instance with its databases. */
import { sqlInstanceName, uncPathName } from '../core/topology/model.ts';
import { moduleDescriptions } from '../core/topology/moduleDescriptions.ts';
import type { SymbolKind } from '../core/topology/queries/symbolKinds.ts';
import {
  canonicalInstance,
  entriesAt,
  type Placed,
  placedOn,
  textAt,
  textsAt,
} from '../core/topology/queries/usage.ts';
import type { NamedFacts, PlacementFacts, PoolFacts, SqlServerFacts } from '../core/topology/resolved/facts.ts';
import type { Names, Topology } from '../core/topology/resolved/topology.ts';
import { findEntry } from '../core/topology/syntax/nodes.ts';
import {
  type BackupModule,
  canonicalBackupModule,
  databasesByType,
  type Release,
} from '../core/topology/vocabulary.ts';
import { code, escapeMarkdown } from './markup.ts';

/** A long list is cut: who wants all of it asks for the references. */
const mostLines = 12;

export function describeName(topology: Topology, kind: SymbolKind, name: string): string | undefined {
  switch (kind) {
    case 'pool':
      return described(topology.pools, name, (pool) => describePool(topology, pool)) ?? chatOrEdge(topology, name);
    case 'edgePool':
    case 'persistentChatPool':
      return chatOrEdge(topology, name);
    case 'site':
      return described(topology.sites, name, (site) => describeSite(topology, site));
    case 'frontEnd':
      return describeFrontEnd(topology, name);
    case 'chatServer':
      return describeChatServer(topology, name);
    case 'sqlServer':
      return describeSqlServer(topology, name);
    case 'sqlInstance':
      return describeInstance(topology, name);
    case 'fileServer':
      return describeFileServer(topology, name);
    case 'availabilityGroup':
      return described(topology.availabilityGroups, name, (group) => describeGroup(topology, group.name));
    case 'virtualMachine':
      return describeMachine(topology, name);
    case 'hyperVHost':
      return describeHost(topology, name);
    case 'adminRole':
      return describeRole(topology, name);
    case 'backupModule': {
      const module = canonicalBackupModule(name);
      return module && describeModule(module);
    }
  }
}

function described<Facts extends NamedFacts>(
  names: Names<Facts>,
  name: string,
  describe: (facts: Facts) => string,
): string | undefined {
  const facts = names.get(name);
  return facts && describe(facts);
}

/** A heading, a line on what it is, and facts as a list. */
function page(name: string, what: string, facts: readonly (string | undefined)[]): string {
  const lines = facts.filter((fact) => fact !== undefined);
  const shown = lines.slice(0, mostLines).map((line) => `- ${line}`);
  const more = lines.length > mostLines ? [`- and ${lines.length - mostLines} more`] : [];
  return [
    `**${escapeMarkdown(name)}**  `,
    escapeMarkdown(what),
    ...(shown.length === 0 ? [] : ['']),
    ...shown,
    ...more,
  ].join('\n');
}

const releaseNames: Readonly<Record<Release, string>> = {
  '2013': 'Lync Server 2013',
  '2015': 'Skype for Business Server 2015',
  '2019': 'Skype for Business Server 2019',
  SE: 'Skype for Business Server Subscription Edition',
};

/** One line: edition, release, site. */
function poolSummary(pool: PoolFacts): string {
  const edition = pool.edition?.value;
  const kind = edition === undefined ? 'Pool' : edition === 'Director' ? 'Director pool' : `${edition} Edition`;
  const parts = [kind, pool.release && releaseNames[pool.release.value], pool.site && `site ${pool.site.value}`];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function describePool(topology: Topology, pool: PoolFacts): string {
  return page(pool.name, poolSummary(pool), [
    partnerSentence(topology, pool),
    pool.centralManagement && `Central Management store: ${pool.centralManagement.value}`,
    pool.frontEnds.length > 0 ? `Front Ends: ${pool.frontEnds.length}` : undefined,
    pool.fileShare && `File share: ${code(uncPathName(pool.fileShare.value))}`,
    ...pool.databases.map(placementSentence),
  ]);
}

function partnerSentence(topology: Topology, pool: PoolFacts): string {
  const pair = topology.pairs.find(({ both }) => both?.includes(pool));
  const partner = pair?.both?.find((member) => member !== pool);
  if (partner === undefined) return 'Backup pool: none';
  return `Backup pool: ${escapeMarkdown(partner.name)}${partner.site === undefined ? '' : ` (site ${escapeMarkdown(partner.site.value)})`}`;
}

function placementSentence({ type, primary, mirror, witness, availabilityGroup }: PlacementFacts): string {
  const places = [
    primary && `primary ${code(sqlInstanceName(primary.value))}`,
    mirror && `mirror ${code(sqlInstanceName(mirror.value))}`,
    witness && `witness ${code(sqlInstanceName(witness.value))}`,
    availabilityGroup && `availability group ${code(availabilityGroup.value)}`,
  ].filter((place) => place !== undefined);
  return `${type} databases (${databasesByType[type].join(', ')}): ${places.length === 0 ? 'no place given' : places.join(', ')}`;
}

function describeModule(module: BackupModule): string {
  const { detail, shortName } = moduleDescriptions[module];
  return `**${module}**\n\n${detail}\n\nThe documentation also calls it ${code(shortName)}.`;
}

function describeSite(topology: Topology, site: NamedFacts): string {
  const lower = site.lower;
  const isHere = (written: string | undefined): boolean => written?.toLowerCase() === lower;
  const pools = topology.pools.all.filter((pool) => isHere(pool.site?.value));
  const edges = topology.edgePools.all.filter((pool) => isHere(pool.site?.value));
  return page(site.name, textAt(site.node, 'description') ?? 'Site', [
    ...pools.map((pool) => `${escapeMarkdown(pool.name)}: ${poolSummary(pool).replace(/ · site .*$/, '')}`),
    ...edges.map((pool) => `${escapeMarkdown(pool.name)}: Edge pool`),
    pools.length + edges.length === 0 ? 'No pool stands here.' : undefined,
  ]);
}

function describeFrontEnd(topology: Topology, name: string): string | undefined {
  const lower = name.toLowerCase();
  const pool = topology.pools.all.find(({ frontEnds }) => frontEnds.some(({ value }) => value.toLowerCase() === lower));
  if (pool === undefined) return undefined;
  return page(name, 'Front End Server', [`Pool: ${escapeMarkdown(pool.name)} (${escapeMarkdown(poolSummary(pool))})`]);
}

function describeChatServer(topology: Topology, name: string): string | undefined {
  const lower = name.toLowerCase();
  for (const pool of topology.persistentChatPools.all) {
    const server = entriesAt(pool.node, 'servers').find((entry) => entry.name.toLowerCase() === lower);
    if (server === undefined) continue;
    const site = textAt(server.node, 'site');
    const active = textAt(server.node, 'active');
    return page(server.name, 'Persistent Chat server', [
      `Pool: ${escapeMarkdown(pool.name)}`,
      site && `Site: ${escapeMarkdown(site)}`,
      active && (active === 'true' ? 'Active: takes new connections' : 'Idle'),
    ]);
  }
  return undefined;
}

function chatOrEdge(topology: Topology, name: string): string | undefined {
  const edge = topology.edgePools.get(name);
  if (edge !== undefined)
    return page(edge.name, 'Edge pool', [
      edge.site && `Site: ${escapeMarkdown(edge.site.value)}`,
      nextHopSentence(edge.nextHop?.value),
    ]);
  const chat = topology.persistentChatPools.get(name);
  if (chat === undefined) return undefined;
  const servers = entriesAt(chat.node, 'servers');
  const active = servers.filter(({ node }) => textAt(node, 'active') === 'true').length;
  return page(chat.name, 'Persistent Chat pool', [
    nextHopSentence(chat.nextHop?.value),
    servers.length > 0 ? `Servers: ${servers.length}, of which ${active} active` : undefined,
    ...chatPlacements(chat),
  ]);
}

function chatPlacements(pool: NamedFacts): readonly string[] {
  return entriesAt(pool.node, 'databases').flatMap(({ name, node }) =>
    placementRoles.flatMap((role) => {
      const instance = textAt(node, role);
      return instance === undefined ? [] : [`${name}: ${role} ${code(instance)}`];
    }),
  );
}

const placementRoles = ['primary', 'mirror', 'witness', 'backup', 'backupMirror'] as const;

function nextHopSentence(nextHop: string | undefined): string | undefined {
  return nextHop === undefined ? undefined : `Next hop: ${escapeMarkdown(nextHop)}`;
}

function describeInstance(topology: Topology, written: string): string {
  const instance = canonicalInstance(written);
  const lower = instance.toLowerCase();
  const server = topology.sqlServers.get(instance.split('\\')[0] ?? '');
  const groups = topology.availabilityGroups.all.filter(({ replicas }) =>
    replicas.some(({ value }) => sqlInstanceName(value).toLowerCase() === lower),
  );
  return page(instance, 'SQL Server instance', [
    server && serverFacts(server),
    ...placedOn(topology, 'sqlInstance', instance).map((placed) => placedSentence(placed, false)),
    ...groups.map((group) => `Replica of the availability group ${code(group.name)}`),
  ]);
}

function describeSqlServer(topology: Topology, name: string): string {
  const server = topology.sqlServers.get(name);
  return page(server?.name ?? name, 'SQL server', [
    server && serverFacts(server),
    server?.domain && `Domain: ${escapeMarkdown(server.domain.value)}`,
    ...placedOn(topology, 'sqlServer', name).map((placed) => placedSentence(placed, true)),
  ]);
}

function serverFacts({ version, edition }: SqlServerFacts): string | undefined {
  if (version === undefined && edition === undefined) return undefined;
  return `SQL Server ${[version?.value, edition?.value].filter((fact) => fact !== undefined).join(' ')}`;
}

function placedSentence({ pool, type, role, instance }: Placed, withInstance: boolean): string {
  const on = withInstance ? `${code(instance)}: ` : '';
  return `${on}${role} of the ${type} databases (${databasesByType[type].join(', ')}) of ${escapeMarkdown(pool)}`;
}

function describeFileServer(topology: Topology, name: string): string {
  const lower = name.toLowerCase();
  const pools = topology.pools.all.filter(({ fileShare }) => fileShare?.value.server.toLowerCase() === lower);
  return page(
    name,
    'File server',
    pools.flatMap((pool) =>
      pool.fileShare === undefined
        ? []
        : [`${code(uncPathName(pool.fileShare.value))} is the file share of ${escapeMarkdown(pool.name)}`],
    ),
  );
}

function describeGroup(topology: Topology, name: string): string {
  const group = topology.availabilityGroups.get(name);
  const port = textAt(group?.node, 'listenerPort');
  return page(name, 'Always On availability group, by its listener', [
    group && group.replicas.length > 0
      ? `Replicas: ${group.replicas.map(({ value }) => code(sqlInstanceName(value))).join(', ')}`
      : undefined,
    port && `Port: ${escapeMarkdown(port)}`,
    textAt(group?.node, 'commit') && `Commit: ${escapeMarkdown(textAt(group?.node, 'commit') ?? '')}`,
    textAt(group?.node, 'failover') && `Failover: ${escapeMarkdown(textAt(group?.node, 'failover') ?? '')}`,
    ...placedOn(topology, 'availabilityGroup', name).map(
      ({ pool, type }) => `Holds the ${type} databases of ${escapeMarkdown(pool)}`,
    ),
  ]);
}

function describeMachine(topology: Topology, name: string): string | undefined {
  const lower = name.toLowerCase();
  const machine = entriesAt(topology.root, 'virtualMachines').find((entry) => entry.name.toLowerCase() === lower);
  if (machine === undefined) return undefined;
  const on = (key: string, what: string): string | undefined => {
    const host = textAt(machine.node, key);
    return host === undefined ? undefined : `${what}: ${escapeMarkdown(host)}`;
  };
  const disks = textsAt(machine.node, 'disks');
  return page(machine.name, 'Virtual machine under Hyper-V Replica', [
    on('primaryHost', 'Runs on'),
    on('replicaHost', 'Replica on'),
    on('extendedReplicaHost', 'Extended replica on'),
    disks.length > 0 ? `Disks: ${disks.map(code).join(', ')}` : undefined,
  ]);
}

const hostRoles = {
  primaryHost: 'runs here',
  replicaHost: 'has its replica here',
  extendedReplicaHost: 'has its extended replica here',
} as const;

function describeHost(topology: Topology, name: string): string {
  const lower = name.toLowerCase();
  const machines = entriesAt(topology.root, 'virtualMachines').flatMap((machine) =>
    Object.entries(hostRoles).flatMap(([key, role]) =>
      textAt(machine.node, key)?.toLowerCase() === lower ? [`${escapeMarkdown(machine.name)} ${role}`] : [],
    ),
  );
  return page(name, 'Hyper-V host', machines);
}

function describeRole(topology: Topology, name: string): string | undefined {
  const section = findEntry(topology.root, 'adminRoles')?.value;
  const role = findEntry(section, name)?.value;
  if (role === undefined) return undefined;
  const template = textAt(role, 'template');
  const cmdlets = textsAt(role, 'cmdlets');
  const members = textsAt(role, 'members');
  return page(name, 'Custom RBAC role', [
    template && `Made from ${code(template)}`,
    cmdlets.length > 0 ? `May also run ${cmdlets.map(code).join(', ')}` : undefined,
    members.length > 0 ? `Members: ${members.map(code).join(', ')}` : undefined,
  ]);
}
