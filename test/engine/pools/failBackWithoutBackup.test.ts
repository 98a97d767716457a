import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { contentFolder } from '../../../src/core/lab/names.ts';
import { atlanta, dallas, syncRun, type TestDirectory, writeUser } from '../engine/testEngine.ts';
import {
  changeUser,
  completed,
  contentOf,
  fill,
  type Prepared,
  prepared,
  resume,
  rowsOf,
  run,
  writeConference,
  writeContent,
} from './poolRig.ts';

const failBack = 'Invoke-CsPoolFailBack';
const withoutBackup = { PoolFqdn: atlanta, DisasterMode: true };
const rowsModule = 'UserServices.PresenceFocus';
const dallasServers = ['dal-sql-001', 'dal-sql-002', 'dal-fs-001', 'dal-cs-001'].map(
  (name) => `${name}.litwareinc.com`,
);

describe('The failback of a pool whose backup pool is lost', function () {
  this.timeout(60_000);
  let template: Prepared;
  let directory: TestDirectory;
  let engine: Engine;

  before(async () => {
    // Atlanta is failed over; Dallas has carried home what it did at first, and then did more.
    template = await prepared(async (made, root) => {
      await fill(made, root);
      await completed(made, 'Invoke-CsPoolFailOver', { PoolFqdn: atlanta });
      changeUser(made, dallas, 'robin', 'carried home');
      await made.backupService.synchronize(dallas, [], syncRun());
      changeUser(made, dallas, 'kim', 'changed in Dallas');
      writeUser(made, dallas, 'sam', 'of Dallas');
      writeConference(made, dallas, atlanta, 'ATL2');
      writeContent(root, dallas, 'ATL1/slides.txt', 'second draft');
      writeContent(root, dallas, 'ATL2/new.txt', 'made in Dallas');
    });
  });
  after(() => template[Symbol.dispose]());
  beforeEach(async () => {
    directory = template.copy();
    engine = await directory.open({ resume });
    for (const server of dallasServers) await engine.lab.fault('stop', server);
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  it('serves its users at home at once; what was done on the backup pool is named and replaced when that returns', async () => {
    const job = await completed(engine, failBack, withoutBackup);
    assert.equal(Object(job.result).Lost, null);
    assert.equal(engine.pools.stateOf(atlanta), 'Normal');
    changeUser(engine, atlanta, 'kim', 'at home again');
    assert.match(JSON.stringify(rowsOf(engine, atlanta, atlanta)), /carried home/);
    await engine.lab.clearFaults();
    assert.throws(() => changeUser(engine, dallas, 'kim', 'split brain'), { code: 'commit-rejected' });
    const status = await engine.backupService.measureModule(atlanta, rowsModule);
    assert.deepEqual([status.ExportStatus, /left behind/.test(status.explanation)], ['ErrorState', true]);
    await assert.rejects(run(engine, 'Invoke-CsPoolFailOver', { PoolFqdn: atlanta }), { code: 'sync-failed' });
    // Whichever direction comes by first.
    await engine.backupService.synchronize(dallas, [], syncRun());
    const lines: string[] = [];
    await engine.backupService.synchronize(atlanta, [], syncRun({ log: (line) => lines.push(line) }));
    const lost = ['users sip:kim@litwareinc.com', 'conferences ATL2'];
    assert.deepEqual(engine.pools.lossesOf(atlanta)?.rows, lost);
    const named = engine.audit.list(20).find(({ detail }) => detail?.includes(lost.join(', ')));
    assert.equal(named?.operation, failBack);
    const [kept] = engine.pools.kept.of(dallas);
    assert.equal(kept?.path, `${contentFolder}/ATL1/slides.txt`);
    assert.equal(readFileSync(kept.keptAs, 'utf8'), 'second draft');
    assert.match(
      lines.join('\n'),
      /ATL1\/slides\.txt had been changed and never replicated; it is kept as .*dal-fs-001/,
    );
    for (const home of [atlanta, dallas])
      assert.deepEqual(rowsOf(engine, atlanta, home), rowsOf(engine, dallas, home), `rows of ${home}`);
    assert.doesNotMatch(JSON.stringify(rowsOf(engine, atlanta, atlanta)), /changed in Dallas|ATL2/);
    assert.match(JSON.stringify(rowsOf(engine, atlanta, dallas)), /of Dallas/);
    const content = contentOf(directory.root, atlanta);
    assert.deepEqual(content, contentOf(directory.root, dallas));
    assert.deepEqual([content['ATL1/slides.txt'], content['ATL2/new.txt']], ['first draft', 'made in Dallas']);
    for (const each of [atlanta, dallas])
      assert.equal((await engine.backupService.measurePool(each)).OverallExportStatus, 'FinalState');
    await completed(engine, 'Invoke-CsPoolFailOver', { PoolFqdn: atlanta });
  });

  it('can be followed by the failover of the lost backup pool itself', async () => {
    await completed(engine, failBack, withoutBackup);
    await completed(engine, 'Invoke-CsPoolFailOver', { PoolFqdn: dallas, DisasterMode: true });
    changeUser(engine, atlanta, 'kim', 'at home again');
    await engine.lab.clearFaults();
    const back = await completed(engine, failBack, { PoolFqdn: dallas });
    assert.deepEqual(Object(back.result).Lost, ['users sip:sam@litwareinc.com']);
    assert.deepEqual(engine.pools.lossesOf(atlanta)?.rows, ['users sip:kim@litwareinc.com', 'conferences ATL2']);
    for (const home of [atlanta, dallas])
      assert.deepEqual(rowsOf(engine, atlanta, home), rowsOf(engine, dallas, home), `rows of ${home}`);
  });

  it('is refused by its verification when the pool itself is not what it was, and done with -SkipDataVerification', async () => {
    const slides = join(
      directory.root,
      'servers/atl-fs-001.litwareinc.com/LyncShare',
      contentFolder,
      'ATL1/slides.txt',
    );
    renameSync(slides, `${slides}.away`);
    const stopped = await run(engine, failBack, withoutBackup);
    assert.deepEqual([stopped.state, stopped.error?.code], ['failed', 'share-lost-content']);
    assert.equal(engine.pools.stateOf(atlanta), 'FailedOver');
    renameSync(`${slides}.away`, slides);
    await engine[Symbol.asyncDispose]();
    for (const server of ['atl-sql-001', 'atl-sql-002'])
      rmSync(join(directory.root, `servers/${server}.litwareinc.com/RTC`), { recursive: true });
    engine = await directory.open({ resume });
    await engine.lab.clearFaults();
    await engine.lab.initialize({ signal: new AbortController().signal, onProgress: () => {} });
    const anew = await run(engine, failBack, withoutBackup);
    assert.deepEqual([anew.state, anew.error?.code], ['failed', 'database-lost-content']);
    assert.equal(engine.pools.stateOf(atlanta), 'FailedOver');
    await completed(engine, failBack, { ...withoutBackup, SkipDataVerification: true });
    assert.equal(engine.pools.stateOf(atlanta), 'Normal');
  });

  it('calls off a failover that was interrupted, and ends a failback that was', async () => {
    await engine.lab.clearFaults();
    engine.pools.enter(atlanta, 'FailingBack');
    for (const server of dallasServers) await engine.lab.fault('stop', server);
    await completed(engine, failBack, withoutBackup);
    assert.equal(engine.pools.stateOf(atlanta), 'Normal');
    engine.pools.enter(dallas, 'Normal');
  });
});
