/** What a start after a kill makes of a data directory, and whether what was acknowledged is stored. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { AcknowledgedRow } from '../../../src/core/lab/load/runLoad.ts';
import type { DatabaseStatus, DeploymentStatus } from '../../../src/core/status.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { DeploymentConnection } from '../../../src/deployments/deployment.ts';
import { connectEmbedded } from '../../../src/deployments/embedded.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { pool1, type Rig } from './rig.ts';

/**
 * Starts the engine and lets it do by itself what it does: resume jobs, recover files and databases. Nothing is asked of it
 * but, after that, what `use` asks.
 */
export async function recover(
  rig: Rig,
  use: (connection: DeploymentConnection, status: DeploymentStatus) => Promise<void> = async () => {},
): Promise<DeploymentStatus> {
  const { topologyFile, dataDirectory } = rig;
  await using connection = await connectEmbedded({ topologyFile, dataDirectory, backgroundCycles: false });
  const status = await recovered(connection);
  await use(connection, status);
  return status;
}

function recovered(connection: DeploymentConnection): Promise<DeploymentStatus> {
  return waitUntil('the engine has recovered', async () => {
    const status = await connection.status();
    const running = status.jobs.some(
      ({ state }) => state === 'running' || state === 'queued' || state === 'cancelling',
    );
    const databases = status.pools.flatMap((pool) => pool.databases);
    return !running && databases.every(isSynchronized) && status;
  });
}

function isSynchronized(database: DatabaseStatus): boolean {
  return (
    database.MirroringStatusOnPrimary === 'synchronized' &&
    database.MirroringStatusOnMirror === 'synchronized' &&
    database.sendQueue === 0 &&
    database.redoQueue === 0
  );
}

/** Rows that clients were told are stored, from a file of JSON lines; the last word on each row counts. */
export function acknowledgedRows(file: string): readonly AcknowledgedRow[] {
  const rows = new Map<string, AcknowledgedRow>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const row: AcknowledgedRow = JSON.parse(line);
    rows.set(JSON.stringify([row.database, row.table, row.key]), row);
  }
  return [...rows.values()];
}

/** Compares rows with both files of Pool 1's databases, read without the engine. Gives those that are not as acknowledged. */
export function notStored(rig: Rig, rows: readonly AcknowledgedRow[]): readonly AcknowledgedRow[] {
  const open = new Map<string, DatabaseSync>();
  const databaseOf = (server: string, name: AcknowledgedRow['database']): DatabaseSync => {
    const file = openDataDirectory(rig.dataDirectory).databaseFile({ server, instance: 'RTC' }, name);
    const database = open.get(file) ?? new DatabaseSync(file);
    open.set(file, database);
    return database;
  };
  const isStored = (server: string, row: AcknowledgedRow): boolean => {
    const condition = Object.keys(row.key).map((name) => `"${name}" = ?`);
    const stored = databaseOf(server, row.database)
      .prepare(`select * from "${row.table}" where ${condition.join(' and ')}`)
      .get(...Object.values(row.key));
    if (row.value === null || stored === undefined) return row.value === null && stored === undefined;
    return Object.entries(row.value).every(([name, value]) => stored[name] === value);
  };
  try {
    return rows.filter((row) => !sqlServers.every((server) => isStored(server, row)));
  } finally {
    for (const database of open.values()) database.close();
  }
}

/** Both files of every database of Pool 1 hold the same rows. */
export function assertSameRows(rig: Rig): void {
  const tables = { rtcxds: ['users', 'contacts', 'presence', 'conferences'], xds: ['documents'] } as const;
  for (const [name, ofDatabase] of Object.entries(tables)) {
    for (const table of ofDatabase) {
      const [first, second] = sqlServers.map((server) => {
        const instance = { server, instance: 'RTC' };
        const database = new DatabaseSync(
          openDataDirectory(rig.dataDirectory).databaseFile(instance, name === 'xds' ? 'xds' : 'rtcxds'),
        );
        try {
          return database.prepare(`select * from ${table} order by 1, 2`).all();
        } finally {
          database.close();
        }
      });
      assert.deepEqual(first, second, `${table} of ${pool1} differs between its two places`);
    }
  }
}

const sqlServers = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'] as const;
