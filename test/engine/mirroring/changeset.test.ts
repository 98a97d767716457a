import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { countRows } from '../../../src/core/mirroring/changeset.ts';

const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.string(),
  fc.string({ minLength: 200, maxLength: 20_000 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.constant(null),
);
const key = fc.nat({ max: 12 });
const operation = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), table: fc.constantFrom('a', 'b'), key, value }),
  fc.record({ kind: fc.constant('delete' as const), table: fc.constantFrom('a', 'b'), key }),
);

describe('the rows of a changeset', () => {
  it('are counted as SQLite changed them', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 15 }), fc.array(operation, { maxLength: 15 }), (before, during) => {
        const database = new DatabaseSync(':memory:');
        database.exec('create table a (k integer primary key, v any) strict');
        database.exec('create table b (k integer, l text, v any, primary key (k, l)) strict, without rowid');
        for (const next of before) perform(database, next);
        const was = rowsIn(database);
        const recorder = database.createSession();
        for (const next of during) perform(database, next);
        const changeset = recorder.changeset();
        assert.equal(countRows(changeset), differences(was, rowsIn(database)));
        recorder.close();
        database.close();
      }),
      { numRuns: 200 },
    );
  });

  it('cannot be counted in something else', () => {
    for (const bytes of ['T', 'T\u0002', 'T\u0001\u0001a', 'hello', 'T\u0001\u0001a\0\u0012\0\u0009']) {
      assert.throws(() => countRows(Buffer.from(bytes, 'latin1')), RangeError, JSON.stringify(bytes));
    }
  });
});

type Operation = typeof operation extends fc.Arbitrary<infer Kind> ? Kind : never;

function perform(database: DatabaseSync, next: Operation): void {
  const columns = next.table === 'a' ? '(k, v) values (?, ?)' : "(k, l, v) values (?, 'x', ?)";
  if (next.kind === 'delete') database.prepare(`delete from ${next.table} where k = ?`).run(next.key);
  else {
    database
      .prepare(`insert into ${next.table} ${columns} on conflict do update set v = excluded.v`)
      .run(next.key, next.value);
  }
}

function rowsIn(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  for (const table of ['a', 'b']) {
    const read = database.prepare(`select k, typeof(v) as type, quote(v) as v from ${table}`);
    for (const row of read.all())
      rows.set(`${table} ${String(row['k'])}`, `${String(row['type'])} ${String(row['v'])}`);
  }
  return rows;
}

function differences(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): number {
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].filter((key) => left.get(key) !== right.get(key)).length;
}
