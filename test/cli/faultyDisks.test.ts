import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, atlanta, type Folder, sampleFolder } from './support.ts';

const share = ['servers', 'dal-fs-001.litwareinc.com', 'LyncShare'];

describe('the command line on disks that fail', () => {
  let folder: Folder;
  let mounted: string | undefined;
  before(() => {
    folder = sampleFolder();
  });
  after(() => {
    if (mounted !== undefined) spawnSync('umount', ['-l', mounted]);
    folder[Symbol.dispose]();
  });

  it('says that a share is not a folder that can be read, and changes nothing', async () => {
    assert.equal((await folder.cli(['init'])).status, 0);
    const path = join(folder.data, ...share);
    renameSync(path, `${path}.aside`);
    writeFileSync(path, 'not a folder');
    const { status, value } = await folder.json(['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta]);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'share-unreadable']);
    assert.match(String(at(value, 'error', 'message')), /dal-fs-001/);
    rmSync(path);
    renameSync(`${path}.aside`, path);
    assert.equal((await folder.cli(['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta])).status, 0);
  });

  it('names the full disk, ends, and does the rest when there is room (needs the right to mount a tmpfs)', async function () {
    const tiny = join(folder.path, 'tiny');
    mkdirSync(tiny);
    const mount = process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', tiny]);
    if (mount === false || mount.status !== 0) this.skip();
    mounted = tiny;
    const data = ['--data', tiny];
    assert.equal((await folder.cli(['init', ...data])).status, 0);
    const seed = ['seed', '--users', '20', '--content-files', '200', ...data];
    const { status, value } = await folder.json([...seed, '--content-bytes', '20000000']);
    assert.equal(status, 1, JSON.stringify(value));
    assert.equal(at(value, 'error', 'code'), 'disk-full');
    assert.ok(String(at(value, 'error', 'remedy')).length > 0);
    assert.equal(spawnSync('mount', ['-o', 'remount,size=200m', tiny]).status, 0);
    // That the job had failed could not be stored either, so the next engine takes it up, and ends when it has ended.
    assert.equal((await folder.cli(['status', ...data])).status, 0);
    const job = await folder.json(['jobs', 'show', '2', ...data]);
    assert.equal(at(job.value, 'state'), 'completed', JSON.stringify(job.value));
  });
});
