/**
 * Whose conference content a file is decides which share is the truth. While a pool is failed over its users work on the
 * backup pool's share, so the content belongs to the backup pool until it has been copied home.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pairOf } from '../backupService/content/manifest.ts';
import { LyncTopologyError } from '../errors.ts';
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { Component } from '../storage/migrations.ts';

export interface ContentOwnership {
  /** What the pool's partner has a copy of becomes the partner's. Returns how many paths that concerns now. Safe to repeat. */
  lend(pool: string, backup: string): number;
  /** Gives it back, together with what was made meanwhile below those folders. Safe to repeat. */
  giveBack(pool: string, backup: string, folders: readonly string[]): number;
  /** Files of the pool's content that its backup pool should hold. */
  lent(pool: string): readonly string[];
}

const component: Component = {
  name: 'poolContent',
  migrations: [
    'create table pools_lent_content (pool text not null, path text not null, primary key (pool, path)) strict, without rowid;',
  ],
};

/** What the two places say of a file changes sides with its owner; the number that tells renames apart is not known there. */
const exchange = `mtime_us = copy_mtime_us, copy_mtime_us = mtime_us, mode = copy_mode, copy_mode = mode, inode = 0`;

export function openContentOwnership(engineDatabase: EngineDatabase): ContentOwnership {
  engineDatabase.register(component);

  function pairNumber(connection: DatabaseSync, pool: string, backup: string): number | undefined {
    const row = connection.prepare('select id from content_pair where name = ?').get(pairOf(pool, backup));
    return row === undefined ? undefined : Number(row['id']);
  }

  return {
    lend: (pool, backup) =>
      engineDatabase.transaction((connection) => {
        const pair = pairNumber(connection, pool, backup);
        if (pair === undefined) return 0;
        connection
          .prepare(
            "insert or ignore into pools_lent_content select owner, path from content_file where pair = ? and owner = ? and state = 'imported'",
          )
          .run(pair, pool);
        connection
          .prepare(`update content_file set owner = ?, ${exchange} where pair = ? and owner = ? and state = 'imported'`)
          .run(backup, pair, pool);
        connection.prepare('update content_pair set version = version + 1 where id = ?').run(pair);
        const count = connection.prepare('select count(*) as paths from pools_lent_content where pool = ?').get(pool);
        return Number(count?.['paths'] ?? 0);
      }),
    giveBack: (pool, backup, folders) =>
      engineDatabase.transaction((connection) => {
        const pair = pairNumber(connection, pool, backup);
        if (pair === undefined) return 0;
        const lend = connection.prepare(
          `insert or ignore into pools_lent_content select ?, path from content_file
           where pair = ? and owner = ? and state = 'imported' and (path = ? or path like ? escape '\\')`,
        );
        for (const folder of folders) lend.run(pool, pair, backup, folder, `${escaped(folder)}/%`);
        const given = connection
          .prepare(
            `update content_file set owner = ?, ${exchange} where pair = ? and owner = ? and state = 'imported'
             and path in (select path from pools_lent_content where pool = ?)`,
          )
          .run(pool, pair, backup, pool);
        connection.prepare('delete from pools_lent_content where pool = ?').run(pool);
        connection.prepare('update content_pair set version = version + 1 where id = ?').run(pair);
        return Number(given.changes);
      }),
    lent: (pool) =>
      engineDatabase.run((connection) =>
        connection
          .prepare('select path from pools_lent_content where pool = ? order by path')
          .all(pool)
          .map((row) => String(row['path'])),
      ),
  };
}

/** Throws, naming the first of them, when paths that should be on a share are not. */
export function requirePresent(share: string, directory: string, paths: readonly string[]): void {
  const missing = paths.filter((path) => !existsSync(join(directory, ...path.split('/'))));
  const [first] = missing;
  if (first === undefined) return;
  throw new LyncTopologyError({
    code: 'share-lost-content',
    kind: 'failed',
    object: share,
    message: `${missing.length} files and folders of the content are not on ${share}, ${first} for one.`,
    remedy: 'Bring them back from a backup, or leave the verification out with -SkipDataVerification.',
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
