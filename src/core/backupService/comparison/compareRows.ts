/**
 * Compares the rows of a pool with the copy that its partner keeps, table by table in key order, and puts the copy right on
 * request. A page of both databases is read at one moment, so that a commit in between is never a difference.
 */
import { setImmediate } from 'node:timers/promises';
import { LyncTopologyError, throwIfCancelled } from '../../errors.ts';
import type { MirroredDatabase } from '../../mirroring/contract.ts';
import {
  applyRange,
  hasForeignOwner,
  type KeyValue,
  keyOf,
  type RowRange,
  type RowTable,
  readBetween,
  readRange,
  rowTables,
} from '../rowTables.ts';
import { type CompareRun, collectFindings, type Findings, type StoreComparison } from './differences.ts';

const rowsPerPage = 1_000;

export interface RowStores {
  /** FQDN of the pool whose rows these are. */
  readonly owner: string;
  readonly original: MirroredDatabase;
  readonly copy: MirroredDatabase;
}

/** Throws `cancelled`, `timed-out`, and what keeps a database from being read. */
export function compareRows(stores: RowStores, run: CompareRun): Promise<StoreComparison> {
  return walk(stores, run, () => {});
}

/**
 * Makes every page of the copy that differs what the owner has, deletions included. Rows that both pools say are theirs are
 * left alone. Returns what it found and mended.
 */
export function repairRows(stores: RowStores, run: CompareRun): Promise<StoreComparison> {
  return walk(stores, { ...run, detectTwoOwners: true }, (table, range, contested) => {
    const rows = range.rows.filter((row) => !contested.has(keyText(table, row)));
    stores.copy.commit(`import:${stores.owner}`, (database) =>
      applyRange(database, table, stores.owner, { ...range, rows }),
    );
  });
}

type Differing = (table: RowTable, range: RowRange, contested: ReadonlySet<string>) => void;

async function walk(stores: RowStores, run: CompareRun, differing: Differing): Promise<StoreComparison> {
  const findings = collectFindings();
  for (const table of stores.original.read(rowTables)) {
    const startedAt = performance.now();
    let after: readonly KeyValue[] | undefined;
    do {
      throwIfCancelled(run.signal, `The comparison of ${stores.original.name} of ${stores.owner}`);
      requireInTime(stores, table, startedAt, run.commandTimeout);
      const range = comparePage(stores, table, after, run.detectTwoOwners, findings, differing);
      after = range.upTo;
      await setImmediate();
    } while (after !== undefined);
  }
  return findings.result();
}

function comparePage(
  stores: RowStores,
  table: RowTable,
  after: readonly KeyValue[] | undefined,
  detectTwoOwners: boolean,
  findings: Findings,
  differing: Differing,
): RowRange {
  const { owner, original, copy } = stores;
  const range = original.read((database) => readRange(database, table, owner, after, rowsPerPage));
  const copies = copy.read((database) => readBetween(database, table, owner, after, range.upTo));
  const held = new Map(copies.map((row) => [keyText(table, row), JSON.stringify(row)]));
  const contested = new Set<string>();
  let differences = 0;
  for (const row of range.rows) {
    const key = keyText(table, row);
    const kind = !held.has(key) ? 'copyMissing' : held.get(key) === JSON.stringify(row) ? undefined : 'different';
    held.delete(key);
    if (kind === undefined) continue;
    const both =
      detectTwoOwners &&
      kind === 'copyMissing' &&
      copy.read((database) => hasForeignOwner(database, table, owner, keyOf(table, row)));
    if (both) contested.add(key);
    else differences += 1;
    findings.add({ name: nameOf(table, key), kind: both ? 'twoOwners' : kind, owner });
  }
  for (const key of held.keys()) findings.add({ name: nameOf(table, key), kind: 'originalMissing', owner });
  findings.compared(range.rows.length + held.size);
  if (differences + held.size > 0) differing(table, range, contested);
  return range;
}

function keyText(table: RowTable, row: RowRange['rows'][number]): string {
  return keyOf(table, row).join(' ');
}

function nameOf(table: RowTable, key: string): string {
  return `${table.name} ${key}`;
}

function requireInTime(stores: RowStores, table: RowTable, startedAt: number, limit: number | undefined): void {
  if (limit === undefined || performance.now() - startedAt <= limit) return;
  const object = `${table.name} in ${stores.original.name} of ${stores.owner}`;
  throw new LyncTopologyError({
    code: 'timed-out',
    kind: 'timedOut',
    object,
    message: `Comparing ${object} took longer than the ${limit / 1000} seconds that a database command may take.`,
    remedy: 'Give -DatabaseCommandTimeoutInSeconds a larger value, or leave it out. Nothing was changed in that table.',
  });
}
