/** What a pool and a pair say about themselves, each measured or composed from what was measured. */
import type { DatabaseStatus, DirectionStatus, ExportStatus, ModuleStatus, PairStatus, PoolStatus } from '../status.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { type Deployment, findPool, type Pool, type PoolPair, partnerOf } from '../topology/model.ts';
import { serviceStateOf, shareStatusOf } from './pools.ts';

export interface PoolParts {
  readonly modules: readonly ModuleStatus[];
  readonly databases: readonly DatabaseStatus[];
  /** Measured; what the topology says where nothing can be measured yet. */
  readonly centralManagement: PoolStatus['centralManagement'] | undefined;
  readonly failover?: PoolStatus['failover'] | undefined;
}

export function poolStatusOf(
  deployment: Deployment,
  dataDirectory: DataDirectory,
  pool: Pool,
  { modules, databases, centralManagement, failover }: PoolParts,
): PoolStatus {
  const service = serviceStateOf(dataDirectory, pool);
  const partner = partnerOf(deployment, pool.fqdn);
  const active = pool.frontEnds.find((server) => !service.stoppedServers.includes(server));
  const overall = overallStatus(modules);
  return {
    id: `pool/${pool.fqdn}`,
    fqdn: pool.fqdn,
    site: pool.site,
    ...(partner === undefined ? {} : { partner: partner.fqdn }),
    service,
    ...overall,
    ...(partner === undefined || active === undefined ? {} : { ActiveMachineFqdn: active }),
    ...(centralManagement === undefined ? {} : { centralManagement }),
    ...(failover === undefined ? {} : { failover }),
    ...(pool.fileShare === undefined
      ? {}
      : { share: shareStatusOf(dataDirectory, dataDirectory.share(pool.fileShare)) }),
    modules,
    databases,
  };
}

/** `pools` by their FQDN. */
export function pairStatusOf(
  deployment: Deployment,
  pair: PoolPair,
  pools: ReadonlyMap<string, PoolStatus>,
): PairStatus {
  const nameOf = (name: string): string => findPool(deployment, name)?.fqdn ?? name;
  const first = nameOf(pair.pools[0]);
  const second = nameOf(pair.pools[1]);
  const id = `pair/${first}+${second}`;
  const direction = (from: string, to: string): DirectionStatus => {
    const exporting = pools.get(from);
    const importing = pools.get(to);
    const worst = worstModule(exporting?.modules ?? []);
    return {
      id: `${id}/from/${from}`,
      from,
      to,
      ExportStatus: exporting?.OverallExportStatus ?? 'NotInitialized',
      ImportStatus: importing?.OverallImportStatus ?? 'NormalState',
      explanation:
        worst === undefined ? `Nothing of ${from} has been measured yet.` : `${worst.Identity}: ${worst.explanation}`,
    };
  };
  return { id, pools: [first, second], directions: [direction(first, second), direction(second, first)] };
}

/** Worst first (domain A.4). */
const worstExports: readonly ExportStatus[] = [
  'ErrorState',
  'NotInitialized',
  'NonSteadyState',
  'SteadyState',
  'FinalState',
];

/** The worst state of the modules that export here: the CMSMaster of a pool without the active store does not count. */
function overallStatus(
  modules: readonly ModuleStatus[],
): Pick<PoolStatus, 'OverallExportStatus' | 'OverallImportStatus'> {
  if (modules.length === 0) return {};
  const worst = worstModule(modules);
  const importFails = modules.some((module) => module.ImportStatus === 'ErrorState');
  return {
    ...(worst === undefined ? {} : { OverallExportStatus: worst.ExportStatus }),
    OverallImportStatus: importFails ? 'ErrorState' : 'NormalState',
  };
}

function worstModule(modules: readonly ModuleStatus[]): ModuleStatus | undefined {
  const exporting = modules.filter((module) => module.exportsHere);
  const rank = (module: ModuleStatus): number => worstExports.indexOf(module.ExportStatus);
  return exporting.sort((a, b) => rank(a) - rank(b))[0];
}
