/** Which databases `Install-` and `Uninstall-CsMirrorDatabase` mean, and what both ask of them (domain C.5). */
import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { type ErrorInformation, LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { DatabaseStatus } from '../status.ts';
import { sqlInstanceName } from '../topology/model.ts';
import { type DatabaseName, type DatabaseType, databasesByType, databaseTypes } from '../topology/vocabulary.ts';
import { formatList } from './amounts.ts';
import type { OperationRun, Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { didYouMean } from './nearest.ts';
import { precondition } from './plans.ts';

export const sqlServerFqdn = z
  .string()
  .meta(meta({ description: 'The SQL Server of the configured primary.', placeholder: 'FQDN' }));

export const excludeDatabaseList = z
  .array(z.string())
  .optional()
  .meta(
    meta({
      description: 'Databases that are left as they are, separated by commas.',
      offers: 'database',
      placeholder: 'DATABASE,…',
    }),
  );

export interface FoundDatabase {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly name: DatabaseName;
}

export interface MirrorSelection {
  readonly server: string;
  /** Any when absent; the default instance is the empty name. */
  readonly instance: string | undefined;
  /** Every type when absent. */
  readonly type: DatabaseType | undefined;
  readonly excluded: readonly string[] | undefined;
}

/** Works on one database after the other, with progress. Throws `cancelled` between two of them, and what `work` throws. */
export async function inTurn<Done>(
  found: readonly FoundDatabase[],
  run: OperationRun,
  { title, phase }: { readonly title: string; readonly phase: string },
  work: (database: FoundDatabase) => Promise<Done>,
): Promise<readonly Done[]> {
  const finished: Done[] = [];
  for (const database of found) {
    throwIfCancelled(run.signal, title);
    const { length: done } = finished;
    run.onProgress({ phase, done, total: found.length, unit: 'databases', current: database.name });
    finished.push(await work(database));
  }
  return finished;
}

/** The databases that the topology mirrors from there. Throws `database-not-mirrored`. */
export function mirroredFrom(services: EngineServices, selection: MirrorSelection): readonly FoundDatabase[] {
  const { instance, server, type: wanted } = selection;
  const excluded = (selection.excluded ?? []).map((name) => name.toLowerCase());
  const types = wanted === undefined ? databaseTypes : [wanted];
  const primaries = services.deployment.pools.flatMap((pool) =>
    types.flatMap((type) => {
      const placement = pool.databases[type];
      return placement?.mirror === undefined ? [] : [{ pool: pool.fqdn, type, primary: placement.primary }];
    }),
  );
  const found = primaries
    .filter(({ primary }) => same(primary.server, server))
    .filter(({ primary }) => instance === undefined || same(primary.instance, instance))
    .flatMap(({ pool, type }) => databasesByType[type].map((name) => ({ pool, type, name })))
    .filter(({ name }) => !excluded.includes(name));
  if (found.length > 0) return found;
  throw notMirroredFrom(
    selection,
    primaries.map(({ primary }) => sqlInstanceName(primary)),
  );
}

function notMirroredFrom({ server, instance, type }: MirrorSelection, known: readonly string[]): LyncTopologyError {
  const from = instance === undefined || instance === '' ? server : `${server}\\${instance}`;
  return new LyncTopologyError({
    code: 'database-not-mirrored',
    kind: 'refused',
    object: server,
    message: `The topology mirrors no ${type === undefined ? '' : `${type} `}database from ${from}.`,
    remedy: didYouMean(
      server,
      known.map((name) => name.split('\\')[0] ?? name),
      known.length === 0
        ? 'Add a mirror to a DatabaseType.'
        : `Databases are mirrored from ${formatList([...new Set(known)])}.`,
    ),
  });
}

export function databaseOf(services: EngineServices, { pool, name }: FoundDatabase): MirroredDatabase {
  return services.databases.find(pool, name);
}

export function statusOf(services: EngineServices, found: FoundDatabase): DatabaseStatus {
  return databaseOf(services, found).status();
}

export function leaseOfDatabase({ pool, name }: FoundDatabase): string {
  return `pool/${pool}/database/${name}`;
}

/** Met unless there is a refusal, which then says why. */
export function notRefused(statement: string, refusal: LyncTopologyError | undefined, evidence: string): Precondition {
  const information: ErrorInformation | undefined =
    refusal === undefined ? undefined : { ...refusal.toJSON(), kind: 'refused' };
  if (information === undefined) return { statement, met: true, evidence };
  return precondition(statement, false, information.message, () => information);
}

export function hasPrincipal(status: DatabaseStatus): Precondition {
  const statement = `${status.DatabaseName} has a principal`;
  return precondition(statement, status.principal !== undefined, status.explanation, () => ({
    code: status.error?.code ?? 'database-no-principal',
    kind: 'refused',
    object: status.DatabaseName,
    message: `${status.DatabaseName} has no principal. ${status.explanation}`,
    remedy: status.error?.remedy ?? 'Bring its principal back.',
  }));
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
