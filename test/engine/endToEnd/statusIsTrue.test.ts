/** Status is measured: it follows what lies on the disks, not what was said last, and nothing runs in between. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { BackupModule } from '../../../src/core/topology/vocabulary.ts';
import { dataConf, openRig, pool1, pool2, type Rig } from './rig.ts';

const presenceFocus = 'UserServices.PresenceFocus';
const cmsMaster = 'CentralMgmt.CMSMaster';

describe('the status, with the Backup Service stopped', () => {
  let rig: Rig;

  before(async () => {
    rig = openRig();
    await rig.json('init');
  });
  after(() => rig?.[Symbol.dispose]());

  const expectState = async (pool: string, module: BackupModule, states: string): Promise<void> => {
    const found = (await rig.modules(pool)).find(({ Identity }) => Identity === module);
    assert.equal(`${found?.ExportStatus} ${found?.ImportStatus}`, states, found?.explanation);
  };
  const write = (name: string, size: number): void => {
    mkdirSync(rig.content1, { recursive: true });
    writeFileSync(join(rig.content1, name), Buffer.alloc(size, name));
  };
  const configure = (...words: readonly string[]): Promise<unknown> =>
    rig.json('Set-CsBackupServiceConfiguration', ...words);

  it('says NotInitialized before anything was exported', async () => {
    await expectState(pool1, dataConf, 'NotInitialized NormalState');
    await expectState(pool1, presenceFocus, 'NotInitialized NormalState');
    await expectState(pool2, cmsMaster, 'NotInitialized NormalState');
  });

  it('says FinalState when the partner has everything', async () => {
    await rig.json('Invoke-CsBackupServiceSync', '-PoolFqdn', pool1);
    for (const module of [dataConf, presenceFocus, cmsMaster] as const) {
      await expectState(pool1, module, 'FinalState NormalState');
    }
  });

  it('says SteadyState for content that fits one cycle, NonSteadyState beyond the cap, and the truth when it is taken away', async () => {
    write('one.bin', 500_000);
    await expectState(pool1, dataConf, 'SteadyState NormalState');
    await configure('-MaxDataConfPackageSizeKB', '600');
    write('two.bin', 500_000);
    await expectState(pool1, dataConf, 'NonSteadyState NormalState');
    rmSync(join(rig.content1, 'two.bin'));
    await expectState(pool1, dataConf, 'SteadyState NormalState');
    rmSync(join(rig.content1, 'one.bin'));
    const module = (await rig.modules(pool1)).find(({ Identity }) => Identity === dataConf);
    assert.equal(module?.backlog?.bytes, 0);
    await rig.json('Invoke-CsBackupServiceSync', '-PoolFqdn', pool1);
    await expectState(pool1, dataConf, 'FinalState NormalState');
  });

  it('says SteadyState for rows that fit one cycle and NonSteadyState beyond the cap', async () => {
    await rig.run('load', '-PoolFqdn', pool1, '--duration', '500ms', '--rate', '20');
    await expectState(pool1, presenceFocus, 'SteadyState NormalState');
    await configure('-MaxBatchesPerUserStoreSync', '1');
    await expectState(pool1, presenceFocus, 'SteadyState NormalState');
    await rig.json('seed', '--users', '600', '--conferences', '0', '--content-files', '0', '--content-bytes', '0');
    await expectState(pool1, presenceFocus, 'NonSteadyState NormalState');
    await configure('-MaxBatchesPerUserStoreSync', '500');
    await expectState(pool1, presenceFocus, 'SteadyState NormalState');
    await rig.json('Invoke-CsBackupServiceSync', '-PoolFqdn', pool1);
    await expectState(pool1, presenceFocus, 'FinalState NormalState');
  });

  it('says ErrorState while a side cannot be reached, and the measured state again afterwards', async () => {
    write('three.bin', 10);
    await rig.json('fault', 'stop', 'dal-fs-001.litwareinc.com');
    await expectState(pool1, dataConf, 'ErrorState NormalState');
    const unreachable = (await rig.modules(pool1)).find(({ Identity }) => Identity === dataConf);
    assert.equal(unreachable?.backlog, undefined, 'a backlog that cannot be measured is not said to be empty');
    await rig.json('fault', 'start', 'dal-fs-001.litwareinc.com');
    await expectState(pool1, dataConf, 'SteadyState NormalState');
  });
});
