import assert from 'node:assert/strict';
import { say } from './inProcess.ts';
import { at, atlanta, type Folder, sampleFolder, smallSeed } from './support.ts';

const failover = ['Invoke-CsDatabaseFailover', '-PoolFqdn', atlanta, '-DatabaseType', 'CentralMgmt'];

describe('the command line at a terminal', () => {
  let folder: Folder;
  let options: readonly string[];
  before(async () => {
    folder = sampleFolder();
    options = ['--topology', `${folder.path}/litware.topology.yaml`];
    assert.equal((await say(['init', ...options])).status, 0);
  });
  after(() => folder[Symbol.dispose]());

  const principal = async (): Promise<unknown> => {
    const { out } = await say([
      'Get-CsDatabaseMirrorState',
      '-PoolFqdn',
      atlanta,
      '-DatabaseType',
      'cms',
      '--json',
      ...options,
    ]);
    return at(JSON.parse(out), 0, 'StateOnPrimary');
  };

  it('shows the plan and asks with the verb before a failover, and does nothing when the answer is no', async () => {
    for (const answer of ['', 'n', 'yesterday']) {
      const { status, err, questions } = await say([...failover, '-NewPrincipal', 'mirror', ...options], answer);
      assert.equal(status, 2);
      assert.match(err, /Preconditions.*Steps.*PowerShell/s);
      assert.deepEqual(questions, ['\nFail over to atl-sql-002.litwareinc.com? [y/N] ']);
      assert.match(err.replaceAll('\n', ' '), /you did not confirm it/);
    }
    assert.equal(await principal(), 'Principal');
  });

  it('does it when the answer is yes, with progress', async () => {
    const { status, out, live } = await say([...failover, '-NewPrincipal', 'mirror', ...options], 'y');
    assert.equal(status, 0);
    assert.match(out, /^xds +atl-sql-001\S+ +atl-sql-002\S+/m);
    assert.ok(
      live.some((line) => /Failing over .* [01] of 2 databases/.test(line)),
      live.join('\n'),
    );
    assert.equal(await principal(), 'Mirror');
  });

  it('does not ask with -Confirm:$false, nor where the plan says that it cannot run', async () => {
    const back = [...failover, '-NewPrincipal', 'primary'];
    const done = await say([...back, '-Confirm:$false', ...options], 'n');
    assert.deepEqual([done.status, done.questions], [0, []]);
    const again = await say([...back, ...options], 'y');
    assert.deepEqual([again.status, again.questions], [2, []]);
  });

  it('asks before anything else only when -Confirm demands it', async () => {
    const set = ['Set-CsBackupServiceConfiguration', '-SyncInterval', '00:00:10', ...options];
    const declined = await say([...set, '-Confirm'], 'n');
    assert.deepEqual([declined.status, declined.questions.length], [2, 1]);
    const { out } = await say(['Get-CsBackupServiceConfiguration', '--json', ...options]);
    assert.equal(at(JSON.parse(out), 'SyncInterval'), '00:02:00');
    const done = await say(set, 'n');
    assert.deepEqual([done.status, done.questions], [0, []]);
  });

  it('shows progress while it works, and none with --quiet', async () => {
    // Enough work that something is left to be shown on a quick machine.
    const seeding = await say(['seed', '--users', '4000', '--content-files', '500', ...options], '');
    assert.ok(
      seeding.live.some((line) => line.includes('%')),
      seeding.live.join('\n'),
    );
    const quiet = await say(['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta, '--quiet', ...options], '');
    assert.deepEqual([quiet.status, quiet.live], [0, []]);
  });
});

describe('the command line in a pipe', () => {
  let folder: Folder;
  before(async () => {
    folder = sampleFolder();
    assert.equal((await folder.cli(['init'])).status, 0);
  });
  after(() => folder[Symbol.dispose]());

  it('ends calmly when nobody reads on', async () => {
    const reading = folder.start(['serve', '--json']);
    await reading.line((line) => line.includes('"serving"'));
    reading.child.stdout?.destroy();
    // Something to be told of, so that the closed pipe is noticed.
    assert.equal((await folder.cli(['seed', ...smallSeed])).status, 0);
    const { status, err } = await reading.finished;
    assert.deepEqual([status, err], [0, '']);
  });

  it('is a language server for other editors', async () => {
    const request = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    };
    const messages = [request, { jsonrpc: '2.0', id: 2, method: 'shutdown' }, { jsonrpc: '2.0', method: 'exit' }];
    const input = messages
      .map((message) => JSON.stringify(message))
      .map((text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
      .join('');
    const server = folder.start(['language-server', '--stdio'], null);
    server.child.stdin?.write(input);
    const { status, out } = await server.finished;
    assert.equal(status, 0);
    assert.match(out, /"id":1,"result":\{.*"capabilities":/);
  });
});
