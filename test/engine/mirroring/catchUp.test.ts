import assert from 'node:assert/strict';
import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import { checkFiles } from './history.ts';
import { createPair, mirror, noteOf, type Pair, primary, rowsOf, sessionOf, setNotes } from './pair.ts';

describe('a mirror that was away', () => {
  let pair: Pair;
  let database: MirroredDatabase;
  beforeEach(async () => {
    pair = await createPair();
    database = pair.open();
  });
  afterEach(() => pair[Symbol.dispose]());

  let written = 0;
  const commits = (count: number, prefix = 'user'): void => {
    for (let number = 0; number < count; number += 1) {
      written += 1;
      setNotes(database, { [`${prefix}${number % 10}`]: `${written}` });
    }
  };
  /** Commits so large that one step of catching up carries few of them. */
  const largeCommits = (count: number): void => {
    for (let number = 0; number < count; number += 1) {
      setNotes(database, { [`large${number}`]: 'x'.repeat(300_000) });
    }
  };

  it('is synchronizing until it has caught up from the log, then synchronized', async () => {
    commits(10);
    markStopped(pair.dataDirectory, mirror.server);
    largeCommits(12);
    markStarted(pair.dataDirectory, mirror.server);
    const before = database.status();
    assert.deepEqual([before.MirroringStatusOnPrimary, before.sendQueue], ['synchronizing', 12]);
    assert.equal(before.MirroringStatusOnMirror, 'synchronizing');
    await database.maintain();
    const after = database.status();
    assert.deepEqual([after.MirroringStatusOnPrimary, after.sendQueue, after.redoQueue], ['synchronized', 0, 0]);
    assert.deepEqual(checkFiles(pair.files), []);
  });

  it('catches up while clients go on committing, and commits are mirrored from then on', async () => {
    markStopped(pair.dataDirectory, mirror.server);
    largeCommits(12);
    markStarted(pair.dataDirectory, mirror.server);
    let ended = false;
    const upkeep = database.maintain().then(() => {
      ended = true;
    });
    let meanwhile = 0;
    while (!ended) {
      setNotes(database, { anna: `${meanwhile}` });
      meanwhile += 1;
      await new Promise(setImmediate);
    }
    await upkeep;
    assert.ok(meanwhile > 2);
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
  });

  it('is copied anew when the log does not reach back any more', async () => {
    commits(5);
    markStopped(pair.dataDirectory, mirror.server);
    database[Symbol.dispose]();
    database = pair.open({ logPolicy: { keptForMirror: 100, trimmedAtOnce: 16 } });
    commits(140, 'other');
    await database.maintain();
    const kept = database.logAfter(0, 1);
    assert.equal(kept, undefined, 'the log was not trimmed');
    markStarted(pair.dataDirectory, mirror.server);
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
    assert.equal(setNotes(database, { anna: 'mirrored' }).sequence, sessionOf(pair.files.mirror)['sequence']);
  });

  it('is made anew when its file or its whole instance folder was deleted under it', async () => {
    commits(5);
    rmSync(dirname(pair.files.mirror), { recursive: true });
    commits(1);
    assert.equal(database.status().StateOnMirror, 'DatabaseInaccessibleOrMirroringNotEnabled');
    assert.equal(database.status().MirroringStatusOnPrimary, 'disconnected');
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
    assert.equal(existsSync(`${pair.files.mirror}.copy`), false);
  });

  it('has what killed processes left beside its files removed', async () => {
    const leftovers = [`${pair.files.mirror}.copy`, `${pair.files.mirror}.copy-wal`, `${pair.files.primary}.new`];
    for (const file of leftovers) writeFileSync(file, 'half');
    await database.maintain();
    assert.deepEqual(leftovers.filter(existsSync), []);
  });

  it('gives up entries that nobody was promised when the principal went another way', async () => {
    const stranded = pair.open({
      reached: (moment) => {
        if (moment === 'hardened') throw new Error('the process ended here');
      },
    });
    commits(5);
    database[Symbol.dispose]();
    assert.throws(() => setNotes(stranded, { anna: 'hardened on the mirror alone' }), /ended here/);
    stranded[Symbol.dispose]();
    assert.equal(sessionOf(pair.files.mirror)['sequence'], 6);
    markStopped(pair.dataDirectory, mirror.server);
    database = pair.open();
    setNotes(database, { anna: 'on the principal alone' });
    markStarted(pair.dataDirectory, mirror.server);
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
    assert.equal(noteOf(database, 'anna'), 'on the principal alone');
  });

  it('has its last entry taken over when the process ended between the two writes', () => {
    const stranded = pair.open({
      reached: (moment) => {
        if (moment === 'hardened') throw new Error('the process ended here');
      },
    });
    assert.throws(() => setNotes(stranded, { anna: 'hardened on the mirror alone' }), /ended here/);
    stranded[Symbol.dispose]();
    assert.equal(noteOf(database, 'anna'), 'hardened on the mirror alone');
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
  });

  it('gives back what a principal lost that came back from an older copy', async () => {
    commits(5);
    database[Symbol.dispose]();
    const old = `${pair.files.primary}.old`;
    copyFileSync(pair.files.primary, old);
    database = pair.open();
    commits(40, 'later');
    database[Symbol.dispose]();
    renameSync(old, pair.files.primary);
    database = pair.open();
    assert.equal(noteOf(database, 'later9'), String(written));
    assert.equal(database.position().sequence, 45);
    await database.maintain();
    assert.deepEqual(checkFiles(pair.files), []);
  });

  it('keeps the log for its readers, also across a failover', async () => {
    database[Symbol.dispose]();
    database = pair.open({ logPolicy: { keptForMirror: 100, trimmedAtOnce: 8 } });
    commits(70);
    database.retainLog('backup:dal', 70);
    commits(90);
    await database.maintain();
    assert.equal(database.logAfter(10, 1), undefined, 'the log was not trimmed');
    await database.failOver('mirror', {});
    assert.equal(database.logAfter(70, 2_000)?.length, 90);
    await database.maintain();
    assert.equal(database.logAfter(70, 2_000)?.length, 90);
    commits(60);
    await database.maintain();
    assert.equal(database.logAfter(70, 2_000)?.length, 150);
    assert.equal(rowsOf(pair.files.primary), rowsOf(pair.files.mirror));
  });

  it('serves again when the whole server of the principal was moved away and back', () => {
    commits(3);
    const folder = pair.dataDirectory.serverFolder(primary.server);
    renameSync(folder, `${folder}.away`);
    assert.match(database.status().explanation, /cannot be reached: the folder .* does not exist/);
    renameSync(`${folder}.away`, folder);
    commits(1);
    assert.equal(database.position().sequence, 4);
  });
});
