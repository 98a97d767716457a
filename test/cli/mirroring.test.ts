import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './inProcess.ts';
import { at, atlanta, type Folder, sampleFolder } from './support.ts';

const server = 'atl-sql-001.litwareinc.com';
const selection = ['-DatabaseType', 'User', '-SqlServerFqdn', server];

/** One story on one deployment: the steps build on each other. */
describe('mirroring on the command line', () => {
  let folder: Folder;
  before(async () => {
    folder = sampleFolder();
    assert.equal((await run('init', '--quiet')).status, 0);
  });
  after(() => folder[Symbol.dispose]());

  async function run(...words: readonly string[]): Promise<{ readonly status: number; readonly value: unknown }> {
    const topology = join(folder.path, 'litware.topology.yaml');
    const { out, status } = await say([...words, '--topology', topology, '--json']);
    return { status, value: out === '' ? undefined : JSON.parse(out) };
  }
  const state = async (): Promise<unknown> =>
    (await run('Get-CsDatabaseMirrorState', '-PoolFqdn', atlanta, '-DatabaseType', 'User')).value;

  it('is removed, with a page that says so, and the state has no mirror any more', async () => {
    const page = join(folder.path, 'removed.html');
    const removed = await run('Uninstall-CsMirrorDatabase', ...selection, '-Report', page);
    assert.equal(removed.status, 0, JSON.stringify(removed.value));
    assert.equal(at(removed.value, 2, 'DatabaseName'), 'rtcab');
    assert.match(readFileSync(page, 'utf8'), /<td>rtcab<\/td>/);
    assert.equal(at(await state(), 0, 'StateOnMirror'), 'DatabaseInaccessibleOrMirroringNotEnabled');
    assert.equal(at(await state(), 0, 'MirroringStatusOnPrimary'), '');
    const again = await run('Uninstall-CsMirrorDatabase', ...selection);
    assert.deepEqual([again.status, at(again.value, 'error', 'code')], [2, 'database-not-mirrored']);
  });

  it('is set up again over the share, in place of what the mirror has left', async () => {
    const share = ['-FileShare', '\\\\atl-fs-001.litwareinc.com\\LyncShare'];
    const refused = await run('Install-CsMirrorDatabase', ...selection, ...share);
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'database-exists']);
    const installed = await run('Install-CsMirrorDatabase', ...selection, ...share, '-DropExistingDatabasesOnMirror');
    assert.equal(installed.status, 0, JSON.stringify(installed.value));
    assert.deepEqual(
      [at(installed.value, 0, 'Begun'), at(installed.value, 0, 'MirroringStatus')],
      [true, 'synchronized'],
    );
  });

  it('lets commits go without the mirror, and waits for it again', async () => {
    const safety = ['set-mirror-safety', '-PoolFqdn', atlanta, '-DatabaseType', 'User', '-Safety'];
    const off = await run(...safety, 'off');
    assert.deepEqual([at(off.value, 0, 'Safety'), at(off.value, 0, 'MirroringStatus')], ['OFF', 'synchronizing']);
    const full = await run(...safety, 'full');
    assert.deepEqual([at(full.value, 0, 'Safety'), at(full.value, 0, 'MirroringStatus')], ['FULL', 'synchronized']);
  });
});
