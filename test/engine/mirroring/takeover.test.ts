/** A mirror that takes over by itself, or by force; and when it does not. */
import assert from 'node:assert/strict';
import type { MirroredDatabase, Watch } from '../../../src/core/mirroring/contract.ts';
import type { TakeoverMoment } from '../../../src/core/mirroring/takeover.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import { cutLink, mendLink } from '../../../src/core/storage/links.ts';
import { checkFiles } from './history.ts';
import { createPair, mirror, noteOf, type Pair, primary, sessionOf, setNotes, witness } from './pair.ts';

const freshWatch = (): Watch => ({ together: false, lost: undefined });
const isolate = (pair: Pair, server: string, change: typeof cutLink): void => {
  for (const other of [primary, mirror, witness]) {
    if (other.server !== server) change(pair.dataDirectory, server, other.server);
  }
};

describe('a mirror whose principal is lost', () => {
  let pair: Pair;
  let database: MirroredDatabase;
  let watch: Watch;
  beforeEach(async () => {
    pair = await createPair(undefined, { witness });
    database = pair.open();
    setNotes(database, { a: '1' });
    await database.maintain();
    watch = freshWatch();
    await database.supervise(watch, 0);
  });
  afterEach(() => pair[Symbol.dispose]());

  it('takes over by itself; the former principal is fenced and becomes the mirror, and nothing is lost', async () => {
    setNotes(database, { a: '2' });
    markStopped(pair.dataDirectory, primary.server);
    const outcome = await database.supervise(watch, 0);
    assert.ok(typeof outcome === 'object');
    assert.deepEqual([outcome.from, outcome.to], [`${primary.server}\\RTC`, `${mirror.server}\\RTC`]);
    assert.equal(noteOf(database, 'a'), '2');
    setNotes(database, { a: '3' });
    markStarted(pair.dataDirectory, primary.server);
    await database.maintain();
    const status = database.status();
    assert.deepEqual([status.StateOnPrimary, status.StateOnMirror], ['Mirror', 'Principal']);
    assert.equal(status.MirroringStatusOnPrimary, 'synchronized', status.explanation);
    assert.equal(status.lost, undefined);
    assert.deepEqual(checkFiles(pair.files), []);
  });

  it('waits for the partner time-out', async () => {
    markStopped(pair.dataDirectory, primary.server);
    assert.equal(await database.supervise(watch, 3_600_000), 'waiting');
    assert.equal(await database.supervise(watch, 0).then((outcome) => typeof outcome), 'object');
  });

  it('waits anew when the principal was seen in between', async () => {
    isolate(pair, primary.server, cutLink);
    assert.equal(await database.supervise(watch, 3_600_000), 'waiting');
    const since = watch.lost?.since;
    isolate(pair, primary.server, mendLink);
    assert.equal(await database.supervise(watch, 3_600_000), 'quiet');
    isolate(pair, primary.server, cutLink);
    assert.equal(await database.supervise(watch, 3_600_000), 'waiting');
    assert.notEqual(watch.lost?.since, since);
  });

  it('does not take over after all three had lost each other, until the principal returns', async () => {
    isolate(pair, primary.server, cutLink);
    isolate(pair, mirror.server, cutLink);
    assert.equal(await database.supervise(watch, 0), 'waiting');
    mendLink(pair.dataDirectory, mirror.server, witness.server);
    assert.equal(await database.supervise(watch, 0), 'waiting');
    assert.equal(await database.supervise(watch, 0), 'waiting');
    assert.throws(() => setNotes(database, { a: '2' }), { code: 'database-no-quorum' });
    isolate(pair, primary.server, mendLink);
    setNotes(database, { a: '2' });
  });

  it('does not take over without the witness, nor when commits went past the mirror', async () => {
    markStopped(pair.dataDirectory, witness.server);
    assert.equal(await database.supervise(watch, 0), 'quiet');
    markStopped(pair.dataDirectory, primary.server);
    assert.equal(await database.supervise(watch, 0), 'waiting');
    markStarted(pair.dataDirectory, primary.server);
    markStarted(pair.dataDirectory, witness.server);
    cutLink(pair.dataDirectory, primary.server, mirror.server);
    setNotes(database, { a: 'exposed' });
    assert.equal(await database.supervise(watch, 0), 'quiet');
    markStopped(pair.dataDirectory, primary.server);
    assert.equal(await database.supervise(watch, 0), 'waiting');
  });

  it('gets no role from a witness that nobody told of the last commits (the principal refuses them)', async () => {
    isolate(pair, witness.server, cutLink);
    setNotes(database, { a: 'hardened' });
    cutLink(pair.dataDirectory, primary.server, mirror.server);
    assert.throws(() => setNotes(database, { a: 'lost' }), { code: 'database-no-quorum' });
    assert.equal(sessionOf(pair.files.primary)['sequence'], sessionOf(pair.files.mirror)['sequence']);
  });

  for (const [moment, owner] of [
    ['vowed', 'primary'],
    ['granted', 'mirror'],
    ['seized', 'mirror'],
  ] as const satisfies readonly (readonly [TakeoverMoment, string])[]) {
    it(`and whose process ends when it is ${moment}: ${owner} is the principal afterwards, nothing is lost`, async () => {
      markStopped(pair.dataDirectory, primary.server);
      const dying = pair.open({
        reached: (now) => {
          if (now === moment) throw new Error('the process ended here');
        },
      });
      const armed: Watch = { together: true, lost: undefined };
      await assert.rejects(dying.supervise(armed, 0), /ended here/);
      dying[Symbol.dispose]();
      const next = pair.open();
      // Before the former principal is back: the role was granted, or nobody has it.
      if (owner === 'mirror') setNotes(next, { b: '1' });
      else assert.throws(() => setNotes(next, { b: '1' }), { code: 'server-stopped' });
      markStarted(pair.dataDirectory, primary.server);
      setNotes(next, { c: '1' });
      await next.maintain();
      const status = next.status();
      assert.equal(status.principal, owner, status.explanation);
      assert.equal(status.MirroringStatusOnPrimary, 'synchronized', status.explanation);
      assert.equal(noteOf(next, 'a'), '1');
      assert.deepEqual(checkFiles(pair.files), []);
    });
  }

  it('that vowed hardens nothing more for the former principal, which is not served without the witness', async () => {
    isolate(pair, primary.server, cutLink);
    const dying = pair.open({
      reached: (now) => {
        if (now === 'vowed') throw new Error('the process ended here');
      },
    });
    await assert.rejects(dying.supervise({ together: true, lost: undefined }, 0), /ended here/);
    dying[Symbol.dispose]();
    mendLink(pair.dataDirectory, primary.server, mirror.server);
    markStopped(pair.dataDirectory, witness.server);
    assert.throws(() => setNotes(pair.open(), { a: '2' }), { message: /has asked the witness for the role/ });
    markStarted(pair.dataDirectory, witness.server);
    setNotes(pair.open(), { a: '2' });
  });
});

describe('a failover that is forced', () => {
  it('lists by name what only the former principal had, and stays suspended until it is resumed', async () => {
    using pair = await createPair(undefined, { witness });
    const database = pair.open();
    setNotes(database, { kept: '1' });
    await database.maintain();
    cutLink(pair.dataDirectory, primary.server, mirror.server);
    setNotes(database, { lost: '1' });
    setNotes(database, { kept: '2', "it's": '3' });
    markStopped(pair.dataDirectory, primary.server);
    const outcome = await database.failOver('mirror', { force: true });
    assert.equal(outcome.forced, true);
    assert.equal(noteOf(database, 'kept'), '1');
    assert.equal(database.status().lost, undefined, 'nothing is known before the former principal is back');
    setNotes(database, { after: '1' });

    mendLink(pair.dataDirectory, primary.server, mirror.server);
    markStarted(pair.dataDirectory, primary.server);
    await database.maintain();
    const status = database.status();
    assert.deepEqual([status.MirroringStatusOnPrimary, status.MirroringStatusOnMirror], ['suspended', 'suspended']);
    assert.match(status.explanation, /suspended since the failover was forced.*lost 2 commits/);
    assert.deepEqual([status.lost?.commits, status.lost?.rows], [2, 3]);
    assert.deepEqual(
      status.lost?.first
        .map(({ sequence, operation, table, key }) => `${sequence} ${operation} ${table} ${key}`)
        .sort(),
      ['2 insert presence sipAddress=lost', "3 insert presence sipAddress=it's", '3 update presence sipAddress=kept'],
    );
    await assert.rejects(database.failOver('primary', {}), { code: 'database-not-synchronized' });
    setNotes(database, { after: '2' });

    assert.equal(await database.resume(), true);
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized', database.status().explanation);
    assert.equal(await database.resume(), false);
    assert.deepEqual(checkFiles(pair.files), []);
    await database.failOver('primary', {});
    assert.equal(noteOf(database, 'after'), '2');
    assert.equal(noteOf(database, 'lost'), undefined);
  });

  it('without a witness needs a principal that clients do not reach either', async () => {
    using pair = await createPair();
    const database = pair.open();
    setNotes(database, { a: '1' });
    cutLink(pair.dataDirectory, primary.server, mirror.server);
    await assert.rejects(database.failOver('mirror', { force: true }), { message: /still serves clients/ });
    markStopped(pair.dataDirectory, primary.server);
    await database.failOver('mirror', { force: true });
    setNotes(database, { a: '2' });
    mendLink(pair.dataDirectory, primary.server, mirror.server);
    markStarted(pair.dataDirectory, primary.server);
    assert.equal(database.status().MirroringStatusOnMirror, 'suspended');
    assert.equal(database.status().lost, undefined);
    await database.resume();
    assert.deepEqual(checkFiles(pair.files), []);
  });

  it('is an ordinary failover while the principal can be reached', async () => {
    using pair = await createPair(undefined, { witness });
    const database = pair.open();
    setNotes(database, { a: '1' });
    const outcome = await database.failOver('mirror', { force: true });
    assert.equal(outcome.forced, undefined);
    assert.equal(database.status().MirroringStatusOnMirror, 'synchronized');
  });
});
