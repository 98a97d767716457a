/** Names that are known at a place, with what they are in a few words: those that fit best come first. */
import { sqlInstanceName } from '../model.ts';
import { moduleDescriptions } from '../moduleDescriptions.ts';
import type { PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair, Topology } from '../resolved/topology.ts';
import { type BackupModule, backupModules, canonicalBackupModule } from '../vocabulary.ts';
import { namesOnce } from './names.ts';
import type { TreePath } from './positions.ts';
import type { SymbolKind } from './symbolKinds.ts';

/** The names of a kind that may stand at a path, but for what is being typed at the offset `except`. */
export function namesInScope(topology: Topology, kind: SymbolKind, path: TreePath, except?: number): readonly string[] {
  switch (kind) {
    case 'pool':
      return poolsFor(topology, path).map((pool) => pool.name);
    case 'site':
      return topology.sites.all.map(({ name }) => name);
    case 'backupModule':
      return modulesFor(topology, path);
    case 'availabilityGroup':
      return topology.availabilityGroups.all.map(({ name }) => name);
    default:
      return namesOnce(topology.root, kind, except);
  }
}

/** What a name is, in a few words. */
export function detailOf(topology: Topology, kind: SymbolKind, name: string): string | undefined {
  switch (kind) {
    case 'pool': {
      const pool = topology.pools.get(name);
      return pool && poolDetail(pool);
    }
    case 'site':
      return siteDetail(topology, name);
    case 'backupModule': {
      const module = canonicalBackupModule(name);
      return module && moduleDescriptions[module].summary;
    }
    case 'availabilityGroup': {
      const { replicas = [] } = topology.availabilityGroups.get(name) ?? {};
      return `Availability group of ${replicas.map(({ value }) => sqlInstanceName(value)).join(', ')}`;
    }
    default:
      return details[kind];
  }
}

const details: Readonly<Partial<Record<SymbolKind, string>>> = {
  sqlInstance: 'SQL Server instance',
  hyperVHost: 'Hyper-V host',
  sqlServer: 'SQL server',
  fileServer: 'File server',
};

/** In a pair the pools that are free first, and of those the ones that the other pool of the pair can have (domain B.1). */
function poolsFor(topology: Topology, path: TreePath): readonly PoolFacts[] {
  const pools = topology.pools.all;
  if (path[0] !== 'poolPairs') return pools.toSorted((one, other) => rankOfNextHop(one) - rankOfNextHop(other));
  const others = topology.pairs.filter((_, index) => index !== path[1]);
  const paired = new Set(others.flatMap((pair) => pair.facts.lowerPools));
  const partner = otherPool(topology, path);
  const rank = (pool: PoolFacts): number =>
    (paired.has(pool.lower) ? 4 : 0) +
    (pool.edition?.value === 'Director' ? 8 : 0) +
    (partner === undefined || fits(pool, partner) ? 0 : 2) +
    (partner?.site !== undefined && partner.site.value === pool.site?.value ? 1 : 0);
  const ranked = pools.map((pool) => ({ pool, rank: rank(pool) }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ pool }) => pool);
}

function rankOfNextHop(pool: PoolFacts): number {
  return pool.edition?.value === 'Director' ? 1 : 0;
}

function fits(pool: PoolFacts, partner: PoolFacts): boolean {
  return pool.edition?.value === partner.edition?.value && pool.release?.value === partner.release?.value;
}

function otherPool(topology: Topology, [, pair, , index]: TreePath): PoolFacts | undefined {
  const pools = typeof pair === 'number' ? topology.pairs[pair]?.pools : undefined;
  return pools?.find((pool, at) => pool !== undefined && at !== index);
}

/** Response Groups from release 2019 on, Central Management where a pool of the pair hosts it (domain A.2, K.8). */
function offeredModules({ pools }: Pick<ResolvedPair, 'pools'>): readonly BackupModule[] {
  const known = pools.filter((pool) => pool !== undefined);
  if (known.length === 0) return backupModules;
  const hostsCms = known.some((pool) => pool.hasCentralManagementKey);
  const carriesRgs = known.every(({ release }) => release === undefined || /^(?:2019|SE)$/.test(release.value));
  return backupModules.filter((module) => {
    if (module === 'CentralMgmt.CMSMaster') return hostsCms;
    return carriesRgs || !module.startsWith('ApplicationServer.');
  });
}

/** Of the pair that the path leads through. */
function modulesFor(topology: Topology, [, index]: TreePath): readonly BackupModule[] {
  const pair = typeof index === 'number' ? topology.pairs[index] : undefined;
  return pair === undefined ? backupModules : offeredModules(pair);
}

/** In lower case; a module is the same under its long and its short name. */
export function meantName(written: string): string {
  return (canonicalBackupModule(written) ?? written).toLowerCase();
}

/** `Enterprise pool in Atlanta, release 2013`, as far as it is known. */
function poolDetail(pool: PoolFacts): string {
  const what = pool.edition === undefined ? 'Pool' : poolKinds[pool.edition.value];
  const where = pool.site === undefined ? '' : ` in ${pool.site.value}`;
  return `${what}${where}${pool.release === undefined ? '' : `, release ${pool.release.value}`}`;
}

const poolKinds = { Enterprise: 'Enterprise pool', Standard: 'Standard Edition server', Director: 'Director' } as const;

function siteDetail(topology: Topology, site: string): string {
  const lower = site.toLowerCase();
  const count = topology.pools.all.filter((pool) => pool.site?.value.toLowerCase() === lower).length;
  return `Site with ${count === 0 ? 'no pool' : count === 1 ? 'one pool' : `${count} pools`}`;
}
