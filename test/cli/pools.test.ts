import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, atlanta, dallas, type Folder, sampleFolder, smallSeed } from './support.ts';

/** One story on one deployment: the steps build on each other. */
describe('failing a pool over on the command line', function () {
  this.timeout(240_000);
  let folder: Folder;
  before(async () => {
    folder = sampleFolder();
    for (const words of [['init'], ['seed', ...smallSeed], ['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta]])
      assert.equal((await folder.cli(words)).status, 0);
  });
  after(() => folder[Symbol.dispose]());

  const poolArguments = ['-PoolFqdn', atlanta];

  it('says where Central Management is and where it would go, and moves it', async () => {
    const alive = await folder.json(['Get-CsManagementStoreReplicationStatus', '-CentralManagementStoreStatus']);
    assert.equal(at(alive.value, 'ActiveMasterFqdn'), atlanta);
    const plan = await folder.cli(['Invoke-CsManagementServerFailover', '-WhatIf']);
    assert.equal(plan.status, 0);
    assert.match(plan.out.replaceAll(/\s+/g, ' '), new RegExp(`from ${atlanta} to ${dallas}`));
    const moved = await folder.json(['Invoke-CsManagementServerFailover']);
    assert.deepEqual([moved.status, at(moved.value, 'ActiveMasterFqdn')], [0, dallas]);
    const { value } = await folder.json(['Get-CsManagementStoreReplicationStatus']);
    assert.deepEqual([at(value, 0, 'ReplicaFqdn'), at(value, 0, 'UpToDate')], [atlanta, true]);
  });

  it('refuses a pool that is the next hop of an Edge pool of the topology', async () => {
    const file = join(folder.path, 'litware.topology.yaml');
    const before = readFileSync(file);
    appendFileSync(file, `\nedgePools:\n  edge-atl.litwareinc.com: { site: Atlanta, nextHop: ${atlanta} }\n`);
    const { status, value } = await folder.json(['Invoke-CsPoolFailOver', ...poolArguments]);
    writeFileSync(file, before);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'pool-next-hop']);
    assert.match(String(at(value, 'error', 'message')), /edge-atl\.litwareinc\.com/);
  });

  it('fails the pool over, shows it, and fails it back', async () => {
    const over = await folder.json(['Invoke-CsPoolFailOver', ...poolArguments]);
    assert.deepEqual([over.status, at(over.value, 'BackupPoolFqdn')], [0, dallas], JSON.stringify(over.value));
    const shown = await folder.cli(['status']);
    assert.match(shown.out, new RegExp(`Failed over: served from ${dallas}`));
    const load = await folder.cli(['load', ...poolArguments, '--duration', '1s', '--rate', '20']);
    assert.equal(load.status, 0, load.err);
    const lost = await folder.json(['Invoke-CsPoolFailBack', ...poolArguments, '-DisasterMode']);
    assert.deepEqual([lost.status, at(lost.value, 'error', 'code')], [2, 'central-management-not-moved']);
    const back = await folder.json(['Invoke-CsPoolFailBack', ...poolArguments, '-WaitTime', '00:00:20']);
    assert.deepEqual([back.status, at(back.value, 'Lost', 'length')], [0, 0], JSON.stringify(back.value));
    assert.doesNotMatch((await folder.cli(['status'])).out, /Failed over/);
    const again = await folder.json(['Invoke-CsPoolFailBack', ...poolArguments]);
    assert.deepEqual([again.status, at(again.value, 'error', 'code')], [2, 'pool-not-failed-over']);
  });
});
