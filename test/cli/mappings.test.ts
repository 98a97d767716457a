import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, atlanta, atlantaShare, dallas, type Folder, sampleFolder } from './support.ts';

describe('a share that is mapped to a folder', () => {
  let folder: Folder;
  before(async () => {
    folder = sampleFolder();
    mkdirSync(join(folder.path, 'real share', '1-WebServices-1', 'CollabContent'), { recursive: true });
    writeFileSync(join(folder.path, 'real share', '1-WebServices-1', 'CollabContent', 'plan é.pptx'), 'slides');
    assert.equal((await folder.cli(['init', '--map', `${atlantaShare}=real share`])).status, 0);
  });
  after(() => folder[Symbol.dispose]());

  const share = async (args: readonly string[] = []): Promise<unknown> => {
    const { value } = await folder.json(['status', ...args]);
    return at(value, 'pools', 0, 'share');
  };

  it('is used where it lies, also by commands that do not say so again', async () => {
    assert.equal((await folder.cli(['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta])).status, 0);
    assert.deepEqual(await share(), {
      unc: atlantaShare,
      folder: join(folder.path, 'real share'),
      mapped: true,
      state: 'available',
    });
    const copy = readdirSync(join(folder.data, 'servers', 'dal-fs-001.litwareinc.com'), { recursive: true });
    assert.ok(
      copy.some((name) => String(name).endsWith('plan é.pptx')),
      copy.join('\n'),
    );
  });

  it('is never what a fault deletes', async () => {
    const { status, value } = await folder.json(['fault', 'lose', atlanta]);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'argument-invalid']);
    assert.deepEqual(readdirSync(join(folder.path, 'real share', '1-WebServices-1', 'CollabContent')), ['plan é.pptx']);
  });

  it('is restored when its content is lost', async () => {
    rmSync(join(folder.path, 'real share', '1-WebServices-1', 'CollabContent', 'plan é.pptx'));
    const { status, value } = await folder.json(['Restore-ConferenceContents', '-PoolFqdn', atlanta]);
    assert.equal(status, 0, JSON.stringify(value));
    assert.deepEqual(readdirSync(join(folder.path, 'real share', '1-WebServices-1', 'CollabContent')), ['plan é.pptx']);
  });

  it('is refused to whoever names another folder while an engine runs', async () => {
    mkdirSync(join(folder.path, 'elsewhere'));
    const engine = folder.start(['serve', '--json']);
    await engine.line((line) => line.includes('"serving"'));
    const same = await folder.json(['status', '--map', '//atl-fs-001.litwareinc.com/LyncShare=real share']);
    assert.equal(same.status, 0);
    const { status, value } = await folder.json(['status', '--map', `${atlantaShare}=elsewhere`]);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'engine-different']);
    assert.match(String(at(value, 'error', 'message')), /real share/);
    engine.child.kill('SIGINT');
    await engine.finished;
  });

  it('is said to be missing when the folder has gone', async () => {
    rmSync(join(folder.path, 'real share'), { recursive: true });
    assert.equal(at(await share(), 'state'), 'missing');
    const { status, value } = await folder.json(['Invoke-CsBackupServiceSync', '-PoolFqdn', dallas]);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'share-missing']);
  });

  it('lies in the data directory again after --map none', async () => {
    assert.equal(at(await share(['--map', 'none']), 'mapped'), false);
    assert.equal(at(await share(), 'mapped'), false);
  });
});
