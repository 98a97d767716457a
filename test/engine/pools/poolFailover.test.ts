import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { clientChanges } from '../../../src/core/lab/load/clientChanges.ts';
import { type AcknowledgedRow, runLoad } from '../../../src/core/lab/load/runLoad.ts';
import { contentFolder } from '../../../src/core/lab/names.ts';
import { planOperation } from '../../../src/core/operations/run.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, dallas, syncRun, type TestDirectory, writeUser } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';
import {
  changeUser,
  completed,
  contentOf,
  type Prepared,
  prepared,
  resume,
  rowsOf,
  run,
  writeConference,
  writeContent,
} from './poolRig.ts';

const failOver = 'Invoke-CsPoolFailOver';
const failBack = 'Invoke-CsPoolFailBack';
const atlantaServers = [
  'atl-sql-001.litwareinc.com',
  'atl-sql-002.litwareinc.com',
  'atl-fs-001.litwareinc.com',
  atlanta,
];

describe('Pool failover', function () {
  this.timeout(60_000);
  let template: Prepared;
  let directory: TestDirectory;
  let engine: Engine;

  before(async () => {
    template = await prepared();
  });
  after(() => template[Symbol.dispose]());
  beforeEach(async () => {
    directory = template.copy();
    engine = await directory.open({ resume });
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const pool = { PoolFqdn: atlanta };
  const lose = async (): Promise<void> => {
    for (const server of atlantaServers) await engine.lab.fault('stop', server);
  };
  const bringBack = () => engine.lab.clearFaults();

  async function open(deployment: Deployment): Promise<void> {
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ resume, deployment });
  }

  /** A cycle that may replace files in Atlanta; at first it cannot keep what it would replace, and carries nothing then. */
  async function cycleOfDallas(): Promise<void> {
    const inTheWay = `${directory.root}/servers/atl-fs-001.litwareinc.com/LyncShare/1-BackupService-1/BackupStore/Unreplicated`;
    writeFileSync(inTheWay, '');
    const cycle = () => engine.backupService.synchronize(dallas, ['ConfServices.DataConf'], syncRun());
    await assert.rejects(cycle, { code: 'share-unwritable' });
    assert.equal(contentOf(directory.root, atlanta)['ATL1/slides.txt'], 'changed, never replicated');
    rmSync(inTheWay);
    await cycle();
    assert.equal(contentOf(directory.root, atlanta)['ATL1/slides.txt'], 'first draft');
  }

  async function moveManagement(): Promise<void> {
    await completed(engine, 'Invoke-CsManagementServerFailover');
  }

  it('planned: everything is replicated, users are served from the backup pool, and come home with what they changed', async () => {
    changeUser(engine, atlanta, 'kim', 'changed just before');
    await completed(engine, failOver, pool);
    const { pools } = await engine.status.snapshot();
    assert.deepEqual(
      pools.map(({ failover }) => failover && [failover.state, failover.backup, failover.disaster]),
      [['FailedOver', dallas, false], undefined],
    );
    assert.throws(() => changeUser(engine, atlanta, 'kim', 'too late'), { code: 'pool-failed-over' });
    assert.deepEqual(rowsOf(engine, dallas, atlanta), rowsOf(engine, atlanta, atlanta));
    changeUser(engine, dallas, 'kim', 'changed in Dallas');
    writeConference(engine, dallas, atlanta, 'ATL2');
    writeUser(engine, dallas, 'sam', 'of Dallas');
    writeContent(directory.root, dallas, 'ATL1/slides.txt', 'second draft');
    writeContent(directory.root, dallas, 'ATL2/new.txt', 'made in Dallas');
    rmSync(
      `${directory.root}/servers/dal-fs-001.litwareinc.com/LyncShare/1-WebServices-1/CollabContent/ATL1/notes.txt`,
    );
    // The Backup Service of the pool that was left brings nothing old back.
    await engine.backupService.synchronize(atlanta, ['UserServices.PresenceFocus', 'ConfServices.DataConf'], syncRun());
    assert.equal(contentOf(directory.root, dallas)['ATL1/slides.txt'], 'second draft');
    const job = await completed(engine, failBack, pool);
    assert.deepEqual(Object(job.result).Lost, []);
    assert.throws(() => changeUser(engine, dallas, 'kim', 'too late'), { code: 'commit-rejected' });
    changeUser(engine, atlanta, 'robin', 'home again');
    const expected = {
      'ATL1/slides.txt': 'second draft',
      'ATL2/new.txt': 'made in Dallas',
      'DAL1/plan.txt': 'of Dallas',
    };
    assert.deepEqual(contentOf(directory.root, atlanta), expected);
    // At home the content is the home pool's again.
    writeContent(directory.root, atlanta, 'ATL1/slides.txt', 'third draft');
    writeContent(directory.root, atlanta, 'ATL2/new.txt', 'changed at home');
    for (const each of [atlanta, dallas]) await engine.backupService.synchronize(each, [], syncRun());
    assert.deepEqual(rowsOf(engine, dallas, atlanta), rowsOf(engine, atlanta, atlanta));
    assert.match(JSON.stringify(rowsOf(engine, atlanta, atlanta)), /changed in Dallas.*home again.*ATL2/);
    assert.deepEqual(contentOf(directory.root, dallas), contentOf(directory.root, atlanta));
    assert.equal(contentOf(directory.root, dallas)['ATL1/slides.txt'], 'third draft');
    assert.equal(contentOf(directory.root, dallas)['ATL2/new.txt'], 'changed at home');
    for (const each of [atlanta, dallas])
      assert.equal((await engine.backupService.measurePool(each)).OverallExportStatus, 'FinalState');
  });

  for (const cycleBefore of [false, true])
    it(`in disaster mode: the pool is not contacted, and what it had not replicated is counted and named when it returns${cycleBefore ? ', also after a cycle of the Backup Service' : ''}`, async () => {
      await moveManagement();
      changeUser(engine, atlanta, 'lee', 'never replicated');
      changeUser(engine, atlanta, 'new', 'never replicated');
      writeContent(directory.root, atlanta, 'ATL1/late.txt', 'never replicated');
      writeContent(directory.root, atlanta, 'ATL1/slides.txt', 'changed, never replicated');
      await lose();
      await completed(engine, failOver, { ...pool, DisasterMode: true });
      changeUser(engine, dallas, 'kim', 'changed in Dallas');
      await bringBack();
      const { losses } = await planOperation(
        engine,
        { operation: failBack, parameters: pool },
        new AbortController().signal,
      );
      assert.match(losses.join(' '), /1 file of .*ATL1\/slides\.txt/);
      // The Backup Service of Dallas is the first to come by, before anybody fails back.
      if (cycleBefore) await cycleOfDallas();
      assert.throws(() => changeUser(engine, atlanta, 'kim', 'split brain'), { code: 'pool-failed-over' });
      const status = await engine.backupService.measureModule(atlanta, 'UserServices.PresenceFocus');
      assert.deepEqual([status.ExportStatus, status.exportError?.code], ['ErrorState', 'pool-failed-over']);
      assert.match(status.explanation, /2 changed rows/);
      const job = await completed(engine, failBack, pool);
      const { Lost, Kept, Steps } = Object(job.result);
      assert.deepEqual(Lost, ['users sip:lee@litwareinc.com', 'users sip:new@litwareinc.com']);
      assert.equal(contentOf(directory.root, atlanta)['ATL1/slides.txt'], 'first draft');
      assert.deepEqual([Kept.length, Kept[0].Path], [1, `${contentFolder}/ATL1/slides.txt`]);
      assert.equal(readFileSync(Kept[0].KeptAs, 'utf8'), 'changed, never replicated');
      assert.match(Kept[0].KeptAs, /atl-fs-001.*1-BackupService-1\/BackupStore\/Unreplicated\//);
      assert.match(JSON.stringify(Steps), /ATL1\/slides\.txt as /);
      assert.deepEqual(rowsOf(engine, dallas, atlanta), rowsOf(engine, atlanta, atlanta));
      assert.doesNotMatch(JSON.stringify(rowsOf(engine, atlanta, atlanta)), /never replicated/);
      assert.equal(
        contentOf(directory.root, dallas)['ATL1/late.txt'],
        'never replicated',
        'files that only home has are kept',
      );
      await engine.backupService.synchronize(dallas, ['CentralMgmt.CMSMaster'], syncRun());
      for (const each of [atlanta, dallas])
        assert.equal((await engine.backupService.measurePool(each)).OverallExportStatus, 'FinalState');
      // And once more: the second run of the same procedure begins anew.
      changeUser(engine, atlanta, 'kim', 'between the two');
      await completed(engine, failOver, pool);
      assert.equal(engine.pools.stateOf(atlanta), 'FailedOver');
      assert.deepEqual(Object((await completed(engine, failBack, pool)).result).Lost, []);
    });

  it('is closed from both sides while the backup pool is away and the pool that was left returns', async () => {
    await moveManagement();
    await lose();
    await completed(engine, failOver, { ...pool, DisasterMode: true });
    await bringBack();
    for (const server of ['dal-sql-001.litwareinc.com', 'dal-sql-002.litwareinc.com'])
      await engine.lab.fault('stop', server);
    await open(litware);
    assert.throws(() => changeUser(engine, atlanta, 'kim', 'x'), { code: 'pool-failed-over' });
    assert.throws(() => changeUser(engine, dallas, 'kim', 'x'));
  });

  it('that was interrupted while it replicated is called off by the failback, or finished by the same command', async () => {
    await engine.lab.fault('lose', atlanta);
    // What its share lost is not taken for a deletion: the replication stops, and the pool stays closed.
    const job = await run(engine, failOver, pool);
    assert.deepEqual([job.state, job.error?.code], ['failed', 'share-lost-content']);
    assert.match(job.error?.message ?? '', /^Step 2 of 5 .* Step 1 is done/);
    assert.throws(() => changeUser(engine, atlanta, 'kim', 'x'), { code: 'pool-failing-over' });
    for (const server of ['dal-sql-001.litwareinc.com', 'dal-sql-002.litwareinc.com'])
      await engine.lab.fault('stop', server);
    await completed(engine, failBack, pool);
    changeUser(engine, atlanta, 'kim', 'at home');
    await engine.lab.clearFaults();
    await open(litware);
    assert.equal(engine.pools.stateOf(atlanta), 'Normal', 'the backup pool holds an older record');
    await run(engine, failOver, pool);
    await completed(engine, 'Restore-ConferenceContents', pool);
    await completed(engine, failOver, pool);
    assert.equal(engine.pools.stateOf(atlanta), 'FailedOver');
    assert.match(JSON.stringify(rowsOf(engine, dallas, atlanta)), /at home/);
  });

  it('takes the clients along without losing an acknowledged change', async () => {
    const acknowledged: AcknowledgedRow[] = [];
    const controller = new AbortController();
    const person = {
      sipAddress: 'sip:load@litwareinc.com',
      displayName: 'Load',
      pool: atlanta,
      guid: '00000000-0000-4000-8000-000000000001',
    };
    const load = runLoad({
      pool: atlanta,
      backupPool: dallas,
      changes: clientChanges({ people: [person], seed: '7' }),
      commit: (...change) => engine.lab.commit(...change),
      rate: 200,
      signal: controller.signal,
      onAcknowledged: (row) => acknowledged.push(row),
    });
    await completed(engine, failOver, pool);
    const before = acknowledged.length;
    await waitUntil('changes on the backup pool', () => acknowledged.length > before);
    await completed(engine, failBack, pool);
    const after = acknowledged.length;
    await waitUntil('changes at home', () => acknowledged.length > after);
    controller.abort();
    await load;
    const last = new Map(acknowledged.map((row) => [`${row.table} ${JSON.stringify(row.key)}`, row]));
    for (const { table, key, value } of last.values()) {
      const stored = engine.lab.readRow(atlanta, 'rtcxds', table, key);
      if (value === null) assert.equal(stored, undefined);
      else for (const [column, wanted] of Object.entries(value)) assert.equal(stored?.[column], wanted);
    }
  });
});
