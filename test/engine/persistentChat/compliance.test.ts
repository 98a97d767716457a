import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { initialized, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { failBack, failOver } from './procedures.ts';
import { chatPool, firstSite, pool, primary, said, say, stop, stretched } from './stretchedPool.ts';

/** On SQL servers of their own, so that they can be away while the rooms are served. */
const compliance = {
  primary: { server: 'atl-pccmp-001.litwareinc.com', instance: 'COMP' },
  mirror: { server: 'atl-pccmp-002.litwareinc.com', instance: 'COMP' },
  backup: { server: 'dal-pccmp-001.litwareinc.com', instance: 'COMP' },
};
const deployment = {
  ...stretched,
  persistentChatPools: [{ ...pool, databases: { ...pool.databases, PersistentChatCompliance: compliance } }],
};

describe('the compliance database of a Persistent Chat pool', () => {
  let directory: TestDirectory;
  let engine: Engine;
  beforeEach(async () => {
    directory = testDirectory('lync-compliance-');
    engine = await initialized(directory, { deployment });
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const events = (): readonly string[] =>
    engine.databases
      .find(chatPool, 'mgccomp')
      .read((connection) => connection.prepare('select eventId from complianceEvents order by eventId').all())
      .map((row) => String(row['eventId']));

  it('takes an event for everything that is said, on both of its places', async () => {
    const spoken = [say(engine), say(engine, 'sales')].sort();
    assert.deepEqual(events(), spoken);
    await engine.databases.find(chatPool, 'mgccomp').failOver('mirror', {});
    assert.deepEqual(events(), spoken);
  });

  it('keeps nobody from saying something while it is away, and takes what waited afterwards', async () => {
    const before = say(engine);
    await stop(engine, [compliance.primary.server, compliance.mirror.server]);
    const during = [say(engine), say(engine)];
    assert.deepEqual([...said(engine)].sort(), [before, ...during].sort());
    await engine.lab.clearFaults();
    assert.deepEqual(events(), [before]);
    const after = say(engine);
    assert.deepEqual(events(), [before, ...during, after].sort());
  });

  it('is not failed over: the one of the second site takes what is said there, and the failback brings none of it home', async () => {
    const before = say(engine);
    await stop(engine, [...firstSite, compliance.primary.server, compliance.mirror.server]);
    await failOver(engine);
    assert.deepEqual(events(), []);
    const during = say(engine);
    assert.deepEqual(events(), [during]);
    await engine.lab.clearFaults();
    await failBack(engine);
    assert.ok(said(engine).includes(during));
    assert.deepEqual(events(), [before]);
    assert.equal(engine.databases.find(chatPool, 'mgc').status().primary.split('\\')[0], primary.server);
  });
});
