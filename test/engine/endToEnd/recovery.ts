/** What a start after a kill makes of a data directory, and whether what was acknowledged is stored. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { AcknowledgedRow } from '../../../src/core/lab/load/runLoad.ts';
import type { DatabaseStatus, DeploymentStatus } from '../../../src/core/status.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { DeploymentConnection } from '../../../src/deployments/deployment.ts';
import { connectEmbedded } from '../../../src/deployments/embedded.ts';
import { openHost } from '../../../src/engineHost/host.ts';
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
  await using connection = await connectEmbedded({
    engine: openHost,
    topologyFile,
    dataDirectory,
    backgroundCycles: false,
  });
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

/** What a client was told, in order, from a file of JSON lines. */
export function acknowledgedRows(file: string): readonly AcknowledgedRow[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.filter((line) => line !== '').map((line): AcknowledgedRow => JSON.parse(line));
}

/**
 * What one client was told is stored and is not, in both files of Pool 1's databases, read without the engine. The one
 * transaction that was under way when the client was killed may have been stored without its being told: a row may be
 * newer than acknowledged, or gone where it could be cancelled or removed, once.
 */
export function lostRows(rig: Rig, acknowledged: readonly AcknowledgedRow[]): readonly AcknowledgedRow[] {
  const last = new Map(acknowledged.map((row) => [JSON.stringify([row.database, row.table, row.key]), row]));
  using files = openFiles(rig);
  const differing = [...last.values()].filter((row) =>
    sqlServers.some((server) => !isAsAcknowledged(row, files.read(server, row))),
  );
  const [only, ...more] = differing;
  if (only === undefined || more.length > 0) return differing;
  const underWay = sqlServers.every((server) => mayBeUnderWay(only, files.read(server, only), acknowledged));
  return underWay ? [] : differing;
}

type StoredRow = Readonly<Record<string, unknown>> | undefined;

function isAsAcknowledged(row: AcknowledgedRow, stored: StoredRow): boolean {
  if (row.value === null || stored === undefined) return row.value === null && stored === undefined;
  return Object.entries(row.value).every(([name, value]) => stored[name] === value);
}

function mayBeUnderWay(row: AcknowledgedRow, stored: StoredRow, acknowledged: readonly AcknowledgedRow[]): boolean {
  const time = row.value === null ? row.time : String(row.value['changedAt']);
  if (stored !== undefined) return String(stored['changedAt']) >= time;
  // The oldest conference is the one that is cancelled, so the newest only goes when it is alone.
  const conferences = acknowledged.filter(({ table }) => table === 'conferences');
  const scheduled = conferences.reduce((count, { value }) => count + (value === null ? -1 : 1), 0);
  return row.table === 'contacts' || (row.table === 'conferences' && (row !== conferences.at(-1) || scheduled === 1));
}

interface OpenFiles extends Disposable {
  read(server: string, row: AcknowledgedRow): StoredRow;
}

function openFiles(rig: Rig): OpenFiles {
  const open = new Map<string, DatabaseSync>();
  return {
    read: (server, row) => {
      const file = databaseFile(rig, server, row.database);
      const database = open.get(file) ?? new DatabaseSync(file);
      open.set(file, database);
      const condition = Object.keys(row.key).map((name) => `"${name}" = ?`);
      return database
        .prepare(`select * from "${row.table}" where ${condition.join(' and ')}`)
        .get(...Object.values(row.key));
    },
    [Symbol.dispose]: () => {
      for (const database of open.values()) database.close();
    },
  };
}

function databaseFile(rig: Rig, server: string, name: AcknowledgedRow['database']): string {
  return openDataDirectory(rig.dataDirectory).databaseFile({ server, instance: 'RTC' }, name);
}

/** Both files of every database of Pool 1 hold the same rows. */
export function assertSameRows(rig: Rig): void {
  const tables = { rtcxds: ['users', 'contacts', 'presence', 'conferences'], xds: ['documents'] } as const;
  for (const name of ['rtcxds', 'xds'] as const) {
    for (const table of tables[name]) {
      const [first, second] = sqlServers.map((server) => rowsOf(databaseFile(rig, server, name), table));
      assert.deepEqual(first, second, `${table} of ${pool1} differs between its two places`);
    }
  }
}

/** Loses a row of one place behind the engine's back. */
export function removeFromMirror(rig: Rig, row: AcknowledgedRow): void {
  const database = new DatabaseSync(databaseFile(rig, sqlServers[1], row.database));
  try {
    const condition = Object.keys(row.key).map((name) => `"${name}" = ?`);
    database.prepare(`delete from "${row.table}" where ${condition.join(' and ')}`).run(...Object.values(row.key));
  } finally {
    database.close();
  }
}

function rowsOf(file: string, table: string): readonly unknown[] {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(`select * from ${table} order by 1, 2`).all();
  } finally {
    database.close();
  }
}

const sqlServers = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'] as const;
