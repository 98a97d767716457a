/** A session with safety off: commits do not wait for the mirror, so nothing fails over but by force (domain C.6). */
import assert from 'node:assert/strict';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import { problem } from './expectations.ts';
import { createPair, mirror, noteOf, type Pair, primary, rowsOf, sessionOf, setNotes, witness } from './pair.ts';

for (const session of [{ witness }, {}]) {
  describe(`a session with safety off, ${session.witness === undefined ? 'without' : 'with'} a witness`, () => {
    let pair: Pair;
    let database: MirroredDatabase;
    beforeEach(async () => {
      pair = await createPair(undefined, session);
      database = pair.open();
      setNotes(database, { a: '1' });
      await database.maintain();
      assert.equal(await database.setSafety('off'), true);
      assert.equal(await database.setSafety('off'), false);
    });
    afterEach(() => pair[Symbol.dispose]());

    it('acknowledges before the mirror has the commit, and sends it afterwards', async () => {
      const { sequence } = setNotes(database, { a: '2' });
      assert.equal(sessionOf(pair.files.mirror)['sequence'], sequence - 1);
      assert.equal(database.status().sendQueue, 1);
      await database.maintain();
      assert.equal(sessionOf(pair.files.mirror)['sequence'], sequence);
      assert.equal(rowsOf(pair.files.mirror), rowsOf(pair.files.primary));
      const status = database.status();
      assert.deepEqual([status.MirroringStatusOnPrimary, status.safety], ['synchronizing', 'OFF']);
    });

    it('is not failed over by hand', async () => {
      await assert.rejects(database.failOver('mirror', {}), (error: Error) => {
        assert.match(error.message, /safety is OFF/);
        return problem('database-not-synchronized')(error);
      });
      assert.equal(database.status().principal, 'primary');
    });

    it('does not take over by itself, and lists what was lost when it is forced', async () => {
      const watch = { together: false, lost: undefined };
      await database.supervise(watch, 0);
      setNotes(database, { b: '1' });
      markStopped(pair.dataDirectory, primary.server);
      assert.notEqual(typeof (await database.supervise(watch, 0)), 'object');
      assert.equal(database.status().principal, undefined);
      await database.failOver('mirror', { force: true });
      assert.equal(noteOf(database, 'b'), undefined);
      markStarted(pair.dataDirectory, primary.server);
      const { lost, safety } = database.status();
      assert.deepEqual([lost?.commits, lost?.first.map(({ key }) => key), safety], [1, ['sipAddress=b'], 'OFF']);
      await database.resume();
      assert.equal(database.status().MirroringStatusOnMirror, 'synchronizing');
    });

    it('does not take over by itself even where the mirror happens to have everything', async () => {
      const watch = { together: false, lost: undefined };
      await database.maintain();
      await database.supervise(watch, 0);
      markStopped(pair.dataDirectory, primary.server);
      assert.notEqual(typeof (await database.supervise(watch, 0)), 'object');
      assert.equal(database.status().principal, undefined);
    });

    it('is synchronised again once safety is full', async () => {
      setNotes(database, { a: '2' });
      await database.setSafety('full');
      assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
      const { sequence } = setNotes(database, { a: '3' });
      assert.equal(sessionOf(pair.files.mirror)['sequence'], sequence);
      await database.failOver('mirror', {});
    });

    it('goes on while the mirror is away', async () => {
      markStopped(pair.dataDirectory, mirror.server);
      setNotes(database, { a: '2' });
      assert.equal(database.status().MirroringStatusOnPrimary, 'disconnected');
      markStarted(pair.dataDirectory, mirror.server);
      await database.maintain();
      assert.equal(rowsOf(pair.files.mirror), rowsOf(pair.files.primary));
    });
  });
}
