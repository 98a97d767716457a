import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { planOperation, startOperation } from '../../../src/core/operations/run.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  syncRun,
  type TestDirectory,
  testDirectory,
  writeUser,
} from '../engine/testEngine.ts';
import { changeUser, completed, fill, run, writeContent } from '../pools/poolRig.ts';

describe('Backing up a pool whose users are served elsewhere', function () {
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

  const failedOverOnly = { PoolFqdn: atlanta, FullBackup: true, FailedOverPoolOnly: true };

  it('is refused while they are at home', async () => {
    await assert.rejects(run(engine, 'Backup-CsPool', failedOverOnly), { code: 'pool-not-failed-over' });
    await assert.rejects(run(engine, 'Backup-CsPool', { ...failedOverOnly, FullBackup: false, SteadyState: true }), {
      code: 'argument-invalid',
      object: '-FailedOverPoolOnly',
    });
  });

  it('begins as soon as the state is reached, not only at the next look; the report says when it looked', async () => {
    writeUser(engine, atlanta, 'late');
    const Report = join(directory.root, 'report.html');
    const parameters = {
      PoolFqdn: atlanta,
      FullBackup: true,
      WaitTime: '10:00:00',
      RetryCount: 2,
      LocalStore: true,
      Report,
    };
    const job = await startOperation(
      engine,
      { operation: 'Backup-CsPool', parameters },
      { ...quietRun, onVerbose: () => {} },
    );
    await waitUntil('the backup waits', () => engine.jobs.get(job.id).progress?.phase.startsWith('waiting'));
    await engine.backupService.synchronize(atlanta, [], syncRun());
    const ended = await job.ended;
    assert.equal(ended.state, 'completed', ended.error?.message);
    const page = readFileSync(Report, 'utf8');
    assert.match(page, /UserServices\.PresenceFocus: SteadyState/);
    assert.match(page, /UserServices\.PresenceFocus: FinalState/);
    assert.match(page, /<td>users<\/td><td>4<\/td>/);
  });

  describe('after the failover', () => {
    before(async () => {
      await completed(engine, 'Invoke-CsPoolFailOver', { PoolFqdn: atlanta, Force: true });
    });

    const refused: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
      ['Debug-CsInterPoolReplication', { PoolFqdn: atlanta, ResyncSignatureMismatchItems: true }],
      ['Backup-CsPool', { PoolFqdn: atlanta, SteadyState: true }],
      ['Restore-PoolBackupPackage', { PoolFqdn: atlanta, Package: 'any' }],
    ];
    for (const [operation, parameters] of refused) {
      it(`takes nothing from its own stores for the truth: ${operation}`, async () => {
        const plan = await planOperation(engine, { operation, parameters }, quietRun.signal);
        const found = plan.preconditions.find(({ met }) => !met);
        assert.deepEqual([found?.refusal?.code, found?.refusal?.object], ['pool-failed-over', atlanta]);
      });
    }

    it('packs what they have on the backup pool, rows and content, and nothing of the backup pool itself', async () => {
      changeUser(engine, dallas, 'kim', 'Kim Akers');
      writeContent(directory.root, dallas, 'ATL1/slides.txt', 'written on Dallas');
      writeContent(directory.root, dallas, 'ATL1/new.txt', 'new on Dallas');
      const { result } = await completed(engine, 'Backup-CsPool', failedOverOnly);
      assert.ok(typeof result === 'object' && result !== null && 'Folder' in result);
      const folder = String(result.Folder);
      assert.ok(folder.includes(join('dal-fs-001.litwareinc.com', 'LyncShare')), folder);
      const users = readFileSync(join(folder, 'rows/rtcxds.users.jsonl'), 'utf8');
      assert.match(users, /Kim Akers/);
      assert.doesNotMatch(users, /sip:sam@/);
      const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
      const content = files.map(({ path }: { path: string }) => path.split('/').slice(-2).join('/')).sort();
      assert.deepEqual(content, ['ATL1/new.txt', 'ATL1/notes.txt', 'ATL1/slides.txt']);
      const slides = files.find(({ path }: { path: string }) => path.endsWith('slides.txt'));
      assert.equal(readFileSync(join(folder, 'content', slides.path), 'utf8'), 'written on Dallas');
    });
  });
});
