import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { Deployment, Pool } from '../../../src/core/topology/model.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  synchronizeBoth,
  type TestDirectory,
  testDirectory,
} from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';
import { onShare, type Site, writeAt } from './shares.ts';

const rows = 'ApplicationServer.RGSDataStore';
const files = 'ApplicationServer.RGSFileStore';
const others = ['UserServices.PresenceFocus', 'ConfServices.DataConf', 'CentralMgmt.CMSMaster'];

/** The sample deployment as release 2019, whose pools have Response Groups. */
const litware2019 = withPools((pool) => ({
  ...pool,
  release: '2019',
  databases: { ...pool.databases, ...(pool.databases.User && { Application: pool.databases.User }) },
}));

function withPools(change: (pool: Pool) => Pool): Deployment {
  return { ...litware, pools: litware.pools.map(change) };
}

describe('Response Groups in the Backup Service', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(() => {
    directory = testDirectory();
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const share = (pool: Site, path: string): string => onShare(directory.root, pool, path);
  const audio = (site: number, name: string): string => `${site}-ApplicationServer-1/AppServerFiles/RGS/${name}`;
  const switchOn = (): unknown => engine.backupService.setConfiguration({ enableRgsBackupService: true });

  const write = (pool: Site, path: string, text: string): void => writeAt(share(pool, path), text);

  function workflow(pool: string, workflowId: string, name: string): void {
    const value = { homePool: pool, name, lineUri: 'tel:+15550100', changedAt: '2026-01-01T00:00:00.000Z' };
    engine.lab.commit(pool, 'rgsconfig', [{ table: 'responseGroupWorkflows', key: { workflowId }, value }]);
  }

  const workflowsOf = (pool: string): unknown =>
    engine.databases
      .find(pool, 'rgsconfig')
      .read((database) => database.prepare('select * from responseGroupWorkflows order by workflowId').all());

  async function statesOf(pool: string): Promise<readonly unknown[]> {
    const { modules } = await engine.backupService.measurePool(pool, { modules: [rows, files] });
    return modules.flatMap(({ ExportStatus, ImportStatus }) => [ExportStatus, ImportStatus]);
  }

  it('are carried by every pair of release 2019 once the switch is on, and by none before', async () => {
    engine = await initialized(directory, { deployment: litware2019 });
    assert.deepEqual(engine.backupService.modulesOf(atlanta), others);
    switchOn();
    assert.deepEqual(engine.backupService.modulesOf(dallas), [...others, rows, files]);
    engine.backupService.setConfiguration({ enableRgsBackupService: false });
    assert.deepEqual(engine.backupService.modulesOf(atlanta), others);
  });

  it('are not carried where a pool is of an earlier release, and without their database only as files', async () => {
    const mixed = withPools((pool) => ({ ...pool, release: pool.fqdn === atlanta ? '2019' : '2015' }));
    engine = await initialized(directory, { deployment: mixed });
    switchOn();
    assert.deepEqual(engine.backupService.modulesOf(atlanta), others);
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ deployment: withPools((pool) => ({ ...pool, release: 'SE' })) });
    assert.deepEqual(engine.backupService.modulesOf(atlanta), [...others, files]);
  });

  it('go from NotInitialized to Final on both pools, rows and audio alike', async () => {
    engine = await initialized(directory, { deployment: litware2019 });
    switchOn();
    workflow(atlanta, 'w1', 'Help desk');
    workflow(dallas, 'w2', 'Sales');
    write('atl', audio(1, 'welcome.wma'), 'welcome');
    write('dal', audio(2, 'music.wma'), 'music');
    assert.deepEqual(await statesOf(atlanta), ['NotInitialized', 'NormalState', 'NotInitialized', 'NormalState']);
    await synchronizeBoth(engine, [rows, files]);
    for (const pool of [atlanta, dallas]) {
      assert.deepEqual(await statesOf(pool), ['FinalState', 'NormalState', 'FinalState', 'NormalState']);
    }
    assert.deepEqual(workflowsOf(dallas), workflowsOf(atlanta));
    assert.equal(readFileSync(share('dal', audio(1, 'welcome.wma')), 'utf8'), 'welcome');
    assert.equal(readFileSync(share('atl', audio(2, 'music.wma')), 'utf8'), 'music');
    workflow(atlanta, 'w1', 'Help desk, second floor');
    assert.deepEqual((await statesOf(atlanta))[0], 'SteadyState');
    await synchronizeBoth(engine, [rows]);
    assert.deepEqual(workflowsOf(dallas), workflowsOf(atlanta));
  });

  it('share the file share with conference content and Call Park, which are no business of theirs', async () => {
    engine = await initialized(directory, { deployment: litware2019 });
    switchOn();
    const park = '1-ApplicationServer-1/AppServerFiles/CPS/music.wma';
    const meeting = '1-WebServices-1/CollabContent/meeting/slides.pptx';
    write('atl', park, 'park');
    write('atl', meeting, 'slides');
    write('atl', '1-WebServices-1/CollabContent/meeting/notes.txt', 'notes');
    write('atl', audio(1, 'welcome.wma'), 'welcome');
    await synchronizeBoth(engine, [files]);
    assert.deepEqual(
      [park, meeting, audio(1, 'welcome.wma')].map((path) => existsSync(share('dal', path))),
      [false, false, true],
    );
    await synchronizeBoth(engine, ['ConfServices.DataConf']);
    assert.deepEqual(
      [park, meeting].map((path) => existsSync(share('dal', path))),
      [false, true],
    );
    rmSync(share('atl', meeting));
    await synchronizeBoth(engine, ['ConfServices.DataConf', files]);
    assert.equal(existsSync(share('dal', meeting)), false);
    assert.equal(existsSync(share('dal', audio(1, 'welcome.wma'))), true);
  });

  it('are compared, repaired and packed as the other modules are', async () => {
    engine = await initialized(directory, { deployment: litware2019 });
    switchOn();
    workflow(atlanta, 'w1', 'Help desk');
    write('atl', audio(1, 'welcome.wma'), 'welcome');
    await synchronizeBoth(engine, [rows, files]);
    write('dal', audio(1, 'welcome.wma'), 'altered');
    engine.databases.find(dallas, 'rgsconfig').commit(`import:${atlanta}`, (database) => {
      database.exec("update responseGroupWorkflows set name = 'Mallory'");
    });
    const run = { ...quietRun, log: () => {}, repair: true, detectTwoOwners: true };
    const compared = await engine.backupService.compareStores(atlanta, [rows, files], run);
    assert.deepEqual(
      compared.map(({ listed, left }) => [listed.map(({ name }) => name), left]),
      [
        [['responseGroupWorkflows w1'], 0],
        [[audio(1, 'welcome.wma')], 0],
      ],
    );
    assert.deepEqual(workflowsOf(dallas), workflowsOf(atlanta));
    const request = { pool: atlanta, kind: 'FullBackup', modules: [rows, files], localStore: true } as const;
    const { manifest } = await engine.backupService.packages.backUp(request, quietRun);
    assert.deepEqual(
      manifest.files.map(({ path }) => path),
      [audio(1, 'welcome.wma')],
    );
    assert.deepEqual(
      manifest.tables.map(({ table, rows: count }) => [table, count]),
      [['responseGroupWorkflows', 1]],
    );
  });

  it('are carried in the background from the moment the switch is on', async () => {
    engine = await initialized(directory, { deployment: litware2019, background: true });
    workflow(atlanta, 'w1', 'Help desk');
    switchOn();
    await waitUntil('Response Groups are carried', async () => (await statesOf(atlanta))[0] === 'FinalState');
    assert.deepEqual(workflowsOf(dallas), workflowsOf(atlanta));
  });
});
