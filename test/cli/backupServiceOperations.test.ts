import assert from 'node:assert/strict';
import { appendFileSync, existsSync, globSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { at, atlanta, dallas, type Folder, sampleFolder, smallSeed } from './support.ts';

describe('the Backup Service on the command line', function () {
  this.timeout(120_000);
  let folder: Folder;

  before(async () => {
    folder = sampleFolder();
    const { status, err } = await folder.cli(['init']);
    assert.equal(status, 0, err);
  });
  after(() => folder?.[Symbol.dispose]());

  it('Remove-CsBackupServiceConfiguration resets every setting, and nothing with -WhatIf', async () => {
    const set = ['Set-CsBackupServiceConfiguration', '-SyncInterval', '00:05:00', '-MaxConcurrentCalls', '3'];
    assert.equal((await folder.cli([...set, '-EnableRgsBackupService', '1'])).status, 0);
    const remove = ['Remove-CsBackupServiceConfiguration', '-Identity', 'Global'];
    const plan = await folder.json([...remove, '-WhatIf']);
    assert.match(String(at(plan.value, 'steps', 0, 'title')), /SyncInterval to 00:02:00/);
    assert.match(String(at(plan.value, 'steps', 1, 'detail')), /3 now/);
    const kept = await folder.json(['Get-CsBackupServiceConfiguration']);
    assert.deepEqual([at(kept.value, 'SyncInterval'), at(kept.value, 'EnableRgsBackupService')], ['00:05:00', true]);
    assert.equal((await folder.cli(remove)).status, 0);
    const { value } = await folder.json(['Get-CsBackupServiceConfiguration']);
    assert.deepEqual([at(value, 'SyncInterval'), at(value, 'MaxConcurrentCalls')], ['00:02:00', 10]);
    assert.equal(at(value, 'EnableRgsBackupService'), false);
  });

  it('Debug-CsInterPoolReplication names what differs, repairs it on request, and refuses a pool without a partner', async () => {
    assert.equal((await folder.cli(['seed', ...smallSeed])).status, 0);
    for (const pool of [atlanta, dallas]) {
      assert.equal((await folder.cli(['Invoke-CsBackupServiceSync', '-PoolFqdn', pool])).status, 0);
    }
    const debug = ['Debug-CsInterPoolReplication', '-PoolFqdn', atlanta];
    const clean = await folder.json(debug);
    assert.deepEqual([clean.status, at(clean.value, 'Consistent')], [0, true], JSON.stringify(clean.value));
    const file = globSync('servers/dal-fs-*/LyncShare/1-WebServices-1/CollabContent/**/*.*', { cwd: folder.data })[0];
    assert.ok(file !== undefined);
    appendFileSync(join(folder.data, file), 'altered');
    const plan = await folder.json([...debug, '-BackupModule', 'DataConf', '-WhatIf']);
    assert.match(String(at(plan.value, 'steps', 0, 'title')), /ConfServices\.DataConf/);
    const found = await folder.json([...debug, '-BackupModule', 'DataConf']);
    assert.deepEqual([at(found.value, 'Consistent'), at(found.value, 'BackupModules', 0, 'Differences')], [false, 1]);
    assert.ok(String(at(found.value, 'BackupModules', 0, 'Found', 0)).includes(basename(file)));
    for (const pool of [atlanta, dallas]) {
      assert.equal((await folder.cli(['Invoke-CsBackupServiceSync', '-PoolFqdn', pool])).status, 0);
    }
    const repaired = await folder.json([...debug, '-ResyncSignatureMismatchItems']);
    assert.equal(at(repaired.value, 'Consistent'), true, JSON.stringify(repaired.value));
    const refused = await folder.json(['Debug-CsInterPoolReplication', '-PoolFqdn', 'nobody.litwareinc.com']);
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'pool-unknown']);
  });

  it('Backup-CsPool waits for the state, writes a package, and says why it gave up', async () => {
    const backup = ['Backup-CsPool', '-PoolFqdn', atlanta, '-WaitTime', '00:00:01', '-RetryCount', '1'];
    const neither = await folder.json(backup);
    assert.deepEqual([neither.status, at(neither.value, 'error', 'code')], [64, 'argument-missing']);
    const written = await folder.json([...backup, '-FullBackup', '-LocalStore']);
    assert.equal(written.status, 0, JSON.stringify(written.value));
    const name = String(at(written.value, 'Package'));
    assert.ok(Number(at(written.value, 'Rows')) > 0 && Number(at(written.value, 'Files')) > 0);
    assert.ok(existsSync(join(folder.data, 'packages', name, 'manifest.json')));
    const restore = ['Restore-PoolBackupPackage', '-PoolFqdn', atlanta, '-Package', name];
    const verified = await folder.json([...restore, '-WhatIf']);
    assert.equal(at(verified.value, 'ready'), true, JSON.stringify(verified.value));
    const share = join(folder.data, 'servers/atl-fs-001.litwareinc.com/LyncShare/1-WebServices-1/CollabContent');
    writeFileSync(join(share, 'new.txt'), 'not in the package');
    const late = await folder.json([...backup, '-FullBackup', '-Category', 'UserData']);
    assert.deepEqual([late.status, at(late.value, 'error', 'code')], [2, 'timed-out']);
    assert.match(String(at(late.value, 'error', 'message')), /ConfServices\.DataConf .*did not reach Final State/);
    const refused = await folder.json(restore);
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'pool-not-empty']);
    const steady = await folder.json([...backup, '-SteadyState']);
    assert.equal(steady.status, 0, JSON.stringify(steady.value));
  });

  it('events shows what the Backup Service wrote to its event log', async () => {
    assert.deepEqual(await folder.json(['events', '--last', '5']), { status: 0, value: [] });
  });
});
