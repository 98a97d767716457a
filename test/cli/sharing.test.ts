import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../support/waitUntil.ts';
import { at, atlanta, dallas, type Folder, type Running, sampleFolder, smallSeed } from './support.ts';

/** Long enough to be met while it runs, and cancelled before it has written much. */
const longSeed = [
  'seed',
  '--users',
  '4',
  '--conferences',
  '4',
  '--content-files',
  '4000',
  '--content-bytes',
  '4000000000',
];

/** Several commands on one data directory at once. */
describe('commands that share a data directory', () => {
  let folder: Folder;
  let served: Running | undefined;

  const serve = async (): Promise<Running> => {
    const running = folder.start(['serve', '--json']);
    served = running;
    const line: unknown = JSON.parse(await running.line((text) => text.includes('"serving"')));
    assert.equal(at(line, 'dataDirectory'), folder.data);
    return running;
  };

  before(async () => {
    folder = sampleFolder();
    assert.equal((await folder.cli(['init', '--quiet'])).status, 0);
    assert.equal((await folder.cli(['seed', ...smallSeed, '--quiet'])).status, 0);
    assert.equal((await folder.cli(['Set-CsBackupServiceConfiguration', '-SyncInterval', '03:00:00'])).status, 0);
  });
  afterEach(() => {
    served?.child.kill('SIGKILL');
    served = undefined;
  });
  after(() => folder[Symbol.dispose]());

  it('are seen by the one that serves, and by each other', async () => {
    const engine = await serve();
    const seen = engine.line((line) => line.includes('"completed"') && line.includes(`of ${dallas}`));
    const started = await folder.json(['Invoke-CsBackupServiceSync', '-PoolFqdn', dallas]);
    assert.equal(started.status, 0);
    const id = String(at(started.value, 'id'));
    assert.equal(at(started.value, 'operation'), 'Invoke-CsBackupServiceSync');
    await seen;
    assert.equal(at((await folder.json(['jobs', 'show', id])).value, 'state'), 'completed');
    const waited = await folder.json(['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta, '-Wait']);
    assert.equal(at(waited.value, 'BackupModules', 0, 'Identity'), 'UserServices.PresenceFocus');
  });

  it('runs cycles by itself in serve, and only there', async () => {
    const alone = await folder.json(['status']);
    assert.equal(at(alone.value, 'backgroundCycles', 'running'), false);
    await serve();
    const attached = await folder.json(['status']);
    assert.equal(at(attached.value, 'backgroundCycles', 'running'), true);
  });

  it('refuses a second serve', async () => {
    await serve();
    const { status, value } = await folder.json(['serve']);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'lease-held']);
    const hasty = await folder.cli(['serve', '--partner-timeout', '2s']);
    assert.deepEqual([hasty.status, /below 10 s is discouraged/.test(hasty.err)], [2, true]);
    assert.equal((await folder.cli(['serve', '--partner-timeout', 'soon'])).status, 64);
  });

  it('refuses a conflicting operation with the name of the one that runs, which can be cancelled', async () => {
    const engine = await serve();
    const running = engine.line((line) => line.includes('"seed"') && line.includes('"running"'));
    const seeding = folder.start([...longSeed, '--json']);
    const job: unknown = JSON.parse(await running);
    const id = String(at(job, 'id'));
    const refused = await folder.json(['init']);
    assert.equal(refused.status, 2, JSON.stringify(refused.value));
    assert.equal(at(refused.value, 'error', 'code'), 'lease-held');
    assert.ok(String(at(refused.value, 'error', 'message')).includes(id), JSON.stringify(refused.value));
    const cancelled = await folder.json(['jobs', 'cancel', id]);
    assert.equal(at(cancelled.value, 'state'), 'cancelled');
    const { status, out } = await seeding.finished;
    assert.equal(status, 1);
    assert.equal(at(JSON.parse(out), 'error', 'code'), 'cancelled');
  });

  it('cancels its work calmly when it is interrupted', async () => {
    const engine = await serve();
    const running = engine.line((line) => line.includes('"seed"') && line.includes('"running"'));
    const seeding = folder.start([...longSeed, '--json']);
    const id = String(at(JSON.parse(await running), 'id'));
    seeding.child.kill('SIGINT');
    const { status, out } = await seeding.finished;
    assert.equal(status, 1, out);
    assert.equal(at(JSON.parse(out), 'error', 'kind'), 'cancelled');
    assert.equal(at((await folder.json(['jobs', 'show', id])).value, 'state'), 'cancelled');
  });

  it('takes over when the owner is killed, and takes up its job', async () => {
    const engine = await serve();
    const running = engine.line((line) => line.includes('"running"') && line.includes(`of ${dallas}`));
    const asking = folder.start(['Invoke-CsBackupServiceSync', '-PoolFqdn', dallas, '-Wait', '--json']);
    const id = String(at(JSON.parse(await running), 'id'));
    engine.child.kill('SIGKILL');
    // The command that waited becomes the engine, resumes the job and waits for its end.
    const { status, out, err } = await asking.finished;
    assert.equal(status, 0, err);
    assert.equal(at(JSON.parse(out), 'PoolFqdn'), dallas);
    const job = await folder.json(['jobs', 'show', id]);
    assert.equal(at(job.value, 'state'), 'completed');
  });

  it('gives every one of several commands that begin at once its answer', async () => {
    const args = ['Get-CsBackupServiceStatus', '-PoolFqdn', atlanta];
    const answers = await Promise.all(Array.from({ length: 4 }, () => folder.json(args)));
    for (const { status, value } of answers) {
      assert.equal(status, 0, JSON.stringify(value));
      assert.deepEqual(at(value, 'BackupModules', 0, 'Identity'), 'UserServices.PresenceFocus');
    }
  });

  it('ends serve with status 0 when it is interrupted, and leaves nothing to reach', async () => {
    const engine = await serve();
    engine.child.kill('SIGINT');
    assert.equal((await engine.finished).status, 0);
    assert.throws(() => readFileSync(join(folder.data, 'owner.json')), { code: 'ENOENT' });
  });

  it('ends serve with a message when its data directory is taken away', async () => {
    const engine = await serve();
    renameSync(folder.data, `${folder.data}-away`);
    const { status, out } = await engine.finished;
    renameSync(`${folder.data}-away`, folder.data);
    assert.equal(status, 1);
    assert.match(out, /"code":"data-directory-missing"/);
  });

  it('refuses to attach with another topology than the engine has', async () => {
    await serve();
    const file = join(folder.path, 'litware.topology.yaml');
    const text = readFileSync(file, 'utf8');
    const other = join(folder.path, 'other.yaml');
    writeFileSync(other, text);
    const differs = await folder.json(['status', '--topology', 'other.yaml', '--data', folder.data]);
    assert.deepEqual([differs.status, at(differs.value, 'error', 'code')], [2, 'engine-different']);
    writeFileSync(file, text.replace('syncInterval: 00:02:00', 'syncInterval: 00:03:00'));
    const changed = await folder.json(['status']);
    assert.deepEqual([changed.status, at(changed.value, 'error', 'code')], [2, 'engine-different']);
    const plan = await folder.json(['Publish-CsTopology', '-FileName', 'litware.topology.yaml', '-WhatIf']);
    assert.equal(at(plan.value, 'steps', 0, 'title'), 'The initial value of syncInterval is 180000');
    const foreign = await folder.json(['Publish-CsTopology', '-FileName', 'other.yaml']);
    assert.deepEqual([foreign.status, at(foreign.value, 'error', 'code')], [2, 'engine-different']);
    assert.equal((await folder.json(['Publish-CsTopology'])).status, 0);
    assert.equal((await folder.json(['status'])).status, 0);
    writeFileSync(file, text);
    assert.equal((await folder.json(['Publish-CsTopology'])).status, 0);
    writeFileSync(file, `${text}\n# a comment changes nothing\n`);
    assert.equal((await folder.json(['status'])).status, 0);
    rmSync(other);
  });

  it('has ended every process that it started', async () => {
    await waitUntil('nobody owns the data directory', async () => {
      const { value } = await folder.json(['status']);
      return at(value, 'backgroundCycles', 'running') === false;
    });
  });
});
