/** From the resolved graph to the plain model of the engine and the command line. */
import {
  type BackupServiceConfiguration,
  type DatabasePlacement,
  type Deployment,
  defaultBackupServiceConfiguration,
  type Pool,
  type PoolPair,
  type Site,
} from '../model.ts';
import { findEntry } from '../syntax/nodes.ts';
import { type BackupModule, canonicalBackupModule, type DatabaseType } from '../vocabulary.ts';
import { adminRolesOf } from './adminRoles.ts';
import type { BackupServiceFacts, NamedFacts, PlacementFacts, PoolFacts } from './facts.ts';
import { objectivesOf } from './objectives.ts';
import { persistentChatPoolsOf } from './persistentChatPools.ts';
import type { ResolvedPair, Topology } from './topology.ts';
import { virtualMachinesOf } from './virtualMachines.ts';

export interface BuiltDeployment {
  readonly deployment: Deployment;
  /** Nothing that is written was left out because it could not be understood. */
  readonly complete: boolean;
}

/**
 * The deployment as far as it is understood. A pool without site, edition or release is left out, and so is a pair
 * without two pools.
 */
export function buildDeployment(topology: Topology): BuiltDeployment {
  const pools = topology.pools.all.flatMap((facts) => poolOf(facts, topology) ?? []);
  const known = new Set(pools.map((pool) => pool.fqdn));
  const poolPairs = topology.pairs.flatMap((pair) => pairOf(pair, known) ?? []);
  const { name } = topology;
  const deployment: Deployment = {
    name: name?.value ?? '',
    sites: topology.sites.all.map(siteOf),
    pools,
    poolPairs,
    backupService: configurationOf(topology.backupService),
    ...adminRolesOf(topology.root),
    ...objectivesOf(topology.root),
    ...virtualMachinesOf(topology.root),
    ...persistentChatPoolsOf(topology),
    ...edgePoolsOf(topology),
  };
  const everyPool = pools.length === topology.pools.all.length;
  const everyPair = poolPairs.length === topology.pairs.length;
  return { deployment, complete: name !== undefined && everyPool && everyPair };
}

function edgePoolsOf({ edgePools }: Topology): Pick<Deployment, 'edgePools'> {
  const found = edgePools.all.flatMap(({ name, site, nextHop }) =>
    nextHop === undefined
      ? []
      : [{ fqdn: name, nextHop: nextHop.value, ...(site === undefined ? {} : { site: site.value }) }],
  );
  return found.length === 0 ? {} : { edgePools: found };
}

function siteOf(facts: NamedFacts): Site {
  const description = findEntry(facts.node, 'description')?.value;
  if (description?.kind !== 'scalar' || typeof description.value !== 'string') return { name: facts.name };
  return { name: facts.name, description: description.value };
}

const poolsByFacts = new WeakMap<PoolFacts, { readonly site: string; readonly pool: Pool }>();

function poolOf(facts: PoolFacts, topology: Topology): Pool | undefined {
  const site = facts.site === undefined ? undefined : topology.sites.get(facts.site.value)?.name;
  if (site === undefined || facts.edition === undefined || facts.release === undefined) return undefined;
  const before = poolsByFacts.get(facts);
  if (before?.site === site) return before.pool;
  const pool: Pool = {
    fqdn: facts.name,
    site,
    edition: facts.edition.value,
    release: facts.release.value,
    frontEnds: facts.frontEnds.map((frontEnd) => frontEnd.value),
    databases: databasesOf(facts.databases),
    ...(facts.hosting && { hosting: facts.hosting.value }),
    ...(facts.operatingSystem && { operatingSystem: facts.operatingSystem.value }),
    ...(facts.fileShare && { fileShare: facts.fileShare.value }),
    ...(facts.centralManagement && { centralManagement: facts.centralManagement.value }),
    ...(facts.enabledUsers && { enabledUsers: facts.enabledUsers.value }),
  };
  poolsByFacts.set(facts, { site, pool });
  return pool;
}

/** Placements with a primary instance. Those in an availability group are not operable and left out here. */
function databasesOf(placements: readonly PlacementFacts[]): Partial<Record<DatabaseType, DatabasePlacement>> {
  const databases: Partial<Record<DatabaseType, DatabasePlacement>> = {};
  for (const { type, primary, mirror, witness } of placements) {
    if (primary === undefined) continue;
    databases[type] = {
      primary: primary.value,
      ...(mirror && { mirror: mirror.value }),
      ...(witness && { witness: witness.value }),
    };
  }
  return databases;
}

function pairOf(pair: ResolvedPair, known: ReadonlySet<string>): PoolPair | undefined {
  if (pair.both === undefined) return undefined;
  const [first, second] = pair.both;
  if (!known.has(first.name) || !known.has(second.name)) return undefined;
  return { pools: [first.name, second.name], backupModules: modulesOf(pair, pair.both) };
}

/** The modules that are listed, under their long names, or all that apply when the list is left out. */
function modulesOf(pair: ResolvedPair, both: readonly [PoolFacts, PoolFacts]): readonly BackupModule[] {
  if (pair.facts.modulesNode === undefined) return applicableModules(both);
  const listed = pair.facts.modules.flatMap((fact) => canonicalBackupModule(fact.value) ?? []);
  return [...new Set(listed)];
}

/**
 * User data and conference content for every pair, the Central Management store where a pool of the pair hosts it
 * (domain A.2). The Response Group modules follow a switch of the whole deployment, which the engine keeps.
 */
export function applicableModules(both: readonly [PoolFacts, PoolFacts]): readonly BackupModule[] {
  const hostsCentralManagement = both.some((pool) => pool.centralManagement !== undefined);
  const always: readonly BackupModule[] = ['UserServices.PresenceFocus', 'ConfServices.DataConf'];
  return hostsCentralManagement ? [...always, 'CentralMgmt.CMSMaster'] : always;
}

function configurationOf(facts: BackupServiceFacts | undefined): BackupServiceConfiguration {
  const defaults = defaultBackupServiceConfiguration;
  const count = (key: Exclude<keyof BackupServiceConfiguration, 'enableRgsBackupService'>) =>
    facts?.counts.get(key)?.value ?? defaults[key];
  return {
    syncInterval: facts?.syncInterval?.value ?? defaults.syncInterval,
    maxBatchesPerUserStoreSync: count('maxBatchesPerUserStoreSync'),
    maxBatchesPerCmsSync: count('maxBatchesPerCmsSync'),
    maxDataConfPackageSizeKB: count('maxDataConfPackageSizeKB'),
    maxConcurrentCalls: count('maxConcurrentCalls'),
    enableRgsBackupService: defaults.enableRgsBackupService,
  };
}
