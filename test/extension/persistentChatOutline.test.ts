import assert from 'node:assert/strict';
import type { DeploymentStatus, PersistentChatStatus } from '../../src/core/status.ts';
import { createStatusStore } from '../../src/extension/statusStore.ts';
import { chatRows } from '../../src/extension/views/persistentChatOutline.ts';

const pool: PersistentChatStatus = {
  id: 'persistentChat/atl-pc-001.litwareinc.com',
  fqdn: 'atl-pc-001.litwareinc.com',
  PoolState: 'Normal',
  servers: [
    { id: 'one', fqdn: 'pc1.litwareinc.com', site: 'Atlanta', active: true, running: true },
    { id: 'two', fqdn: 'pc2.litwareinc.com', site: 'Dallas', active: false, running: true },
  ],
  databases: [],
  logShipping: { running: true, unshipped: 2, uncopied: 1, unrestored: 0, recovering: true },
  unshippedMessages: 3,
  lostMessages: 0,
};

describe('Persistent Chat in the status tree', () => {
  it('is absent without a pool', () => assert.deepEqual(chatRows([]), []));

  it('shows the servers and how far log shipping is behind', () => {
    const [section] = chatRows([pool]);
    const [row] = section?.children ?? [];
    assert.equal(row?.description, 'Normal');
    assert.equal(row.context, ' chatPool normal ');
    assert.deepEqual(row.subject, { kind: 'chatPool', pool: pool.fqdn });
    assert.deepEqual(
      row.children.map(({ label, description }) => `${label}: ${description}`),
      ['pc1: active · Atlanta', 'pc2: idle · Dallas', 'Log shipping: 3 commits behind'],
    );
  });

  it('marks a pool that is failed over, and one that nobody serves', () => {
    const colors = [
      pool,
      { ...pool, PoolState: 'FailedOver' as const },
      { ...pool, servers: pool.servers.map((server) => ({ ...server, active: false })) },
    ].map((state) => chatRows([state])[0]?.children[0]?.icon.color);
    assert.equal(colors[1], 'list.warningForeground');
    assert.equal(colors[2], 'list.errorForeground');
    assert.notEqual(colors[0], colors[2]);
  });

  it('follows the changes that the deployment tells', () => {
    const store = createStatusStore();
    const status: DeploymentStatus = {
      revision: 1,
      deployment: 'Litware',
      dataDirectory: '/data',
      initialized: true,
      sites: [],
      pools: [],
      pairs: [],
      jobs: [],
      faults: [],
      backgroundCycles: { running: false, syncInterval: 120_000 },
      persistentChat: [pool],
    };
    store.replace(status);
    const servers = store.current?.persistentChat?.[0]?.servers;
    assert.ok(store.apply({ revision: 2, persistentChat: [{ ...pool, PoolState: 'FailedOver' }] }));
    assert.equal(store.current?.persistentChat?.[0]?.PoolState, 'FailedOver');
    assert.equal(store.current?.persistentChat?.[0]?.servers, servers);
    assert.ok(store.apply({ revision: 3, faults: [] }));
    assert.equal(store.current?.persistentChat?.length, 1);
  });
});
