/** The manifest in the engine's bookkeeping database: tables `content_*`. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { LyncTopologyError } from '../../errors.ts';
import type { ManifestChange, ManifestRow, StreamRecord } from './manifest.ts';

const schemaVersion = 1;

const schema = `
  create table if not exists content_schema (id integer primary key check (id = 1), version integer not null) strict;
  create table if not exists content_pair (
    id integer primary key, name text not null unique, version integer not null default 0) strict;
  create table if not exists content_file (
    pair integer not null references content_pair (id), path text not null, owner text not null,
    kind text not null check (kind in ('file', 'directory')),
    state text not null check (state in ('pending', 'imported', 'deleted')),
    size integer not null, mtime_us integer not null, mode integer not null, inode real not null,
    copy_mtime_us integer not null, copy_mode integer not null, sha256 text not null,
    primary key (pair, path)) strict, without rowid;
  create table if not exists content_stream (
    pair integer not null references content_pair (id), source text not null, target text not null,
    cycle integer not null, sequence integer not null, completed_at text,
    primary key (pair, source, target)) strict, without rowid;
  create table if not exists content_temporary (
    pair integer not null references content_pair (id), pool text not null, path text not null,
    primary key (pair, pool, path)) strict, without rowid;
  insert or ignore into content_schema (id, version) values (1, ${schemaVersion});
`;

export interface ManifestStore {
  /** Grows with every change of the pair: tells a reader whether the rows it remembers still hold. */
  version(pair: string): number;
  /** Rows after the given path in path order, at most `limit`: so that a large manifest never blocks its thread. */
  rowsAfter(pair: string, path: string | null, limit: number): ManifestRow[];
  row(pair: string, path: string): ManifestRow | undefined;
  stream(pair: string, source: string, target: string): StreamRecord;
  temporaries(pair: string, pool: string): string[];
  /** Applies the change in one transaction and returns the pair's new version. */
  commit(change: ManifestChange): number;
}

/** Creates the tables where missing. Throws `data-directory-newer` when a newer version wrote them. */
export function openManifestStore(database: DatabaseSync): ManifestStore {
  database.exec(schema);
  const found = numberOf(database.prepare('select version from content_schema').get()?.['version']);
  if (found > schemaVersion) throw newerSchema(found);
  const statements = prepareStatements(database);
  const identity = (pair: string): number => {
    statements.addPair.run(pair);
    return numberOf(statements.pair.get(pair)?.['id']);
  };
  return {
    version: (pair) => numberOf(statements.pair.get(pair)?.['version'] ?? 0),
    rowsAfter(pair, path, limit) {
      const found =
        path === null ? statements.first.all(identity(pair), limit) : statements.after.all(identity(pair), path, limit);
      return found.map(rowOf);
    },
    row(pair, path) {
      const found = statements.row.get(identity(pair), path);
      return found === undefined ? undefined : rowOf(found);
    },
    stream(pair, source, target) {
      const found = statements.stream.get(identity(pair), source, target);
      if (found === undefined) return { cycle: 0, sequence: 0, completedAt: null };
      const completedAt = found['completed_at'];
      return {
        cycle: numberOf(found['cycle']),
        sequence: numberOf(found['sequence']),
        completedAt: typeof completedAt === 'string' ? completedAt : null,
      };
    },
    temporaries: (pair, pool) => statements.temporaries.all(identity(pair), pool).map((row) => textOf(row['path'])),
    commit(change) {
      database.exec('begin immediate');
      try {
        applyChange(statements, identity(change.pair), change);
        database.exec('commit');
      } catch (error) {
        if (database.isTransaction) database.exec('rollback');
        throw error;
      }
      return numberOf(statements.pair.get(change.pair)?.['version']);
    },
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: DatabaseSync): Record<StatementName, StatementSync> {
  return {
    addPair: database.prepare('insert or ignore into content_pair (name) values (?)'),
    pair: database.prepare('select id, version from content_pair where name = ?'),
    grow: database.prepare('update content_pair set version = version + 1 where id = ?'),
    first: database.prepare('select * from content_file where pair = ? order by path limit ?'),
    after: database.prepare('select * from content_file where pair = ? and path > ? order by path limit ?'),
    row: database.prepare('select * from content_file where pair = ? and path = ?'),
    put: database.prepare('insert or replace into content_file values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    forget: database.prepare('delete from content_file where pair = ? and path = ?'),
    stream: database.prepare('select * from content_stream where pair = ? and source = ? and target = ?'),
    advance: database.prepare(
      `insert into content_stream values (?, ?, ?, ?, ?, ?) on conflict do update set
       cycle = cycle + excluded.cycle, sequence = sequence + excluded.sequence,
       completed_at = coalesce(excluded.completed_at, completed_at)`,
    ),
    temporaries: database.prepare('select path from content_temporary where pair = ? and pool = ?'),
    addTemporary: database.prepare('insert or ignore into content_temporary values (?, ?, ?)'),
    removeTemporary: database.prepare('delete from content_temporary where pair = ? and pool = ? and path = ?'),
  };
}

type StatementName =
  | 'addPair'
  | 'pair'
  | 'grow'
  | 'first'
  | 'after'
  | 'row'
  | 'put'
  | 'forget'
  | 'stream'
  | 'advance'
  | 'temporaries'
  | 'addTemporary'
  | 'removeTemporary';

function applyChange(statements: Statements, pair: number, change: ManifestChange): void {
  statements.grow.run(pair);
  for (const path of change.forget ?? []) statements.forget.run(pair, path);
  for (const row of change.put ?? []) {
    statements.put.run(
      pair,
      row.path,
      row.owner,
      row.kind,
      row.state,
      row.size,
      row.mtimeUs,
      row.mode,
      row.inode,
      row.copyMtimeUs,
      row.copyMode,
      row.sha256,
    );
  }
  const { temporaries, stream } = change;
  for (const path of temporaries?.add ?? []) statements.addTemporary.run(pair, temporaries?.pool ?? '', path);
  for (const path of temporaries?.remove ?? []) statements.removeTemporary.run(pair, temporaries?.pool ?? '', path);
  if (stream !== undefined) {
    const cycles = stream.completedAt === undefined ? 0 : 1;
    statements.advance.run(pair, stream.source, stream.target, cycles, stream.imported, stream.completedAt ?? null);
  }
}

function rowOf(row: Record<string, SQLOutputValue>): ManifestRow {
  const state = row['state'];
  return {
    path: textOf(row['path']),
    owner: textOf(row['owner']),
    kind: row['kind'] === 'directory' ? 'directory' : 'file',
    state: state === 'imported' || state === 'deleted' ? state : 'pending',
    size: numberOf(row['size']),
    mtimeUs: numberOf(row['mtime_us']),
    mode: numberOf(row['mode']),
    inode: numberOf(row['inode']),
    copyMtimeUs: numberOf(row['copy_mtime_us']),
    copyMode: numberOf(row['copy_mode']),
    sha256: textOf(row['sha256']),
  };
}

function numberOf(value: SQLOutputValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function textOf(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function newerSchema(found: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'data-directory-newer',
    kind: 'refused',
    object: 'content manifest',
    message: `The content manifest has version ${found}; this program knows versions up to ${schemaVersion}.`,
    remedy: 'Use the newer version of Lync Topology that wrote this data directory.',
  });
}
