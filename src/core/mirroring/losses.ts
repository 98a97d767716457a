/**
 * What a forced failover lost: the entries that only the former principal's log holds when it comes back. They are written
 * into the new principal's file by name, before the former one forgets that it was the principal.
 */
import type { SQLOutputValue } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { LostContent } from '../status.ts';
import type { Database } from '../storage/sqlite.ts';
import { commonSequence } from './catchUp.ts';
import { changedRows } from './changeset.ts';
import { requireState } from './fileState.ts';
import { entriesAfter } from './log.ts';

type Row = Readonly<Record<string, SQLOutputValue>>;

const insertLoss = 'insert into mirroring_losses values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing';

/** Entries looked at in one step. */
const stepEntries = 500;

/** Writes down what `former` holds beyond what both have. Safe to repeat. Throws what keeps either from being used. */
export function recordLosses(principal: Database, former: Database, place: string): void {
  const [own, other] = [requireState(principal), requireState(former)];
  if (own.history !== other.history) return;
  takeOver(former, principal);
  const common = commonSequence(principal, own, former, other);
  // Both logs are kept from the last position that both had; one that is not is a file from an older copy.
  if (common === undefined) return;
  const columns = keyColumns(former);
  for (let after = common; ; ) {
    const entries = entriesAfter(former, after, stepEntries);
    const last = entries.at(-1);
    if (last === undefined) return;
    principal.transaction(() => {
      for (const { position, origin, time, changeset } of entries) {
        for (const [number, row] of changedRows(changeset).entries()) {
          principal
            .statement(insertLoss)
            .run(
              position.epoch,
              position.sequence,
              number,
              place,
              time,
              origin,
              row.operation,
              row.table,
              keyText(columns(row.table), row.key),
            );
        }
      }
    });
    after = last.position.sequence;
  }
}

/** Makes the mirror's list that of the principal: it outlives role changes. Nothing is written when it is already. */
export function carryLosses(principal: Database, mirror: Database): void {
  const rows = listOf(principal);
  if (isDeepStrictEqual(rows, listOf(mirror))) return;
  mirror.transaction(() => {
    mirror.statement('delete from mirroring_losses').run();
    addAll(mirror, rows);
  });
}

/**
 * What the former principal lists, except what it listed as lost with the one that is the principal again: a mirror that is
 * forced into service before it was resumed brings its commits back.
 */
function takeOver(former: Database, principal: Database): void {
  const held = principal.statement('select 1 from mirroring_log where epoch = ? and sequence = ?');
  const rows = listOf(former).filter((row) => held.get(row['epoch'] ?? null, row['sequence'] ?? null) === undefined);
  if (rows.length > 0) principal.transaction(() => addAll(principal, rows));
}

function addAll(database: Database, rows: readonly Row[]): void {
  const insert = database.statement(insertLoss);
  for (const row of rows) insert.run(...Object.values(row));
}

function listOf(database: Database): readonly Row[] {
  return database.run(() =>
    database.statement('select * from mirroring_losses order by epoch, sequence, number').all(),
  );
}

/** What was lost so far: how much in all, and the first rows, up to `limit`. Nothing when nothing was. */
export function lossesOf(principal: Database, limit: number): LostContent | undefined {
  const count = principal.run(() =>
    principal
      .statement("select count(*) as rows, count(distinct epoch || ' ' || sequence) as commits from mirroring_losses")
      .get(),
  );
  const [commits, rows] = [Number(count?.['commits'] ?? 0), Number(count?.['rows'] ?? 0)];
  if (rows === 0) return undefined;
  const found = principal.run(() =>
    principal.statement('select * from mirroring_losses order by epoch, sequence, number limit ?').all(limit),
  );
  return {
    commits,
    rows,
    first: found.map((row) => ({
      sequence: Number(row['sequence']),
      time: String(row['time']),
      place: String(row['place']),
      operation: operationOf(row['operation']),
      table: String(row['tableName']),
      key: String(row['rowKey']),
    })),
  };
}

function operationOf(stored: unknown): LostContent['first'][number]['operation'] {
  return stored === 'insert' || stored === 'delete' ? stored : 'update';
}

/** The names of a table's key, in the order in which they stand in the table, as changesets have them. */
function keyColumns(database: Database): (table: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (table) => {
    const found = known.get(table);
    if (found !== undefined) return found;
    const rows = database.run(() =>
      database.statement('select name from pragma_table_info(?) where pk > 0 order by cid').all(table),
    );
    const names = rows.map((row) => String(row['name']));
    known.set(table, names);
    return names;
  };
}

function keyText(names: readonly string[], values: readonly string[]): string {
  return values.map((value, index) => `${names[index] ?? `key ${index + 1}`}=${value}`).join(', ');
}
