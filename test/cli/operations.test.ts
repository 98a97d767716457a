import assert from 'node:assert/strict';
import { cpSync, globSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at, atlanta, atlantaShare, dallas, type Folder, sampleFolder, smallSeed } from './support.ts';

const content = '1-WebServices-1';

/** Every file below a folder with its bytes and time. */
function tree(folder: string): Readonly<Record<string, string>> {
  const files = globSync('**/*', { cwd: folder }).filter((name) => lstatSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [
      name,
      `${lstatSync(join(folder, name)).mtimeMs} ${readFileSync(join(folder, name)).toString('base64')}`,
    ]),
  );
}

/** One story on one deployment: the steps build on each other. */
describe('the operations on the command line', () => {
  let folder: Folder;
  before(() => {
    folder = sampleFolder();
  });
  after(() => folder[Symbol.dispose]());

  const state = async (type = 'User'): Promise<unknown> =>
    (await folder.json(['Get-CsDatabaseMirrorState', '-PoolFqdn', atlanta, '-DatabaseType', type])).value;

  it('refuse before there is a data directory, and create nothing', async () => {
    const { status, value } = await folder.json(['Get-CsBackupServiceStatus', '-PoolFqdn', atlanta]);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'data-directory-missing']);
    assert.deepEqual(globSync('.lync', { cwd: folder.path }), []);
  });

  it('init creates it, and a second time keeps what is there', async () => {
    const first = await folder.json(['init']);
    assert.equal(first.status, 0);
    assert.equal(at(first.value, 'created', 'databases'), 20);
    const second = await folder.json(['init']);
    assert.equal(at(second.value, 'created', 'databases'), 0);
    assert.equal(at(second.value, 'kept', 'databases'), 20);
  });

  it('seed fills it', async () => {
    const { status, value } = await folder.json(['seed', ...smallSeed]);
    assert.equal(status, 0);
    assert.equal(Number(at(value, 'pools', 0, 'users')) + Number(at(value, 'pools', 1, 'users')), 40);
  });

  it('Get-CsBackupServiceStatus has the properties of the documentation and is measured', async () => {
    const { status, value } = await folder.json(['get-CSbackupservicestatus', '-pool', atlanta.toUpperCase()]);
    assert.equal(status, 0);
    assert.equal(at(value, 'PoolFqdn'), atlanta);
    assert.equal(at(value, 'OverallExportStatus'), 'NotInitialized');
    assert.equal(at(value, 'ActiveMachineFqdn'), 'atl-fe-001.litwareinc.com');
    assert.equal(at(value, 'BackupModules', 0, 'Identity'), 'UserServices.PresenceFocus');
    assert.equal(at(value, 'BackupModules', 0, 'ImportStatus'), 'NormalState');
    assert.ok(Number(at(value, 'BackupModules', 1, 'Backlog', 'items')) > 0);
    assert.ok(String(at(value, 'BackupModules', 1, 'Explanation')).length > 0);
  });

  it('-WhatIf and plan show the same plan and change nothing', async () => {
    const before = await folder.json(['status']);
    const args = ['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta, '-BackupModule', 'dataconf'];
    const whatIf = await folder.json([...args, '-WhatIf']);
    const plan = await folder.json(['plan', ...args]);
    assert.deepEqual(whatIf.value, plan.value);
    assert.equal(at(plan.value, 'ready'), true);
    assert.equal(
      at(plan.value, 'powershell'),
      `Invoke-CsBackupServiceSync -PoolFqdn '${atlanta}' -BackupModule 'ConfServices.DataConf'`,
    );
    const after = await folder.json(['status']);
    assert.deepEqual(at(after.value, 'pools'), at(before.value, 'pools'));
    assert.deepEqual(at(after.value, 'jobs'), at(before.value, 'jobs'));
  });

  it('Invoke-CsBackupServiceSync takes its pools from standard input and brings both to the final state', async () => {
    const { status, value } = await folder.json(['Invoke-CsBackupServiceSync'], `${atlanta}\n\n${dallas}\n`);
    assert.equal(status, 0);
    assert.deepEqual([at(value, 0, 'PoolFqdn'), at(value, 1, 'PoolFqdn')], [atlanta, dallas]);
    for (const pool of [atlanta, dallas]) {
      const measured = await folder.json(['Get-CsBackupServiceStatus', '-PoolFqdn', pool, '-Category', 'UserData']);
      assert.equal(at(measured.value, 'BackupModules', 0, 'ExportStatus'), 'FinalState');
      assert.equal(at(measured.value, 'BackupModules', 1, 'ExportStatus'), 'FinalState');
      assert.equal(at(measured.value, 'BackupModules', 'length'), 2);
    }
  });

  it('Restore-ConferenceContents brings back what the pool lost, to the byte and the time', async () => {
    const share = join(folder.data, 'servers', 'atl-fs-001.litwareinc.com', 'LyncShare', content);
    const before = tree(share);
    assert.ok(Object.keys(before).length > 30);
    assert.equal((await folder.cli(['fault', 'lose', atlanta])).status, 0);
    assert.deepEqual(tree(share), {});
    const refused = await folder.json([
      'Invoke-CsBackupServiceSync',
      '-PoolFqdn',
      atlanta,
      '-BackupModule',
      'DataConf',
    ]);
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'share-lost-content']);
    const { status, value } = await folder.json(['Restore-ConferenceContents', '-PoolFqdn', atlanta]);
    assert.equal(status, 0, JSON.stringify(value));
    assert.equal(at(value, 'RestoredFrom'), dallas);
    assert.ok(Number(at(value, 'Restored', 'items')) > 0);
    assert.deepEqual(tree(share), before);
  });

  it('a share that is gone is refused with the way out, which works', async () => {
    const share = join(folder.data, 'servers', 'atl-fs-001.litwareinc.com', 'LyncShare');
    const kept = join(folder.path, 'kept');
    cpSync(share, kept, { recursive: true, preserveTimestamps: true });
    assert.equal((await folder.cli(['fault', 'lose', atlantaShare])).status, 0);
    const refused = await folder.json(['Restore-ConferenceContents', '-PoolFqdn', atlanta]);
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'share-missing']);
    assert.match(String(at(refused.value, 'error', 'remedy')), /lync-topology init/);
    assert.equal((await folder.cli(['init'])).status, 0);
    assert.equal((await folder.cli(['Restore-ConferenceContents', '-PoolFqdn', atlanta])).status, 0);
    assert.deepEqual(tree(join(share, content)), tree(join(kept, content)));
    rmSync(kept, { recursive: true });
  });

  it('Invoke-CsDatabaseFailover moves every database of the type, without a terminal to ask', async () => {
    const { status, value } = await folder.json([
      'Invoke-CsDatabaseFailover',
      '-PoolFqdn',
      atlanta,
      '-DatabaseType',
      'User',
      '-NewPrincipal',
      'Mirror',
    ]);
    assert.equal(status, 0);
    assert.deepEqual(
      [0, 1, 2].map((index) => at(value, 'Databases', index, 'DatabaseName')),
      ['rtcxds', 'rtcshared', 'rtcab'],
    );
    const after = await state();
    assert.deepEqual(at(after, 0), {
      DatabaseName: 'rtcxds',
      StateOnPrimary: 'Mirror',
      StateOnMirror: 'Principal',
      MirroringStatusOnPrimary: 'synchronized',
      MirroringStatusOnMirror: 'synchronized',
      PoolFqdn: atlanta,
      DatabaseType: 'User',
    });
  });

  it('leaves out excluded databases, says with -Verbose what it does, and does not move what is there already', async () => {
    const back = [
      'Invoke-CsDatabaseFailover',
      '-PoolFqdn',
      atlanta,
      '-DatabaseType',
      'User',
      '-NewPrincipal',
      'primary',
    ];
    const some = await folder.cli([
      ...back,
      '-ExcludeDatabaseList',
      'rtcab,',
      'RTCSHARED',
      '-Verbose',
      '-Confirm:$false',
    ]);
    assert.equal(some.status, 0);
    assert.match(some.err, /^VERBOSE: rtcxds: /m);
    assert.doesNotMatch(some.err, /rtcab/);
    const after = await state();
    assert.deepEqual(
      [0, 1, 2].map((index) => at(after, index, 'StateOnPrimary')),
      ['Principal', 'Mirror', 'Mirror'],
    );
    assert.equal((await folder.cli(back)).status, 0);
    const again = await folder.json(back);
    assert.deepEqual([again.status, at(again.value, 'error', 'code')], [2, 'database-already-principal']);
  });

  it('asks nobody where -Confirm demands an answer and there is no terminal', async () => {
    const before = await state();
    const args = ['-PoolFqdn', atlanta, '-DatabaseType', 'User', '-NewPrincipal', 'mirror', '-Confirm'];
    const { status, value } = await folder.json(['Invoke-CsDatabaseFailover', ...args]);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'confirmation-required']);
    assert.deepEqual(await state(), before);
  });

  it('refuses a failover while one of the two is stopped, and changes nothing', async () => {
    assert.equal((await folder.cli(['fault', 'stop', 'atl-sql-002.litwareinc.com'])).status, 0);
    const args = ['-PoolFqdn', atlanta, '-DatabaseType', 'CentralMgmt', '-NewPrincipal', 'mirror'];
    const { status, value } = await folder.json(['Invoke-CsDatabaseFailover', ...args]);
    assert.equal(status, 2);
    assert.equal(at(value, 'error', 'code'), 'database-not-synchronized');
    assert.match(`${at(value, 'error', 'message')}`, /atl-sql-002\.litwareinc\.com is stopped/);
    const plan = await folder.json(['plan', 'Invoke-CsDatabaseFailover', ...args]);
    assert.deepEqual([plan.status, at(plan.value, 'ready')], [2, false]);
    assert.equal(at(await state('CentralMgmt'), 0, 'StateOnPrimary'), 'Principal');
    const listed = await folder.json(['fault', 'list']);
    assert.ok(JSON.stringify(listed.value).includes('atl-sql-002.litwareinc.com'));
    assert.deepEqual((await folder.json(['fault', 'clear'])).value, []);
  });

  it('breaks and mends several things in one command', async () => {
    const servers = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'];
    const listed = await folder.json(['fault', 'stop', ...servers]);
    assert.deepEqual([at(listed.value, 0, 'target'), at(listed.value, 1, 'target')], servers);
    assert.deepEqual((await folder.json(['fault', 'start', ...servers])).value, []);
  });

  it('refuses a sync of a pool that does not run', async () => {
    assert.equal((await folder.cli(['fault', 'stop', atlanta])).status, 0);
    const { status, value } = await folder.json(['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta]);
    assert.equal(status, 2);
    assert.equal(at(value, 'error', 'code'), 'pool-stopped');
    assert.match(String(at(value, 'error', 'remedy')), /fault start/);
    assert.equal((await folder.cli(['fault', 'start', atlanta])).status, 0);
  });

  const refusals: readonly (readonly [string, readonly string[], number, string, RegExp])[] = [
    [
      'a wrong pool',
      ['Get-CsBackupServiceStatus', '-PoolFqdn', 'atl-cs-01.litwareinc.com'],
      2,
      'pool-unknown',
      /atl-cs-001/,
    ],
    [
      'an unknown module',
      ['Invoke-CsBackupServiceSync', '-PoolFqdn', atlanta, '-BackupModule', 'Nonsense'],
      2,
      'module-unknown',
      /ConfServices\.DataConf/,
    ],
    [
      'a module that the pair has not',
      ['Get-CsBackupServiceStatus', '-PoolFqdn', atlanta, '-Category', 'RGS'],
      2,
      'module-not-applicable',
      /RGS/,
    ],
    [
      'the CMS module on the pool with the standby store',
      ['Invoke-CsBackupServiceSync', '-PoolFqdn', dallas, '-BackupModule', 'CMSMaster'],
      2,
      'module-not-applicable',
      new RegExp(atlanta),
    ],
    [
      'a type that the pool has not',
      ['Get-CsDatabaseMirrorState', '-PoolFqdn', atlanta, '-DatabaseType', 'Archiving'],
      2,
      'database-type-absent',
      /Archiving/,
    ],
    [
      'a database that is not of the type',
      [
        'plan',
        'Invoke-CsDatabaseFailover',
        '-PoolFqdn',
        atlanta,
        '-DatabaseType',
        'User',
        '-NewPrincipal',
        'mirror',
        '-ExcludeDatabaseList',
        'rtcsharde',
      ],
      2,
      'database-unknown',
      /rtcshared/,
    ],
    ['an unknown server', ['fault', 'stop', 'nobody.litwareinc.com'], 2, 'fault-unknown', /nobody/],
    ['a fault without its target', ['fault', 'stop'], 64, 'argument-missing', /server/],
    [
      'a topology file that is not there',
      ['status', '--topology', 'nix.topology.yaml'],
      2,
      'topology-not-found',
      /nix/,
    ],
    ['real servers', ['status', '--deployment', 'powershell'], 2, 'deployment-unsupported', /PowerShell/],
    ['an unknown job', ['jobs', 'show', '999'], 64, 'job-unknown', /999/],
    ['a mapping that is none', ['status', '--map', 'folder'], 64, 'argument-invalid', /--map/],
  ];
  for (const [what, args, expected, code, words] of refusals) {
    it(`refuse ${what} with object, cause and remedy`, async () => {
      const { status, value } = await folder.json(args);
      assert.deepEqual([status, at(value, 'error', 'code')], [expected, code]);
      assert.match(`${at(value, 'error', 'message')} ${at(value, 'error', 'remedy')}`, words);
      assert.ok(String(at(value, 'error', 'object')).length > 0);
    });
  }

  it('Set-CsBackupServiceConfiguration changes what Get- shows afterwards, and nothing with -WhatIf', async () => {
    const set = ['Set-CsBackupServiceConfiguration', '-SyncInterval', '00:05:00', '-MaxBatchesPerCmsSync', '20'];
    const plan = await folder.json([...set, '-WhatIf']);
    assert.match(String(at(plan.value, 'steps', 0, 'title')), /SyncInterval to 00:05:00/);
    const before = await folder.json(['Get-CsBackupServiceConfiguration']);
    assert.equal(at(before.value, 'SyncInterval'), '00:02:00');
    assert.equal((await folder.cli(set)).status, 0);
    const { value } = await folder.json(['Get-CsBackupServiceConfiguration', '-Identity', 'global']);
    assert.deepEqual([at(value, 'SyncInterval'), at(value, 'MaxBatchesPerCmsSync')], ['00:05:00', 20]);
  });

  it('jobs lists what ran, and shows one with its log', async () => {
    const { value } = await folder.json(['jobs']);
    assert.ok(Array.isArray(value) && value.length >= 8);
    const id = String(at(value, value.length - 1, 'id'));
    const shown = await folder.json(['jobs', 'show', id.replace('job/', '')]);
    assert.deepEqual([at(shown.value, 'operation'), at(shown.value, 'state')], ['init', 'completed']);
    assert.ok(Array.isArray(at(shown.value, 'log')));
  });

  it('write text for people without colours or control characters into a pipe', async () => {
    for (const args of [['status'], ['jobs'], ['Get-CsBackupServiceStatus', '-PoolFqdn', atlanta]]) {
      const { status, out, err } = await folder.cli(args);
      assert.equal(status, 0, err);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
      assert.doesNotMatch(out + err, /[\u0000-\u0009\u000b-\u001f]/);
      assert.ok(out.length > 100);
    }
  });
});
