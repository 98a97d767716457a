import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './inProcess.ts';
import { at, type Folder, sampleFolder } from './support.ts';

const pool = 'atl-pc-001.litwareinc.com';
const servers = ['pc1', 'pc2', 'pc3'].map((name) => `${name}.litwareinc.com`);

const section = `
persistentChatPools:
  ${pool}:
    nextHop: atl-cs-001.litwareinc.com
    servers:
      ${servers[0]}: { site: Atlanta, active: true }
      ${servers[1]}: { site: Atlanta, active: false }
      ${servers[2]}: { site: Dallas, active: false }
    logShippingShare: \\\\atl-pcfs-001.litwareinc.com\\PChatLogs
    databases:
      PersistentChat:
        primary: pcsql1.litwareinc.com\\CHAT
        mirror: pcsql2.litwareinc.com\\CHAT
        backup: pcsql3.litwareinc.com\\CHAT
        backupMirror: pcsql4.litwareinc.com\\CHAT
`;

/** One story on one deployment: the steps build on each other. */
describe('Persistent Chat on the command line', () => {
  let folder: Folder;
  let options: readonly string[];
  before(() => {
    folder = sampleFolder();
    options = ['--topology', join(folder.path, 'litware.topology.yaml')];
    appendFileSync(join(folder.path, 'litware.topology.yaml'), section);
  });
  after(() => folder[Symbol.dispose]());

  const json = async (words: readonly string[]) => {
    const { status, out } = await say([...words, '--json', ...options]);
    const value: unknown = JSON.parse(out);
    return { status, value };
  };
  const active = async (...args: readonly string[]) =>
    json(['Set-CsPersistentChatActiveServer', '-Identity', pool, ...args]);

  it('init and seed fill its rooms', async () => {
    assert.equal((await json(['init'])).status, 0);
    const { value } = await json(['seed', '--users', '20', '--conferences', '2', '--content-files', '2']);
    assert.deepEqual(at(value, 'persistentChat', 0, 'messages'), 20);
  });

  it('status shows servers and what is not shipped, until ship-logs has brought it over', async () => {
    const before = await json(['status']);
    assert.equal(at(before.value, 'persistentChat', 0, 'logShipping', 'unshipped'), 1);
    const { status, value } = await json(['ship-logs', '-PoolFqdn', pool]);
    assert.equal(status, 0);
    assert.equal(at(value, 'restored', 'commits'), 1);
    const { out } = await say(['status', ...options]);
    assert.match(out, /pc1\.litwareinc\.com +active, Atlanta/);
    assert.match(out, /behind by 0 unshipped, 0 uncopied, 0 unrestored commits/);
  });

  it('Get-CsPersistentChatState takes every form of the identity', async () => {
    for (const identity of [pool.toUpperCase(), `service:${pool}`, `PersistentChatServer:${pool}`]) {
      const { value } = await json(['Get-CsPersistentChatState', '-Identity', identity]);
      assert.equal(at(value, 0, 'PoolState'), 'Normal');
    }
    const some = await json(['Get-CsPersistentChatState', '-Filter', 'atl-*']);
    assert.equal(at(some.value, 0, 'PoolFqdn'), pool);
    assert.deepEqual((await json(['Get-CsPersistentChatState', '-Filter', 'dal-*'])).value, []);
    const local = await json(['Get-CsPersistentChatState', '-LocalStore']);
    assert.equal(at(local.value, 0, 'PoolState'), 'Normal');
    const both = await json(['Get-CsPersistentChatState', '-Filter', 'atl-*', '-Identity', pool]);
    assert.deepEqual([both.status, at(both.value, 'error', 'code')], [64, 'argument-invalid']);
    const wrong = await json(['Get-CsPersistentChatState', '-Identity', 'atl-pc-002.litwareinc.com']);
    assert.deepEqual([wrong.status, at(wrong.value, 'error', 'code')], [2, 'chat-pool-unknown']);
  });

  it('Set-CsPersistentChatActiveServer adds, removes, swaps, and takes a list or none', async () => {
    const added = await active('-ActiveServers', `@{Add="${servers[1]}"}`);
    assert.deepEqual(at(added.value, 'ActiveServers'), servers.slice(0, 2));
    const removed = await active('-ActiveServers', `@{Remove="${servers[0]}"}`);
    assert.deepEqual(at(removed.value, 'ActiveServers'), [servers[1]]);
    const swapped = await active('-Swap');
    assert.deepEqual(at(swapped.value, 'ActiveServers'), [servers[0], servers[2]]);
    assert.deepEqual(at((await active('-ActiveServers', '$null')).value, 'ActiveServers'), []);
    const list = await active('-ActiveServers', `${servers[0]}, ${servers[1]}`);
    assert.deepEqual(at(list.value, 'ActiveServers'), servers.slice(0, 2));
    for (const [words, code] of [
      [['-ActiveServers', 'pc9.litwareinc.com'], 'chat-server-unknown'],
      [['-ActiveServers', '@{Wrong="x"}'], 'argument-invalid'],
      [['-ActiveServers', '$null', '-Swap'], 'argument-invalid'],
      [[], 'argument-missing'],
    ] as const) {
      const refused = await active(...words);
      assert.equal(at(refused.value, 'error', 'code'), code);
    }
    const { value } = await json(['Get-CsPersistentChatActiveServer', '-Identity', pool]);
    assert.deepEqual(at(value, 0, 'ActiveServers'), servers.slice(0, 2));
    assert.deepEqual(at(value, 0, 'InactiveServers'), [servers[2]]);
  });

  it('Set-CsPersistentChatState shows what it would do, and does it', async () => {
    const words = ['Set-CsPersistentChatState', '-Identity', `service:${pool}`];
    const plan = await json([...words, '-PoolState', 'FailedOver', '-WhatIf']);
    assert.match(String(at(plan.value, 'losses', 0)), /far from the databases.*pc1/);
    const refused = await json([...words, '-PoolState', 'FailedOver', '-Confirm:$false']);
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'chat-databases-not-ready']);
    const set = await json([...words, '-PoolState', 'FailedOver', '-Force', '-Confirm:$false']);
    assert.equal(at(set.value, 'PoolState'), 'FailedOver');
    // Without -PoolState it is Normal, as the documentation has it.
    assert.equal(at((await json([...words, '-Confirm:$false'])).value, 'PoolState'), 'Normal');
  });

  it('the procedures bring it to the second site and home', async () => {
    const procedure = (name: string, ...more: readonly string[]) =>
      json([`Invoke-PersistentChat${name}`, '-PoolFqdn', pool, ...more, '-Confirm:$false']);
    const refused = await procedure('Failover');
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'chat-primary-serving']);
    const over = await procedure('Failover', '-Planned');
    assert.equal(over.status, 0);
    assert.deepEqual(at(over.value, 'ActiveServers'), [servers[2]]);
    assert.deepEqual(at(over.value, 'LostMessages'), []);
    const { value } = await json(['status']);
    assert.equal(at(value, 'persistentChat', 0, 'PoolState'), 'FailedOver');
    const back = await procedure('Failback');
    assert.equal(at(back.value, 'PoolState'), 'Normal');
    const { value: home } = await json(['status']);
    assert.equal(at(home, 'persistentChat', 0, 'databases', 0, 'MirroringStatusOnPrimary'), 'synchronized');
  });
});
