import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { loadChanges } from '../../../src/core/lab/load/loadChanges.ts';
import { runLoad } from '../../../src/core/lab/load/runLoad.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { initialized, quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { run } from './procedures.ts';
import {
  backup,
  backupMirror,
  chatPool,
  chatServer,
  heldBy,
  mirror,
  pool,
  primary,
  said,
  say,
  stop,
  stretched,
} from './stretchedPool.ts';

describe('Persistent Chat pools', () => {
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(async () => {
    directory = testDirectory('lync-chat-');
    engine = await initialized(directory, { deployment: stretched });
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  it('have their databases on the instances of both sites', () => {
    const { databaseFile } = openDataDirectory(directory.root);
    for (const instance of [primary, mirror, backup]) assert.ok(existsSync(databaseFile(instance, 'mgc')));
    for (const instance of [primary, mirror, backup, backupMirror])
      assert.ok(existsSync(databaseFile(instance, 'mgccomp')));
    const [content] = engine.databases.status(chatPool, 'PersistentChat');
    assert.equal(content?.MirroringStatusOnPrimary, 'synchronized');
  });

  it('hold what is said in their rooms, on both places of the first site', async () => {
    const spoken = [say(engine), say(engine, 'sales')];
    assert.deepEqual([...said(engine)].sort(), [...spoken].sort());
    await engine.databases.find(chatPool, 'mgc').failOver('mirror', {});
    assert.deepEqual([...said(engine)].sort(), [...spoken].sort());
    assert.throws(() => heldBy(directory.root, backup), { code: 'database-no-principal' });
  });

  it('take nothing while no active server runs', async () => {
    await stop(engine, [chatServer(1, 'atl')]);
    say(engine);
    await stop(engine, [chatServer(2, 'atl')]);
    assert.throws(() => say(engine), { code: 'chat-no-active-server' });
    const row = { author: 'a', body: 'b', changedAt: new Date().toISOString() };
    const change = { table: 'chatMessages', key: { roomId: 'r', messageId: 'm' }, value: row };
    assert.throws(() => engine.lab.commit(chatPool, 'mgc', [change]), { code: 'chat-no-active-server' });
    engine.persistentChat.setActiveServers(chatPool, [chatServer(1, 'dal')]);
    engine.lab.commit(chatPool, 'mgc', [change]);
    assert.equal(said(engine).length, 2);
    engine.persistentChat.setActiveServers(chatPool, []);
    assert.throws(() => say(engine), /has no active server/);
  });

  it('remember their state and active servers', async () => {
    engine.persistentChat.setActiveServers(chatPool, [chatServer(2, 'dal').toUpperCase()]);
    engine.persistentChat.setState(chatPool, 'FailedOver');
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ deployment: stretched });
    assert.deepEqual(engine.persistentChat.activeServers(chatPool), [chatServer(2, 'dal')]);
    assert.equal(engine.persistentChat.state(chatPool), 'FailedOver');
    // The backup database is still without recovery, so it serves nobody.
    assert.throws(() => say(engine), { code: 'database-no-principal' });
  });

  it('have four active servers at most, all of them their own', () => {
    const active = engine.persistentChat.activeServers(chatPool);
    const five = Array.from({ length: 5 }, (_, index) => chatServer(index, 'atl'));
    assert.throws(() => engine.persistentChat.setActiveServers(chatPool, five), { code: 'chat-server-unknown' });
    assert.deepEqual(engine.persistentChat.activeServers(chatPool), active);
  });

  it('are failed over locally by the cmdlet, to the mirror and back', async () => {
    const spoken = say(engine);
    const mirrored = { DatabaseType: 'PersistentChat', PoolFqdn: chatPool.toUpperCase() };
    await run(engine, 'Invoke-CsDatabaseFailover', { ...mirrored, NewPrincipal: 'mirror' });
    assert.equal(engine.databases.status(chatPool, 'PersistentChat')[0]?.principal, 'mirror');
    await run(engine, 'Invoke-CsDatabaseFailover', { ...mirrored, NewPrincipal: 'primary' });
    assert.equal(engine.databases.status(chatPool, 'PersistentChat')[0]?.principal, 'primary');
    assert.deepEqual(said(engine), [spoken]);
  });

  it('go on from their mirror by themselves when the primary is lost and a witness is there', async () => {
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ deployment: stretched, background: true, partnerTimeout: 100 });
    const before = say(engine);
    await waitUntil('both places hold it', () => {
      const [content] = engine.databases.status(chatPool, 'PersistentChat');
      return content?.MirroringStatusOnPrimary === 'synchronized' && content.redoQueue === 0;
    });
    await stop(engine, [primary.server]);
    await waitUntil('the mirror serves', () => {
      return engine.databases.status(chatPool, 'PersistentChat')[0]?.principal === 'mirror';
    });
    const after = say(engine);
    assert.deepEqual(said(engine), [before, after].sort());
  });

  it('hold every message of a load that was acknowledged', async () => {
    const acknowledged: string[] = [];
    await runLoad({
      pool: chatPool,
      changes: loadChanges('PersistentChat', chatPool, 'test'),
      commit: engine.lab.commit,
      signal: new AbortController().signal,
      duration: 100,
      onAcknowledged: ({ key }) => acknowledged.push(`${key['roomId']}/${key['messageId']}`),
    });
    assert.ok(acknowledged.length > 0);
    assert.deepEqual(said(engine), acknowledged.sort());
    assert.equal(engine.persistentChat.unshipped(chatPool).length, acknowledged.length);
  });

  it('are refused the state FailedOver without a backup database', async () => {
    using other = testDirectory('lync-chat-');
    const databases = { PersistentChat: { primary, mirror } };
    const deployment = { ...stretched, persistentChatPools: [{ ...pool, databases }] };
    await using local = await initialized(other, { deployment });
    assert.throws(() => local.persistentChat.setState(chatPool, 'FailedOver'), { code: 'chat-no-backup-database' });
    assert.equal(local.persistentChat.status(chatPool).PoolState, 'Normal');
  });

  it('are filled by seeding, the same twice', async () => {
    const request = { users: 60, conferences: 2, contentFiles: 2, contentBytes: 10, randomSeed: 3 };
    const first = await engine.lab.seed(request, quietRun);
    assert.deepEqual(first.persistentChat, [{ pool: chatPool, rooms: 5, messages: 60 }]);
    assert.deepEqual((await engine.lab.seed(request, quietRun)).persistentChat, first.persistentChat);
  });
});

describe('Persistent Chat pools that are too large', () => {
  for (const [what, servers] of [
    ['nine servers', serversOf(9, 1)],
    ['five active servers', serversOf(8, 5)],
  ] as const) {
    it(`are refused with ${what}, before anything is made`, async () => {
      using directory = testDirectory('lync-chat-');
      const deployment = { ...stretched, persistentChatPools: [{ ...pool, servers }] };
      await using engine = await directory.open({ deployment });
      await assert.rejects(engine.lab.initialize(quietRun), { code: 'chat-server-limit' });
      assert.equal(engine.lab.initialized, false);
    });
  }

  it('may have eight servers, of which no fifth becomes active', async () => {
    using directory = testDirectory('lync-chat-');
    const deployment = { ...stretched, persistentChatPools: [{ ...pool, servers: serversOf(8, 4) }] };
    await using engine = await initialized(directory, { deployment });
    const five = serversOf(5, 0).map(({ fqdn }) => fqdn);
    assert.throws(() => engine.persistentChat.setActiveServers(chatPool, five), { code: 'chat-server-limit' });
    assert.equal(engine.persistentChat.activeServers(chatPool).length, 4);
  });
});

function serversOf(count: number, active: number) {
  return Array.from({ length: count }, (_, index) => ({
    fqdn: chatServer(index + 1, 'atl'),
    site: 'Atlanta',
    active: index < active,
  }));
}
