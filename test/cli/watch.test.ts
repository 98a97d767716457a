import assert from 'node:assert/strict';
import { at, atlanta, dallas, type Folder, sampleFolder, smallSeed } from './support.ts';

function lines(out: string): readonly unknown[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('lync-topology watch', () => {
  let folder: Folder;
  before(async () => {
    folder = sampleFolder();
    assert.equal((await folder.cli(['init'])).status, 0);
    assert.equal((await folder.cli(['seed', ...smallSeed])).status, 0);
  });
  after(() => folder[Symbol.dispose]());

  it('times out with status 2 where nothing runs a cycle, and says so', async () => {
    const { status, out, err } = await folder.cli(['watch', '-PoolFqdn', atlanta, '-Timeout', '1s', '--json']);
    assert.equal(status, 2);
    const all = lines(out);
    assert.equal(at(all[0], 'BackupModules', 0, 'ExportStatus'), 'NotInitialized');
    assert.equal(at(all.at(-1), 'error', 'code'), 'timed-out');
    assert.match(err, /lync-topology serve/);
  });

  it('waits for a sync that was asked for, and ends when the pool is steady', async () => {
    const engine = folder.start(['serve', '--json']);
    await engine.line((line) => line.includes('"serving"'));
    assert.equal((await folder.cli(['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta])).status, 0);
    const { status, out } = await folder.cli(['watch', '-PoolFqdn', atlanta, '-Until', 'FinalState', '--json']);
    assert.equal(status, 0, out);
    const last = lines(out).at(-1);
    assert.equal(at(last, 'Outcome'), 'Reached');
    assert.deepEqual(
      [0, 1, 2].map((index) => at(last, 'BackupModules', index, 'ExportStatus')),
      ['FinalState', 'FinalState', 'FinalState'],
    );
    engine.child.kill('SIGINT');
    assert.equal((await engine.finished).status, 0);
  });

  it('leaves out the module that never exports on the pool', async () => {
    assert.equal((await folder.cli(['Invoke-CsBackupServiceSync', '-PoolFqdn', dallas])).status, 0);
    const { status, out } = await folder.cli(['watch', '-PoolFqdn', dallas]);
    assert.equal(status, 0, out);
    assert.match(out, /has reached Steady State/);
    assert.doesNotMatch(out, /CMSMaster/);
    const refused = await folder.json(['watch', '-PoolFqdn', dallas, '-BackupModule', 'CMSMaster']);
    assert.equal(refused.status, 2);
  });

  it('fails with status 1 on an error state, naming the cause', async () => {
    assert.equal((await folder.cli(['fault', 'lose', atlanta])).status, 0);
    const { status, out } = await folder.cli(['watch', '-PoolFqdn', atlanta, '-BackupModule', 'DataConf', '--json']);
    assert.equal(status, 1);
    const error = at(lines(out).at(-1), 'error');
    assert.equal(at(error, 'code'), 'share-lost-content');
    assert.match(String(at(error, 'message')), /atl-fs-001/);
  });

  for (const [args, code, expected] of [
    [['-PoolFqdn', 'nix.litwareinc.com'], 'pool-unknown', 2],
    [['-PoolFqdn', atlanta, '-BackupModule', 'Nix'], 'module-unknown', 2],
    [['-PoolFqdn', atlanta, '-Until', 'Never'], 'argument-invalid', 64],
    [['-PoolFqdn', atlanta, '-Timeout', 'soon'], 'argument-invalid', 64],
    [[], 'argument-missing', 64],
  ] as const) {
    it(`refuses "${args.join(' ')}"`, async () => {
      const { status, out } = await folder.cli(['watch', ...args, '--json']);
      assert.deepEqual([status, at(JSON.parse(out), 'error', 'code')], [expected, code]);
    });
  }
});
