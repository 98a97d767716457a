import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { type ClientChange, clientChanges } from '../../../src/core/lab/load/clientChanges.ts';
import { type AcknowledgedRow, runLoad } from '../../../src/core/lab/load/runLoad.ts';
import { createRandom, type NonEmpty } from '../../../src/core/lab/random.ts';
import { type Person, peopleOf } from '../../../src/core/lab/seed/people.ts';

const pool = 'atl-cs-001.litwareinc.com';
const people = somePeople();
const now = (): string => '2026-11-02T08:00:00.000Z';

describe('the load of clients', () => {
  it('is the same for the same seed', () => {
    assert.deepEqual(changesOf('1', 300), changesOf('1', 300));
    assert.notDeepEqual(changesOf('1', 300), changesOf('2', 300));
  });

  it('changes presence most, schedules and cancels conferences, adds and removes contacts', () => {
    const rows = changesOf('1', 2_000).flatMap(({ changes }) => changes);
    const count = (table: string, removed: boolean): number =>
      rows.filter((row) => row.table === table && (row.value === null) === removed).length;
    assert.ok(count('presence', false) > 1_000);
    for (const table of ['conferences', 'contacts']) {
      assert.ok(count(table, false) > 10);
      assert.ok(count(table, true) > 10);
    }
  });

  it('signs a person in with the first change and only then', () => {
    const seen = new Set<string>();
    for (const { changes } of changesOf('1', 500)) {
      for (const change of changes) {
        const address = change.key['sipAddress'];
        if (typeof address !== 'string') continue;
        assert.equal(change.table === 'users', !seen.has(address) || change.table === 'users');
        if (change.table === 'users') {
          assert.ok(!seen.has(address), `${address} signed in twice`);
          seen.add(address);
        }
      }
    }
    assert.ok(seen.size > 1);
  });

  it('sends a refused transaction again until it is acknowledged, and counts the refusals', async () => {
    const stored: ClientChange['changes'][] = [];
    let attempt = 0;
    let told = 0;
    const acknowledged: AcknowledgedRow[] = [];
    const stop = new AbortController();
    const report = await runLoad({
      pool,
      changes: clientChanges({ people, seed: '1', now }),
      signal: stop.signal,
      commit: (_pool, _database, changes) => {
        attempt += 1;
        if (attempt % 5 < 2) throw refusal('database-failing-over');
        stored.push(changes);
        return { time: now() };
      },
      onAcknowledged: (row) => acknowledged.push(row),
      onRefused: () => {
        told += 1;
      },
      onProgress: ({ commits }) => {
        if (commits === 50) stop.abort();
      },
    });
    assert.equal(report.commits, 50);
    assert.deepEqual(
      stored,
      changesOf('1', 50).map(({ changes }) => changes),
    );
    assert.equal(report.acknowledged, acknowledged.length);
    assert.equal(report.refusals, attempt - 50);
    assert.equal(told, report.refusals);
    assert.ok(report.longestRefusal > 0);
  });

  it('ends with an error that does not pass', async () => {
    const load = runLoad({
      pool,
      changes: clientChanges({ people, seed: '1', now }),
      signal: AbortSignal.timeout(10_000),
      commit: () => Promise.reject(refusal('disk-full')),
    });
    await assert.rejects(load, { code: 'disk-full' });
  });

  it('gives up a refusal that outlasts the patience', async () => {
    const load = runLoad({
      pool,
      changes: clientChanges({ people, seed: '1', now }),
      signal: AbortSignal.timeout(10_000),
      patience: 30,
      commit: () => Promise.reject(refusal('database-no-principal')),
    });
    await assert.rejects(load, { code: 'database-no-principal' });
  });

  it('keeps to its rate and duration', async () => {
    const report = await runLoad({
      pool,
      changes: clientChanges({ people, seed: '1', now }),
      signal: AbortSignal.timeout(10_000),
      rate: 100,
      duration: 200,
      commit: () => ({ time: now() }),
    });
    assert.ok(report.commits > 0 && report.commits <= 20, `${report.commits} commits`);
  });
});

function changesOf(seed: string, count: number): readonly ClientChange[] {
  const changes: ClientChange[] = [];
  for (const change of clientChanges({ people, seed, now })) {
    if (changes.length === count) break;
    changes.push(change);
  }
  return changes;
}

function refusal(code: 'database-failing-over' | 'database-no-principal' | 'disk-full'): LyncTopologyError {
  return new LyncTopologyError({ code, kind: 'refused', object: pool, message: 'Refused.', remedy: 'Again.' });
}

function somePeople(): NonEmpty<Person> {
  const [first, ...others] = peopleOf([pool], 20, createRandom('1'));
  assert.ok(first);
  return [first, ...others];
}
