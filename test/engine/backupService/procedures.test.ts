/** The procedures of the Backup Service as the documentation gives them (domain A.5, A.6, B.2), judged by rows and files. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { contentFolder } from '../../../src/core/lab/names.ts';
import { executeOperation } from '../../../src/core/operations/run.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  type TestDirectory,
  testDirectory,
  writeUser,
} from '../engine/testEngine.ts';
import { completed, contentOf, fill, rowsOf, writeContent } from '../pools/poolRig.ts';

const dataConf = 'ConfServices.DataConf';

describe('The procedures of the Backup Service', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;

  before(async () => {
    directory = testDirectory();
    engine = await initialized(directory);
    await fill(engine, directory.root);
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const sync = (PoolFqdn: string, BackupModule?: string): Promise<unknown> =>
    completed(engine, 'Invoke-CsBackupServiceSync', { PoolFqdn, ...(BackupModule !== undefined && { BackupModule }) });

  /** `Get-CsBackupServiceStatus -PoolFqdn`, module by module. */
  async function states(PoolFqdn: string): Promise<Readonly<Record<string, string>>> {
    const request = { operation: 'Get-CsBackupServiceStatus', parameters: { PoolFqdn } };
    const status = await executeOperation(engine, request, { ...quietRun, onVerbose: () => {} });
    assert.ok(typeof status === 'object' && status !== null && 'BackupModules' in status);
    assert.ok(Array.isArray(status.BackupModules));
    return Object.fromEntries(
      status.BackupModules.map(({ Identity, ExportStatus }) => [String(Identity), String(ExportStatus)]),
    );
  }

  async function isSteady(pool: string, module = dataConf): Promise<boolean> {
    return ['SteadyState', 'FinalState'].includes((await states(pool))[module] ?? '');
  }

  const loseContent = (pool: string): void => {
    const share = join(directory.root, `servers/${pool.slice(0, 3)}-fs-001.litwareinc.com/LyncShare`);
    rmSync(join(share, contentFolder), { recursive: true });
  };

  it('synchronise both pools, then watch both until they are steady: each has what the other has', async () => {
    for (const [home, name] of [
      [atlanta, 'new-in-atlanta'],
      [dallas, 'new-in-dallas'],
    ] as const) {
      writeUser(engine, home, name);
      await sync(home);
      const reached = await states(home);
      assert.equal(reached['UserServices.PresenceFocus'], 'FinalState');
      assert.ok(await isSteady(home));
    }
    for (const home of [atlanta, dallas]) assert.deepEqual(rowsOf(engine, atlanta, home), rowsOf(engine, dallas, home));
    assert.deepEqual(contentOf(directory.root, atlanta), contentOf(directory.root, dallas));
  });

  describe('restoring conference content', () => {
    let content: Readonly<Record<string, string>>;

    it('when Pool1 has lost its file store: synchronise DataConf of Pool2, watch Pool2 until it is steady', async () => {
      content = contentOf(directory.root, atlanta);
      loseContent(atlanta);
      assert.equal((await states(atlanta))[dataConf], 'ErrorState');
      await sync(dallas, dataConf);
      assert.ok(await isSteady(dallas));
      assert.deepEqual(contentOf(directory.root, atlanta), content);
    });

    it('when Pool1 was failed over: its content is available on Pool2, where its users go on with it', async () => {
      await completed(engine, 'Invoke-CsPoolFailOver', { PoolFqdn: atlanta });
      await sync(dallas, dataConf);
      assert.ok(await isSteady(dallas));
      assert.deepEqual(contentOf(directory.root, dallas), content);
      writeContent(directory.root, dallas, 'ATL1/slides.txt', 'changed while Atlanta was away');
    });

    it('when Pool1 was failed back: its content is home again, with what was changed meanwhile', async () => {
      await completed(engine, 'Invoke-CsPoolFailBack', { PoolFqdn: atlanta });
      await sync(dallas, dataConf);
      await sync(atlanta, dataConf);
      for (const pool of [dallas, atlanta]) assert.ok(await isSteady(pool), pool);
      const expected = { ...content, 'ATL1/slides.txt': 'changed while Atlanta was away' };
      assert.deepEqual(contentOf(directory.root, atlanta), expected);
      assert.deepEqual(contentOf(directory.root, dallas), expected);
    });
  });
});
