/** What a question offers to choose from: the things of the deployment, each with what one needs to know to choose. */
import { l10n, type QuickPickItem } from 'vscode';
import type { ParameterDescription } from '../../core/operations/parameters.ts';
import type { DatabaseStatus, DeploymentStatus, PoolStatus } from '../../core/status.ts';
import { backlogWords } from '../amounts.ts';
import { exportWords, mirroringStatus, mirroringWords, poolWords } from '../views/states.ts';
import { faultTargets, isFaultTarget } from './faultTargets.ts';

export interface Offer extends QuickPickItem {
  /** Absent: the parameter is left out. */
  readonly value?: string;
}

/** The offers of a parameter, given what was answered before; `undefined` where it has to be typed. */
export function offersFor(
  parameter: ParameterDescription,
  answers: Readonly<Record<string, unknown>>,
  status: DeploymentStatus,
): readonly Offer[] | undefined {
  const pool = status.pools.find(({ fqdn }) => same(fqdn, answers['PoolFqdn']));
  if (isFaultTarget(parameter)) return faultTargets(answers, status);
  const offers =
    listFor(parameter, pool, answers, status) ?? parameter.values?.map((value) => ({ label: value, value }));
  if (offers === undefined || parameter.required || parameter.kind === 'list') return offers;
  return [everything(parameter), ...offers];
}

function listFor(
  parameter: ParameterDescription,
  pool: PoolStatus | undefined,
  answers: Readonly<Record<string, unknown>>,
  status: DeploymentStatus,
): readonly Offer[] | undefined {
  switch (parameter.offers) {
    case 'pool':
      return status.pools.map(poolOffer);
    case 'pairedPool':
      return status.pools.filter(({ partner }) => partner !== undefined).map(poolOffer);
    case 'chatPool':
      return (status.persistentChat ?? []).map(({ fqdn, PoolState }) => ({
        label: fqdn,
        description: PoolState,
        value: fqdn,
      }));
    case 'backupModule':
      return pool?.modules
        .filter(({ exportsHere }) => exportsHere)
        .map((module) => ({
          label: module.Identity,
          description: exportWords(module.ExportStatus),
          detail: l10n.t('Backlog: {0}', backlogWords(module.backlog)),
          value: module.Identity,
        }));
    case 'databaseType':
      return pool === undefined ? undefined : typeOffers(pool);
    case 'database':
      return databasesOf(pool, answers).map((database) => ({
        label: database.DatabaseName,
        description: mirroringWords(mirroringStatus(database)),
        value: database.DatabaseName,
      }));
    case 'virtualMachine':
      return (status.virtualMachines ?? []).map(({ name, primaryHost }) => ({
        label: name,
        description: primaryHost,
        value: name,
      }));
    case 'mirrorRole':
      return roleOffers(databasesOf(pool, answers));
    default:
      return undefined;
  }
}

export function poolOffer(pool: PoolStatus): Offer {
  return {
    label: pool.fqdn,
    description: pool.site,
    detail:
      pool.partner === undefined ? poolWords(pool) : l10n.t('Backup pool {0} · {1}', pool.partner, poolWords(pool)),
    value: pool.fqdn,
  };
}

function typeOffers(pool: PoolStatus): readonly Offer[] {
  const byType = Map.groupBy(pool.databases, ({ DatabaseType }) => DatabaseType);
  return [...byType].map(([type, databases]) => ({
    label: type,
    description: databases.map(({ DatabaseName }) => DatabaseName).join(', '),
    detail: [...new Set(databases.map((database) => mirroringWords(mirroringStatus(database))))].join(', '),
    value: type,
  }));
}

/** Which server each role is, and which of them serves clients now. */
function roleOffers(databases: readonly DatabaseStatus[]): readonly Offer[] {
  const [database] = databases;
  return (['mirror', 'primary'] as const).map((role) => ({
    label: role,
    ...(database?.[role] === undefined ? {} : { description: database[role] }),
    detail: databases.every(({ principal }) => principal === role)
      ? l10n.t('Is the principal now')
      : role === 'mirror'
        ? l10n.t('Fails over')
        : l10n.t('Fails back'),
    value: role,
  }));
}

function databasesOf(
  pool: PoolStatus | undefined,
  answers: Readonly<Record<string, unknown>>,
): readonly DatabaseStatus[] {
  const type = answers['DatabaseType'];
  return pool?.databases.filter(({ DatabaseType }) => type === undefined || same(DatabaseType, type)) ?? [];
}

function everything(parameter: ParameterDescription): Offer {
  switch (parameter.offers) {
    case 'backupModule':
      return { label: l10n.t('All modules'), detail: l10n.t('Leave -{0} out', parameter.name) };
    case 'databaseType':
      return { label: l10n.t('All types'), detail: l10n.t('Leave -{0} out', parameter.name) };
    default:
      return { label: l10n.t('All'), detail: l10n.t('Leave -{0} out', parameter.name) };
  }
}

function same(name: string, given: unknown): boolean {
  return typeof given === 'string' && name.toLowerCase() === given.toLowerCase();
}
