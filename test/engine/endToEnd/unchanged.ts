/** Everything that the servers of a deployment hold, so that a refusal can be held to having changed nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Rig } from './rig.ts';

/** By path: the digest of a file, or of the rows of a database. Logs and checkpoints of SQLite are not content. */
export function contentOfServers(rig: Rig): Readonly<Record<string, string>> {
  const servers = join(rig.dataDirectory, 'servers');
  if (!existsSync(servers)) return {};
  return Object.fromEntries(
    filesBelow(servers)
      .filter((path) => !/\.db-(wal|shm|journal)$/.test(path))
      .map((path) => [path.slice(servers.length), path.endsWith('.db') ? rowsOf(path) : digest(readFileSync(path))]),
  );
}

/** What may not be listed is passed over. */
function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() ? [path] : [];
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return [];
    throw error;
  }
}

function rowsOf(file: string): string {
  const database = new DatabaseSync(file);
  try {
    const tables = database
      .prepare("select name from sqlite_schema where type = 'table' and name not glob 'mirroring_*' order by name")
      .all()
      .map((row) => String(row['name']));
    const rows = tables.map((table) => database.prepare(`select * from "${table}" order by 1, 2`).all());
    return digest(JSON.stringify(rows));
  } finally {
    database.close();
  }
}

function digest(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64').slice(0, 16);
}
