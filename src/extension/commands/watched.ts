/** What a watch looks at and how it judges it. */
import { l10n } from 'vscode';
import { LyncTopologyError } from '../../core/errors.ts';
import type { DeploymentStatus, ModuleStatus, PoolStatus } from '../../core/status.ts';
import { canonicalBackupModule } from '../../core/topology/vocabulary.ts';
import { backlogWords } from '../amounts.ts';
import { exportWords } from '../views/states.ts';

export interface WatchRequest {
  readonly pool: string;
  /** Every module that this pool exports when absent. */
  readonly module?: string;
  /** `FinalState` is stronger: nothing at all is waiting. */
  readonly until: 'SteadyState' | 'FinalState';
  /** Milliseconds. */
  readonly timeout: number;
}

export interface WatchedModule {
  readonly module: ModuleStatus;
  /** The same module of the partner, which imports what this one exports. */
  readonly partner: ModuleStatus | undefined;
}

/** The modules meant. Throws where there is nothing to watch: `pool-not-paired`, `data-directory-missing`, `module-not-applicable`. */
export function watchedModules(status: DeploymentStatus, request: WatchRequest): readonly WatchedModule[] {
  const pool = findPool(status, request.pool);
  const partner = pool?.partner === undefined ? undefined : findPool(status, pool.partner);
  if (pool === undefined || partner === undefined) throw notPaired(request.pool);
  const only = request.module === undefined ? undefined : canonicalBackupModule(request.module);
  const modules = pool.modules.filter(({ Identity, exportsHere }) => exportsHere && (only ?? Identity) === Identity);
  if (modules.length === 0) throw nothingToWatch(pool, request.module);
  return modules.map((module) => ({
    module,
    partner: partner.modules.find(({ Identity }) => Identity === module.Identity),
  }));
}

export function hasReached({ module }: WatchedModule, until: WatchRequest['until']): boolean {
  return module.ExportStatus === 'FinalState' || (until === 'SteadyState' && module.ExportStatus === 'SteadyState');
}

/** Export or import failed (domain A.3: the partner's import has to be in Normal State). */
function hasFailed({ module, partner }: WatchedModule): boolean {
  return module.ExportStatus === 'ErrorState' || partner?.ImportStatus === 'ErrorState';
}

export function judge(
  watched: readonly WatchedModule[],
  until: WatchRequest['until'],
): 'reached' | 'failed' | 'waiting' {
  if (watched.some(hasFailed)) return 'failed';
  return watched.every((one) => hasReached(one, until)) ? 'reached' : 'waiting';
}

/** "ConfServices.DataConf: Non-Steady State, 812 changes, 34 MB". */
export function watchedWords(watched: WatchedModule, until: WatchRequest['until']): string {
  const { Identity, ExportStatus, backlog } = watched.module;
  return hasReached(watched, until)
    ? `${Identity}: ${exportWords(ExportStatus)}`
    : l10n.t('{0}: {1}, {2}', Identity, exportWords(ExportStatus), backlogWords(backlog));
}

/** Why a watch that failed did. */
export function failureWords(watched: readonly WatchedModule[]): string {
  const failed = watched.find(hasFailed);
  if (failed === undefined) return '';
  return failed.module.ExportStatus === 'ErrorState'
    ? l10n.t('{0} is in Error State. {1}', failed.module.Identity, failed.module.explanation)
    : l10n.t('the import of {0} is in Error State. {1}', failed.module.Identity, failed.partner?.explanation ?? '');
}

function findPool(status: DeploymentStatus, fqdn: string): PoolStatus | undefined {
  return status.pools.find((pool) => pool.fqdn.toLowerCase() === fqdn.toLowerCase());
}

function notPaired(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'pool-not-paired',
    kind: 'refused',
    object: pool,
    message: l10n.t('There is no paired pool {0}, so there is no state to watch.', pool),
    remedy: l10n.t('Name a pool that has a backup pool in the topology.'),
  });
}

function nothingToWatch(pool: PoolStatus, module: string | undefined): LyncTopologyError {
  if (pool.modules.length === 0)
    return new LyncTopologyError({
      code: 'data-directory-missing',
      kind: 'refused',
      object: pool.fqdn,
      message: l10n.t('{0} has no databases and shares yet.', pool.fqdn),
      remedy: l10n.t('Initialise the data directory first.'),
    });
  const exported = pool.modules.filter(({ exportsHere }) => exportsHere).map(({ Identity }) => Identity);
  return new LyncTopologyError({
    code: 'module-not-applicable',
    kind: 'refused',
    object: module ?? pool.fqdn,
    message: l10n.t('{0} does not export {1}.', pool.fqdn, module ?? l10n.t('any module')),
    remedy: l10n.t('It exports {0}.', exported.join(', ')),
  });
}
