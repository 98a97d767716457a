import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { initialized, quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
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
