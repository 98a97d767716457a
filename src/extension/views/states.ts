/** How states look and read: one place, so that the tree, the status bar and the messages say the same. */
import { l10n } from 'vscode';
import type {
  DatabaseStatus,
  DeploymentStatus,
  DirectionStatus,
  ExportStatus,
  ImportStatus,
  JobState,
  MirroringStatus,
  MirrorRoleState,
  ModuleStatus,
  PersistentChatStatus,
  PoolStatus,
} from '../../core/status.ts';
import { shortName } from './outlineParts.ts';

/** From calm to alarming. `unknown` is what is neither: nothing runs there, or nobody measured. */
const levels = ['unknown', 'good', 'busy', 'attention', 'error'] as const;
export type Level = (typeof levels)[number];

export interface Icon {
  readonly name: string;
  readonly color?: string;
}

const colors: Readonly<Record<Level, string>> = {
  unknown: 'descriptionForeground',
  good: 'testing.iconPassed',
  busy: 'progressBar.background',
  attention: 'list.warningForeground',
  error: 'list.errorForeground',
};

/** An icon in the colour of a level. */
export function icon(name: string, level: Level): Icon {
  return { name, color: colors[level] };
}

export function worst(found: Iterable<Level>): Level {
  let index = 0;
  for (const level of found) index = Math.max(index, levels.indexOf(level));
  return levels[index] ?? 'unknown';
}

/** The documentation's words: the value's own with spaces, "Steady State" (domain A.3, A.4). */
export function exportWords(status: ExportStatus): string {
  switch (status) {
    case 'NotInitialized':
      return l10n.t('Not Initialized');
    case 'NonSteadyState':
      return l10n.t('Non-Steady State');
    case 'SteadyState':
      return l10n.t('Steady State');
    case 'FinalState':
      return l10n.t('Final State');
    case 'ErrorState':
      return l10n.t('Error State');
  }
}

export function importWords(status: ImportStatus): string {
  return status === 'NormalState' ? l10n.t('Normal State') : l10n.t('Error State');
}

function exportLevel(status: ExportStatus): Level {
  switch (status) {
    case 'ErrorState':
      return 'error';
    case 'NotInitialized':
    case 'NonSteadyState':
      return 'attention';
    case 'SteadyState':
    case 'FinalState':
      return 'good';
  }
}

export function importLevel(status: ImportStatus): Level {
  return status === 'NormalState' ? 'good' : 'error';
}

export function moduleLevel(module: ModuleStatus): Level {
  if (module.ImportStatus === 'ErrorState') return 'error';
  if (!module.exportsHere && module.ExportStatus === 'NotInitialized') return 'unknown';
  return exportLevel(module.ExportStatus);
}

/** The icon of a stream: its shape tells the state too, not the colour alone. */
export function exportIcon(status: ExportStatus, level: Level): Icon {
  if (level === 'error') return icon('error', level);
  switch (status) {
    case 'NotInitialized':
      return icon(level === 'unknown' ? 'circle-slash' : 'circle-outline', level);
    case 'NonSteadyState':
      return icon('history', level);
    case 'SteadyState':
      return icon('pass', level);
    case 'FinalState':
      return icon('pass-filled', level);
    case 'ErrorState':
      return icon('error', level);
  }
}

export function directionLevel(direction: DirectionStatus): Level {
  return worst([exportLevel(direction.ExportStatus), importLevel(direction.ImportStatus)]);
}

/** A database without its mirror is exposed, but it serves its clients; one without a principal does not. */
export function databaseLevel(database: DatabaseStatus): Level {
  if (database.principal === undefined) return 'error';
  if (database.error !== undefined) return 'attention';
  return database.mirror === undefined || mirroringStatus(database) === 'synchronized' ? 'good' : 'attention';
}

/** As the side sees it that serves clients; the other one may not be able to say. */
export function mirroringStatus(database: DatabaseStatus): MirroringStatus {
  return database.principal === 'mirror' ? database.MirroringStatusOnMirror : database.MirroringStatusOnPrimary;
}

export function mirroringWords(status: MirroringStatus): string {
  switch (status) {
    case 'synchronized':
      return l10n.t('synchronized');
    case 'synchronizing':
      return l10n.t('synchronizing');
    case 'suspended':
      return l10n.t('suspended');
    case 'disconnected':
      return l10n.t('disconnected');
    case 'pending failover':
      return l10n.t('pending failover');
    case '':
      return l10n.t('not mirrored');
  }
}

export function roleWords(state: MirrorRoleState): string {
  switch (state) {
    case 'Principal':
      return l10n.t('Principal');
    case 'Mirror':
      return l10n.t('Mirror');
    case 'DatabaseInaccessibleOrMirroringNotEnabled':
      return l10n.t('inaccessible, or mirroring not enabled');
  }
}

export function poolLevel(pool: PoolStatus): Level {
  return worst([
    pool.failover === undefined ? 'good' : 'attention',
    pool.service.state === 'stopped' ? 'error' : pool.service.state === 'partlyStopped' ? 'attention' : 'good',
    pool.share === undefined || pool.share.state === 'available' ? 'good' : 'error',
    ...pool.modules.map(moduleLevel),
    ...pool.databases.map(databaseLevel),
  ]);
}

/** The state of a pool in a few words, the worst thing first. */
export function poolWords(pool: PoolStatus): string {
  if (pool.failover !== undefined) return failoverWords(pool.failover);
  if (pool.service.state === 'stopped') return l10n.t('stopped');
  if (pool.share !== undefined && pool.share.state !== 'available') return shareWords(pool.share.state);
  const unavailable = pool.databases.filter((database) => databaseLevel(database) === 'error').length;
  if (unavailable > 0) return databasesNotAvailable(unavailable);
  if (pool.OverallImportStatus === 'ErrorState') return l10n.t('Import in Error State');
  if (pool.OverallExportStatus === 'ErrorState') return exportWords(pool.OverallExportStatus);
  if (pool.service.state === 'partlyStopped')
    return l10n.t('{0} Front Ends stopped', pool.service.stoppedServers.length);
  const exposed = pool.databases.filter((database) => databaseLevel(database) === 'attention').length;
  if (exposed > 0) return databasesExposed(exposed);
  return pool.OverallExportStatus === undefined ? l10n.t('not paired') : exportWords(pool.OverallExportStatus);
}

function failoverWords({ state, backup: fqdn }: NonNullable<PoolStatus['failover']>): string {
  const backup = shortName(fqdn);
  switch (state) {
    case 'FailingOver':
      return l10n.t('failing over to {0}', backup);
    case 'FailedOver':
      return l10n.t('failed over to {0}', backup);
    case 'FailingBack':
      return l10n.t('failing back from {0}', backup);
  }
}

function databasesNotAvailable(count: number): string {
  return count === 1 ? l10n.t('1 database down') : l10n.t('{0} databases down', count);
}

function databasesExposed(count: number): string {
  return count === 1 ? l10n.t('1 database exposed') : l10n.t('{0} databases exposed', count);
}

export function shareWords(state: NonNullable<PoolStatus['share']>['state']): string {
  switch (state) {
    case 'available':
      return l10n.t('available');
    case 'missing':
      return l10n.t('file share missing');
    case 'unreadable':
      return l10n.t('file share unreadable');
    case 'stopped':
      return l10n.t('file server stopped');
  }
}

/** A pool that is failed over needs somebody: it has no further site to go to. */
export function chatLevel(pool: PersistentChatStatus): Level {
  const states: Level[] = pool.databases.map(databaseLevel);
  if (!isAnyServerActive(pool)) states.push('error');
  if (pool.PoolState === 'FailedOver') states.push('attention');
  if (pool.logShipping?.error !== undefined) states.push('error');
  return worst(['good', ...states]);
}

/** The state of a Persistent Chat pool in a few words, the worst thing first. */
export function chatWords(pool: PersistentChatStatus): string {
  const unavailable = pool.databases.filter((database) => databaseLevel(database) === 'error').length;
  if (unavailable > 0) return databasesNotAvailable(unavailable);
  if (!isAnyServerActive(pool)) return l10n.t('no active server runs');
  if (pool.logShipping?.error !== undefined) return l10n.t('log shipping stopped');
  if (pool.PoolState === 'FailedOver') return l10n.t('failed over');
  const exposed = pool.databases.filter((database) => databaseLevel(database) === 'attention').length;
  return exposed > 0 ? databasesExposed(exposed) : l10n.t('Normal');
}

function isAnyServerActive({ servers }: PersistentChatStatus): boolean {
  return servers.some(({ active, running }) => active && running);
}

export function deploymentLevel(status: DeploymentStatus): Level {
  if (!status.initialized) return 'unknown';
  return worst([...status.pools.map(poolLevel), ...(status.persistentChat ?? []).map(chatLevel)]);
}

/** From the weakest to the strongest (domain A.4). */
const exportOrder: readonly (ExportStatus | undefined)[] = [
  'ErrorState',
  'NotInitialized',
  'NonSteadyState',
  'SteadyState',
  'FinalState',
  undefined,
];

/** The worst state of all pools, in words; with the pool's name where it needs somebody. */
export function deploymentWords(status: DeploymentStatus): string {
  if (!status.initialized) return l10n.t('data directory not initialised');
  const level = deploymentLevel(status);
  const [pool] = status.pools
    .filter((candidate) => poolLevel(candidate) === level)
    .sort((one, other) => exportRank(one) - exportRank(other));
  if (pool === undefined) return chatWordsOf(status, level);
  return level === 'error' || pool.failover !== undefined
    ? l10n.t('{0} {1}', shortName(pool.fqdn), poolWords(pool))
    : poolWords(pool);
}

/** Of the first Persistent Chat pool at that level: it has a site of its own, so it is always named. */
function chatWordsOf({ persistentChat = [] }: DeploymentStatus, level: Level): string {
  const chat = persistentChat.find((candidate) => chatLevel(candidate) === level);
  return chat === undefined ? l10n.t('no pools') : l10n.t('{0} {1}', shortName(chat.fqdn), chatWords(chat));
}

function exportRank(pool: PoolStatus): number {
  return exportOrder.indexOf(pool.OverallExportStatus);
}

export function jobWords(state: JobState): string {
  switch (state) {
    case 'queued':
      return l10n.t('waiting');
    case 'running':
      return l10n.t('running');
    case 'cancelling':
      return l10n.t('cancelling');
    case 'completed':
      return l10n.t('completed');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

export function jobIcon(state: JobState): Icon {
  switch (state) {
    case 'queued':
      return icon('clock', 'unknown');
    case 'running':
      return icon('loading~spin', 'busy');
    case 'cancelling':
      return icon('loading~spin', 'attention');
    case 'completed':
      return icon('pass', 'good');
    case 'failed':
      return icon('error', 'error');
    case 'cancelled':
      return icon('circle-slash', 'unknown');
  }
}

export function isRunning(state: JobState): boolean {
  return state === 'queued' || state === 'running' || state === 'cancelling';
}
