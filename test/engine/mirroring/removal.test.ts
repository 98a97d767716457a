/** Mirroring that is removed and set up again, with and without a witness, interrupted, and with servers away. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import { cutLink, mendLink } from '../../../src/core/storage/links.ts';
import { problem } from './expectations.ts';
import { checkFiles } from './history.ts';
import { createPair, mirror, noteOf, type Pair, primary, rowsOf, setNotes, tamper, witness } from './pair.ts';

for (const session of [{ witness }, {}]) {
  describe(`a database whose mirroring is removed, ${session.witness === undefined ? 'without' : 'with'} a witness`, () => {
    let pair: Pair;
    let database: MirroredDatabase;
    beforeEach(async () => {
      pair = await createPair(undefined, session);
      database = pair.open();
      setNotes(database, { a: '1' });
      await database.maintain();
    });
    afterEach(() => pair[Symbol.dispose]());

    it('is served alone, needs neither mirror nor witness, and says so', async () => {
      assert.equal(await database.endMirroring(false), true);
      assert.equal(await database.endMirroring(false), false);
      for (const { server } of [mirror, witness]) markStopped(pair.dataDirectory, server);
      setNotes(database, { a: '2' });
      const status = database.status();
      assert.deepEqual(
        [status.StateOnPrimary, status.StateOnMirror, status.MirroringStatusOnPrimary, status.MirroringStatusOnMirror],
        ['DatabaseInaccessibleOrMirroringNotEnabled', 'DatabaseInaccessibleOrMirroringNotEnabled', '', ''],
      );
      assert.deepEqual([status.principal, status.mirroringRemoved, status.error], ['primary', true, undefined]);
      assert.match(status.explanation, /Mirroring was removed/);
      await assert.rejects(database.failOver('mirror', {}), problem('database-not-mirrored'));
    });

    it('stays so over a restart, sends the mirror nothing more, and nobody takes over', async () => {
      await database.endMirroring(false);
      const left = rowsOf(pair.files.mirror);
      database[Symbol.dispose]();
      const again = pair.open();
      setNotes(again, { a: '2', b: '1' });
      await again.maintain();
      assert.equal(rowsOf(pair.files.mirror), left);
      markStopped(pair.dataDirectory, primary.server);
      assert.equal(await again.supervise({ together: true, lost: undefined }, 0), 'quiet');
      await assert.rejects(again.failOver('mirror', { force: true }));
      assert.equal(again.status().principal, undefined);
      markStarted(pair.dataDirectory, primary.server);
      assert.equal(noteOf(again, 'b'), '1');
    });

    it('whose mirror was away hears of it when it returns, and is nobody then', async () => {
      markStopped(pair.dataDirectory, mirror.server);
      await database.endMirroring(false);
      setNotes(database, { a: '2' });
      markStarted(pair.dataDirectory, mirror.server);
      assert.equal(noteOf(database, 'a'), '2');
      markStopped(pair.dataDirectory, primary.server);
      assert.equal(database.forcing('mirror').kind, 'ordinary');
      assert.equal(database.status().mirroringRemoved, true);
    });

    it('interrupted after the mirror was told, is removed at the next look', () => {
      database[Symbol.dispose]();
      tamper(pair.files.mirror, 'update mirroring_state set ended = 1');
      const again = pair.open();
      markStopped(pair.dataDirectory, witness.server);
      setNotes(again, { a: '2' });
      assert.equal(again.status().mirroringRemoved, true);
      markStopped(pair.dataDirectory, mirror.server);
      setNotes(again, { a: '3' });
    });

    it('is set up again from a full copy through a share, in place of the old file only when asked', async () => {
      await database.endMirroring(false);
      setNotes(database, { a: '2' });
      assert.equal(database.settingUp(false)?.code, 'database-exists');
      await assert.rejects(database.setUp({ dropExisting: false }), problem('database-exists'));
      const through = join(pair.folder, 'share');
      mkdirSync(through);
      assert.deepEqual(await database.setUp({ dropExisting: true, through }), { resumed: false, begun: true });
      assert.deepEqual(readdirSync(through), []);
      const status = database.status();
      assert.equal(status.MirroringStatusOnMirror, 'synchronized', status.explanation);
      setNotes(database, { a: '3' });
      await database.failOver('mirror', {});
      assert.equal(noteOf(database, 'a'), '3');
      await database.maintain();
      assert.deepEqual(checkFiles(pair.files), []);
    });

    it('drops the files of the mirror when asked, and needs no question afterwards', async () => {
      await database.endMirroring(true);
      assert.equal(existsSync(pair.files.mirror), false);
      await database.maintain();
      assert.equal(existsSync(pair.files.mirror), false);
      await database.setUp({ dropExisting: false });
      assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
    });

    it('is refused while it is failed over, or its mirror is away whose files are to be dropped', async () => {
      await database.failOver('mirror', {});
      assert.equal(database.ending(false)?.code, 'database-failed-over');
      await assert.rejects(database.endMirroring(false), problem('database-failed-over'));
      await database.failOver('primary', {});
      markStopped(pair.dataDirectory, mirror.server);
      await assert.rejects(database.endMirroring(true), problem('server-stopped', mirror.server));
      markStarted(pair.dataDirectory, mirror.server);
      cutLink(pair.dataDirectory, primary.server, mirror.server);
      await assert.rejects(database.endMirroring(true), problem('link-cut'));
      mendLink(pair.dataDirectory, primary.server, mirror.server);
      assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
    });
  });
}

describe('mirroring that was removed while the mirror was away', () => {
  it('leaves the witness no memory with which the mirror could take over', async () => {
    using pair = await createPair(undefined, { witness });
    const database = pair.open();
    setNotes(database, { a: '1' });
    await database.maintain();
    markStopped(pair.dataDirectory, mirror.server);
    await database.endMirroring(false);
    setNotes(database, { a: '2' });
    markStopped(pair.dataDirectory, primary.server);
    markStarted(pair.dataDirectory, mirror.server);
    const outcome = await database.supervise({ together: true, lost: undefined }, 0);
    assert.equal(outcome, 'waiting');
    assert.equal(database.forcing('mirror').kind, 'refused');
    await assert.rejects(database.failOver('mirror', { force: true }), problem('database-no-quorum'));
  });

  it('is not set up again before the witness can be told', async () => {
    using pair = await createPair(undefined, { witness });
    const database = pair.open();
    await database.endMirroring(true);
    markStopped(pair.dataDirectory, witness.server);
    await assert.rejects(database.setUp({ dropExisting: false }), problem('server-stopped', witness.server));
    setNotes(database, { a: '1' });
    markStarted(pair.dataDirectory, witness.server);
    await database.setUp({ dropExisting: false });
    assert.equal(database.status().witnessState, 'connected');
  });
});
