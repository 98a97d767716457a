/** What a pool remembers of a partner: forgotten when a pair is made, so that it begins with a full export; let go when it ends. */
import type { DatabaseServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { type Deployment, findPool, type PoolPair } from '../topology/model.ts';
import type { DatabaseName, DatabaseType } from '../topology/vocabulary.ts';

/** The databases that the Backup Service carries rows or documents of. */
const carried: readonly (readonly [DatabaseType, DatabaseName])[] = [
  ['User', 'rtcxds'],
  ['Application', 'rgsconfig'],
  ['CentralMgmt', 'xds'],
];

/** Throws what keeps a database of the pair from being written: then the pair cannot begin. Safe to repeat. */
export function forgetFormerImports(databases: DatabaseServices, deployment: Deployment, pair: PoolPair): void {
  for (const [pool, partner] of bothWays(pair)) {
    for (const database of databasesOf(databases, deployment, pool)) {
      const name = `import:${partner.toLowerCase()}`;
      const known = database.read((connection) =>
        connection.prepare('select 1 from backup_state where name = ?').get(name),
      );
      if (known === undefined) continue;
      database.commit(`import:${partner}`, (connection) => {
        connection.prepare('delete from backup_state where name = ?').run(name);
      });
    }
  }
}

/** The logs of the pools are kept for the partner no longer. Returns the pools whose databases do not answer now. */
export function releaseLogs(databases: DatabaseServices, deployment: Deployment, pair: PoolPair): readonly string[] {
  return bothWays(pair).flatMap(([pool, partner]) => {
    try {
      for (const database of databasesOf(databases, deployment, pool))
        database.retainLog(`backup:${partner.toLowerCase()}`, Number.MAX_SAFE_INTEGER);
      return [];
    } catch (error) {
      if (error instanceof LyncTopologyError) return [pool];
      throw error;
    }
  });
}

function bothWays({ pools: [first, second] }: PoolPair): readonly (readonly [string, string])[] {
  return [
    [first, second],
    [second, first],
  ];
}

function databasesOf(databases: DatabaseServices, deployment: Deployment, pool: string): readonly MirroredDatabase[] {
  const found = findPool(deployment, pool);
  return carried.flatMap(([type, name]) => (found?.databases[type] === undefined ? [] : [databases.find(pool, name)]));
}
