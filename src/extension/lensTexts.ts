/** What the lenses of a place in a topology file say and do, from what is measured of the deployment. */
import { type Command, l10n } from 'vscode';
import type { DatabaseStatus, DeploymentStatus, DirectionStatus, PoolStatus } from '../core/status.ts';
import { moment } from './amounts.ts';
import type { LensPlace } from './lensPlaces.ts';
import { commands } from './names.ts';
import { shortName, shortNames } from './views/outlineParts.ts';
import {
  databaseLevel,
  directionLevel,
  exportWords,
  type Level,
  mirroringStatus,
  mirroringWords,
  poolLevel,
  poolWords,
  worst,
} from './views/states.ts';
import type { Subject } from './views/subject.ts';

/** One lens: what it is about. Its words are made when it comes into view. */
export type Lens =
  | { readonly kind: 'unmeasured' }
  | { readonly kind: 'uninitialized' }
  | { readonly kind: 'poolState'; readonly pool: string }
  | { readonly kind: 'synchronize'; readonly pool: string }
  | { readonly kind: 'planFailover' | 'planFailback'; readonly pool: string }
  | { readonly kind: 'pairState'; readonly pools: readonly [string, string] }
  | { readonly kind: 'watch' }
  | { readonly kind: 'databaseState' | 'failOver' | 'failBack'; readonly place: DatabasePlace };

type DatabasePlace = Extract<LensPlace, { readonly kind: 'databaseType' }>;

/** The lenses of a place; `status` is absent while nobody measures. A place that the engine does not know has none. */
export function lensesOf(place: LensPlace, status: DeploymentStatus | undefined): readonly Lens[] {
  switch (place.kind) {
    case 'pool':
      return poolLenses(place.pool, status);
    case 'pair':
      return pairLenses(place.pools, status);
    case 'databaseType':
      return databaseLenses(place, status);
  }
}

/** Title, tooltip and command of a lens; undefined when what it is about is gone meanwhile. */
export function commandOfLens(lens: Lens, status: DeploymentStatus | undefined): Command | undefined {
  switch (lens.kind) {
    case 'unmeasured':
      return showStatus(l10n.t('not measured'), l10n.t('The state is measured while the Status view is visible.'));
    case 'uninitialized':
      return { title: l10n.t('Initialise Data Directory'), command: commands.initializeDataDirectory };
    case 'poolState':
      return poolState(findPool(status, lens.pool));
    case 'synchronize':
      return onSubject(l10n.t('Synchronise'), commands.synchronize, { kind: 'pool', pool: lens.pool });
    case 'planFailover':
      return plan(l10n.t('Plan failover'), 'Invoke-CsPoolFailOver', lens.pool);
    case 'planFailback':
      return plan(l10n.t('Plan failback'), 'Invoke-CsPoolFailBack', lens.pool);
    case 'pairState':
      return pairState(status, lens.pools);
    case 'watch':
      return { title: l10n.t('Watch until Steady State'), command: commands.watchUntilSteadyState };
    case 'databaseState':
    case 'failOver':
    case 'failBack':
      return databaseCommand(lens.kind, lens.place, databasesAt(status, lens.place));
  }
}

/** Changes exactly when a lens would say something else. */
export function lensSignature(status: DeploymentStatus | undefined): string {
  if (status === undefined) return '';
  if (!status.initialized) return 'uninitialized';
  return [...status.pools.map(signatureOfPool), ...status.pairs.map(({ id }) => id)].join('\n');
}

const signatures = new WeakMap<PoolStatus, string>();

/** The store keeps a pool that did not change identical. */
function signatureOfPool(pool: PoolStatus): string {
  const known = signatures.get(pool);
  if (known !== undefined) return known;
  const databases = pool.databases.map((database) => `${database.DatabaseType} ${databaseWords(database)}`);
  const parts = [pool.fqdn, poolWords(pool), pool.partner, pool.OverallExportStatus, pool.OverallImportStatus];
  const signature = [...parts, lastCycleOf(pool), pool.failover?.state, ...databases].join(' | ');
  signatures.set(pool, signature);
  return signature;
}

function poolLenses(pool: string, status: DeploymentStatus | undefined): readonly Lens[] {
  if (status === undefined) return [{ kind: 'unmeasured' }, { kind: 'planFailover', pool }];
  if (!status.initialized) return [{ kind: 'uninitialized' }];
  const found = findPool(status, pool);
  if (found === undefined) return [];
  const state: Lens = { kind: 'poolState', pool };
  if (found.partner === undefined) return [state];
  return found.failover === undefined
    ? [state, { kind: 'synchronize', pool }, { kind: 'planFailover', pool }]
    : [state, { kind: 'planFailback', pool }];
}

function pairLenses(pools: readonly [string, string], status: DeploymentStatus | undefined): readonly Lens[] {
  if (status === undefined) return [{ kind: 'unmeasured' }];
  return status.initialized && findPair(status, pools) !== undefined
    ? [{ kind: 'pairState', pools }, { kind: 'watch' }]
    : [];
}

function databaseLenses(place: DatabasePlace, status: DeploymentStatus | undefined): readonly Lens[] {
  const mirrored = databasesAt(status, place).filter(({ mirror }) => mirror !== undefined);
  if (mirrored.length === 0) return [];
  const serves = (where: 'primary' | 'mirror'): boolean => mirrored.some(({ principal }) => principal === where);
  return [
    { kind: 'databaseState', place },
    ...(serves('primary') ? [{ kind: 'failOver' as const, place }] : []),
    ...(serves('mirror') ? [{ kind: 'failBack' as const, place }] : []),
  ];
}

function poolState(pool: PoolStatus | undefined): Command | undefined {
  if (pool === undefined) return undefined;
  const last = lastCycleOf(pool);
  const words = withIcon(poolLevel(pool), poolWords(pool));
  return showStatus(
    last === undefined ? words : l10n.t('{0} · last cycle {1}', words, moment(last)),
    l10n.t('Show the status of {0}', pool.fqdn),
  );
}

function pairState(status: DeploymentStatus | undefined, pools: readonly [string, string]): Command | undefined {
  const pair = findPair(status, pools);
  if (pair === undefined) return undefined;
  const nameOf = shortNames(pair.pools);
  const words = pair.directions.map(
    (direction) => `${nameOf(direction.from)} → ${nameOf(direction.to)}: ${directionWords(direction)}`,
  );
  const level = worst(pair.directions.map(directionLevel));
  return showStatus(withIcon(level, words.join(' · ')), pair.directions.map((each) => each.explanation).join('\n'));
}

function directionWords({ ExportStatus, ImportStatus }: DirectionStatus): string {
  return ImportStatus === 'ErrorState' ? l10n.t('Import in Error State') : exportWords(ExportStatus);
}

function databaseCommand(
  kind: 'databaseState' | 'failOver' | 'failBack',
  { pool, type }: DatabasePlace,
  databases: readonly DatabaseStatus[],
): Command | undefined {
  const [first] = databases;
  if (first === undefined) return undefined;
  const subject: Subject = { kind: 'databaseType', pool, type };
  if (kind === 'failOver')
    return onSubject(l10n.t('Fail over to {0}', serverOf(first.mirror)), commands.failOverToMirror, subject);
  if (kind === 'failBack')
    return onSubject(l10n.t('Fail back to {0}', serverOf(first.primary)), commands.failBackToPrimary, subject);
  const words = [...new Set(databases.map(databaseWords))];
  const level = worst(databases.map(databaseLevel));
  return showStatus(
    withIcon(level, words.length === 1 ? (words[0] ?? '') : l10n.t('databases differ')),
    [...new Set(databases.map(({ explanation }) => explanation))].join('\n'),
  );
}

function databaseWords(database: DatabaseStatus): string {
  if (database.principal === undefined) return l10n.t('no principal');
  return l10n.t('{0} · {1}', mirroringWords(mirroringStatus(database)), serverOf(database[database.principal]));
}

/** "atl-sql-001" of "atl-sql-001.litwareinc.com\RTC". */
function serverOf(instance: string | undefined): string {
  return shortName(instance?.split('\\')[0] ?? '');
}

const icons: Readonly<Record<Level, string>> = {
  unknown: 'circle-outline',
  good: 'pass',
  busy: 'sync',
  attention: 'warning',
  error: 'error',
};

/** With a space that does not collapse: a lens shows others as nothing beside an icon. */
function withIcon(level: Level, words: string): string {
  return `$(${icons[level]})\u00a0${words}`;
}

function showStatus(title: string, tooltip: string): Command {
  return { title, tooltip, command: commands.showStatus };
}

function onSubject(title: string, command: string, subject: Subject): Command {
  return { title, command, arguments: [subject] };
}

function plan(title: string, operation: string, pool: string): Command {
  return {
    title,
    tooltip: l10n.t('Show what {0} would do. Nothing is changed.', operation),
    command: commands.showPlan,
    arguments: [{ operation, subject: { kind: 'pool', pool } }],
  };
}

/** ISO 8601; the end of the latest cycle of all modules that export here. */
function lastCycleOf({ modules }: PoolStatus): string | undefined {
  return modules
    .flatMap(({ exportsHere, lastCycle }) => (exportsHere && lastCycle !== undefined ? [lastCycle.endedAt] : []))
    .sort()
    .at(-1);
}

/** Host names are the same in any case (domain A.1). */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function findPool(status: DeploymentStatus | undefined, fqdn: string): PoolStatus | undefined {
  return status?.pools.find((pool) => isSame(pool.fqdn, fqdn));
}

function findPair(status: DeploymentStatus | undefined, [one, other]: readonly [string, string]) {
  return status?.pairs.find(
    ({ pools: [a, b] }) => (isSame(a, one) && isSame(b, other)) || (isSame(a, other) && isSame(b, one)),
  );
}

function databasesAt(status: DeploymentStatus | undefined, { pool, type }: DatabasePlace): readonly DatabaseStatus[] {
  return findPool(status, pool)?.databases.filter(({ DatabaseType }) => DatabaseType === type) ?? [];
}
