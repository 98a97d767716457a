import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { at, type Folder, sampleFolder } from './support.ts';

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
    assert.equal((await folder.cli(set)).status, 0);
    const remove = ['Remove-CsBackupServiceConfiguration', '-Identity', 'Global'];
    const plan = await folder.json([...remove, '-WhatIf']);
    assert.match(String(at(plan.value, 'steps', 0, 'title')), /SyncInterval to 00:02:00/);
    assert.match(String(at(plan.value, 'steps', 1, 'detail')), /3 now/);
    const kept = await folder.json(['Get-CsBackupServiceConfiguration']);
    assert.equal(at(kept.value, 'SyncInterval'), '00:05:00');
    assert.equal((await folder.cli(remove)).status, 0);
    const { value } = await folder.json(['Get-CsBackupServiceConfiguration']);
    assert.deepEqual([at(value, 'SyncInterval'), at(value, 'MaxConcurrentCalls')], ['00:02:00', 10]);
  });
});
