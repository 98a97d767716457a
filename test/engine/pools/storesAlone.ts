/** What the Central Management stores of both pools say of themselves, read from their files by nobody but SQLite. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { atlanta, dallas } from '../engine/testEngine.ts';

export interface ManagementRecord {
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

/** Both partners of each store. One without a record is as the topology has it: Atlanta's is active, in epoch 0. */
export function managementRecords(root: string): readonly ManagementRecord[] {
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
