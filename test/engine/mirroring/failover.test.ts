import assert from 'node:assert/strict';
import { copyFileSync, renameSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Progress } from '../../../src/core/status.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import { problem } from './expectations.ts';
import { checkFiles } from './history.ts';
import { createPair, mirror, noteOf, type Pair, primary, sessionOf, setNotes, tamper } from './pair.ts';

describe('a manual failover', () => {
  let pair: Pair;
  beforeEach(async () => {
    pair = await createPair();
  });
  afterEach(() => pair[Symbol.dispose]());

  it('changes the roles, both ways, and loses nothing', async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    const progress: Progress[] = [];
    const outcome = await database.failOver('mirror', { onProgress: (now) => progress.push(now) });
    assert.equal(outcome.from, 'atl-sql-001.litwareinc.com\\RTC');
    assert.equal(outcome.to, 'atl-sql-002.litwareinc.com\\RTC');
    assert.equal(outcome.position.sequence, 1);
    assert.ok(outcome.refusedFor > 0);
    assert.equal(progress.at(-1)?.done, progress.at(-1)?.total);
    assert.equal(noteOf(database, 'anna'), 'one');
    assert.deepEqual(words(database), ['Mirror', 'Principal', 'synchronized', 'synchronized', 'mirror']);
    assert.equal(setNotes(database, { anna: 'two' }).epoch, 2);
    await database.failOver('primary', {});
    assert.equal(noteOf(database, 'anna'), 'two');
    assert.deepEqual(words(database), ['Principal', 'Mirror', 'synchronized', 'synchronized', 'primary']);
    assert.deepEqual(checkFiles(pair.files), []);
  });

  it('is refused when the place is the principal already', async () => {
    await assert.rejects(pair.open().failOver('primary', {}), problem('database-already-principal'));
  });

  it('is refused while the mirror is away, and the mirror is behind, with the evidence', async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    markStopped(pair.dataDirectory, mirror.server);
    setNotes(database, { anna: 'two' });
    await assert.rejects(database.failOver('mirror', {}), /cannot be used: The server atl-sql-002.* is stopped/);
    markStarted(pair.dataDirectory, mirror.server);
    await assert.rejects(database.failOver('mirror', {}), /has hardened 1 of 2 commits/);
    await assert.rejects(database.failOver('mirror', {}), problem('database-not-synchronized'));
    assert.equal(database.status().principal, 'primary');
    await database.maintain();
    await database.failOver('mirror', {});
    assert.equal(noteOf(database, 'anna'), 'two');
  });

  it('is refused while the principal is away, naming it', async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    markStopped(pair.dataDirectory, primary.server);
    await assert.rejects(database.failOver('mirror', {}), (error) => {
      assert.match(String(error), /the principal atl-sql-001\.litwareinc\.com\\RTC cannot be reached/);
      return problem('database-not-synchronized')(error);
    });
    assert.deepEqual(words(database), [
      'DatabaseInaccessibleOrMirroringNotEnabled',
      'Mirror',
      '',
      'disconnected',
      undefined,
    ]);
    assert.equal(sessionOf(pair.files.mirror)['role'], 'mirror');
  });

  it('can be cancelled before anything changed', async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    await assert.rejects(database.failOver('mirror', { signal: AbortSignal.abort() }), problem('cancelled'));
    assert.deepEqual(words(database), ['Principal', 'Mirror', 'synchronized', 'synchronized', 'primary']);
  });

  for (const moment of ['pending', 'redone'] as const) {
    it(`is called off when the mirror goes away at "${moment}"`, async () => {
      const database = pair.open({
        reached: (now) => {
          if (now !== moment) return;
          markStopped(pair.dataDirectory, mirror.server);
          throw new Error('the mirror went away');
        },
      });
      setNotes(database, { anna: 'one' });
      await assert.rejects(database.failOver('mirror', {}), /the mirror went away/);
      // This process knows that the mirror was not promoted, so the principal goes on without it.
      assert.equal(setNotes(database, { anna: 'two' }).sequence, 2);
      assert.equal(database.status().MirroringStatusOnPrimary, 'disconnected');
      markStarted(pair.dataDirectory, mirror.server);
      await database.maintain();
      assert.deepEqual(words(database), ['Principal', 'Mirror', 'synchronized', 'synchronized', 'primary']);
    });
  }

  it('is done once the mirror is promoted, even when the old principal cannot be told', async () => {
    const database = pair.open({
      reached: (now) => {
        if (now !== 'promoted') return;
        markStopped(pair.dataDirectory, primary.server);
        throw new Error('the old principal went away');
      },
    });
    setNotes(database, { anna: 'one' });
    const { ino } = statSync(pair.files.primary);
    const outcome = await database.failOver('mirror', {});
    assert.match(outcome.to, /atl-sql-002/);
    assert.equal(setNotes(database, { anna: 'two' }).epoch, 2);
    assert.equal(database.status().MirroringStatusOnMirror, 'disconnected');
    markStarted(pair.dataDirectory, primary.server);
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
    assert.deepEqual(words(database), ['Mirror', 'Principal', 'synchronized', 'synchronized', 'mirror']);
    assert.equal(statSync(pair.files.primary).ino, ino, 'it was copied anew instead of being fenced');
  });

  it('takes the readers of the log along', async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    database.retainLog('backup:dal', 1);
    await database.failOver('mirror', {});
    assert.deepEqual(readersIn(pair.files.mirror), ['backup:dal 1']);
  });

  it('leaves nobody serving when it was interrupted and the partner cannot be seen', () => {
    setNotes(pair.open(), { anna: 'one' });
    tamper(pair.files.primary, 'update mirroring_state set pendingFailover = 1');
    markStopped(pair.dataDirectory, mirror.server);
    const database = pair.open();
    assert.throws(() => setNotes(database, { anna: 'two' }), /a failover was interrupted/);
    assert.match(database.status().explanation, /a failover was interrupted/);
    markStarted(pair.dataDirectory, mirror.server);
    assert.equal(setNotes(database, { anna: 'two' }).sequence, 2);
  });

  it("makes an old principal that comes back the mirror, in the new one's history", async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    database[Symbol.dispose]();
    const old = `${pair.files.primary}.old`;
    copyFileSync(pair.files.primary, old);
    const next = pair.open();
    await next.failOver('mirror', {});
    setNotes(next, { anna: 'two' });
    next[Symbol.dispose]();
    // The old principal's disk is brought back from before the failover, and serves while the new one is away.
    renameSync(old, pair.files.primary);
    markStopped(pair.dataDirectory, mirror.server);
    const again = pair.open();
    setNotes(again, { anna: 'alone' });
    markStarted(pair.dataDirectory, mirror.server);
    assert.equal(noteOf(again, 'anna'), 'two');
    await again.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
    assert.equal(again.status().principal, 'mirror');
  });

  it('runs one after the other with upkeep and with another failover', async () => {
    const database = pair.open();
    for (let number = 0; number < 50; number += 1) setNotes(database, { anna: String(number) });
    const outcomes = await Promise.allSettled([
      database.failOver('mirror', {}),
      database.maintain(),
      database.failOver('mirror', {}),
      database.failOver('primary', {}),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(checkFiles(pair.files), []);
  });
});

function readersIn(file: string): readonly string[] {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = connection.prepare('select name, sequence from mirroring_readers').all();
    return rows.map((row) => `${String(row['name'])} ${String(row['sequence'])}`);
  } finally {
    connection.close();
  }
}

function words(database: ReturnType<Pair['open']>): readonly unknown[] {
  const status = database.status();
  return [
    status.StateOnPrimary,
    status.StateOnMirror,
    status.MirroringStatusOnPrimary,
    status.MirroringStatusOnMirror,
    status.principal,
  ];
}
