/** What the Central Management stores of both pools say of themselves, read from their files by nobody but SQLite. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { atlanta, dallas } from '../engine/testEngine.ts';

interface ManagementRecord {
  readonly pool: string;
  readonly mode: string;
  readonly epoch: number;
  readonly movingTo?: string;
}

const instances = [
  [atlanta, 'atl-sql-001'],
  [atlanta, 'atl-sql-002'],
  [dallas, 'dal-sql-001'],
  [dallas, 'dal-sql-002'],
] as const;

/** The epoch of the connection point, which is written before either store. */
function connectionPointEpoch(root: string): number {
  const database = new DatabaseSync(join(root, 'engine.db'), { readOnly: true });
  try {
    const row = database.prepare("select value from pools_register where name = 'centralManagement'").get();
    return row === undefined ? 0 : Number(JSON.parse(String(row['value'])).epoch);
  } finally {
    database.close();
  }
}

/** The pools whose stores would take a change: they say that they are active, in an epoch that is not over. */
export function activeStores(root: string): readonly string[] {
  const records = managementRecords(root);
  const highest = Math.max(connectionPointEpoch(root), ...records.map(({ epoch }) => epoch));
  const active = records.filter(
    ({ mode, epoch, movingTo }) => mode === 'Active' && epoch === highest && movingTo === undefined,
  );
  return [...new Set(active.map(({ pool }) => pool))];
}

/** Both partners of each store. One without a record is as the topology has it: Atlanta's is active, in epoch 0. */
function managementRecords(root: string): readonly ManagementRecord[] {
  return instances.flatMap(([pool, server]) => {
    const file = join(root, 'servers', `${server}.litwareinc.com`, 'RTC', 'xds.db');
    if (!existsSync(file)) return [];
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const row = database.prepare("select value from backup_state where name = 'centralManagement'").get();
      if (row === undefined) return [{ pool, mode: pool === atlanta ? 'Active' : 'Backup', epoch: 0 }];
      return [{ pool, ...JSON.parse(String(row['value'])) }];
    } finally {
      database.close();
    }
  });
}
