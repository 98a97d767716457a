/** What goes wrong is named with object, cause and remedy, ends with the right status, and changes nothing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { dataConf, type Ended, openRig, pool1, pool2, type Rig, share2 } from './rig.ts';
import { diffTrees } from './trees.ts';
import { contentOfServers } from './unchanged.ts';

const seed = ['seed', '--users', '20', '--conferences', '4', '--content-files', '30', '--content-bytes', '300000'];
const sync = ['Invoke-CsBackupServiceSync', '-PoolFqdn'] as const;
const failOver = [
  'Invoke-CsDatabaseFailover',
  '-NewPrincipal',
  'mirror',
  '-DatabaseType',
  'User',
  '-PoolFqdn',
] as const;
const sql1 = 'atl-sql-001.litwareinc.com';
const wrong = 'alt-cs-001.litwareinc.com';

describe('an error', () => {
  let rig: Rig;

  before(async () => {
    rig = openRig();
    await rig.json('init');
    await rig.json(...seed);
    await rig.json(...sync, pool1);
    await rig.json(...sync, pool2);
  });
  after(() => rig?.[Symbol.dispose]());

  const refused = async (
    words: readonly string[],
    status: number,
    codes: readonly ErrorCode[],
    names: RegExp,
  ): Promise<void> => {
    const content = contentOfServers(rig);
    const ended = await rig.run(...words, '--json');
    const error = errorOf(ended);
    assert.equal(ended.status, status, JSON.stringify(error));
    assert.ok(
      codes.some((code) => code === error.code),
      `${error.code}: ${error.message}`,
    );
    assert.match(`${error.object}: ${error.message}`, names);
    for (const text of [error.object, error.message, error.remedy]) assert.notEqual(text, '');
    assert.doesNotMatch(ended.stderr + ended.stdout, /^\s+at .*:\d+:\d+\)?$/m);
    assert.deepEqual(contentOfServers(rig), content);
  };

  describe('of a wrong name', () => {
    const unknownPool: readonly (readonly string[])[] = [
      [...sync, wrong],
      ['Get-CsBackupServiceStatus', '-PoolFqdn', wrong],
      ['Get-CsPoolBackupRelationship', '-PoolFqdn', wrong],
      ['Get-CsDatabaseMirrorState', '-PoolFqdn', wrong],
      [...failOver, wrong],
      ['Restore-ConferenceContents', '-PoolFqdn', wrong],
      ['watch', '-PoolFqdn', wrong],
      ['load', '-PoolFqdn', wrong, '--duration', '1s'],
      ['plan', ...sync, wrong],
    ];
    for (const words of unknownPool) {
      it(`is said: ${words.slice(0, 2).join(' ')} with an unknown pool`, () =>
        refused(words, 2, ['pool-unknown'], /alt-cs-001/));
    }
    it('is said: an unknown module', () =>
      refused([...sync, pool1, '-BackupModule', 'DataConv'], 2, ['module-unknown'], /DataConv/));
    it('is said: a module that does not export there', () =>
      refused([...sync, pool2, '-BackupModule', 'CMSMaster'], 2, ['module-not-applicable'], /CMSMaster/));
    it('is said: an unknown database type', () =>
      refused(
        [...failOver.slice(0, 3), '-DatabaseType', 'Users', '-PoolFqdn', pool1],
        2,
        ['database-type-unknown'],
        /Users/,
      ));
    it('is said: a database type that the pool does not have', () =>
      refused(
        [...failOver.slice(0, 3), '-DatabaseType', 'Archiving', '-PoolFqdn', pool1],
        2,
        ['database-type-absent'],
        /Archiving/,
      ));
    it('is said: an unknown target of a fault', () =>
      refused(['fault', 'stop', 'atl-sql-01.litwareinc.com'], 2, ['fault-unknown'], /atl-sql-01/));
    it('is said: an unknown command', () => refused(['Invoke-CsBackupServiceSink'], 64, ['command-unknown'], /Sink/));
    it('is said: an unknown parameter', () =>
      refused([...sync, pool1, '-Modul', 'x'], 64, ['argument-unknown'], /Modul/));
  });

  describe('of a stopped server', () => {
    const cases: readonly (readonly [
      server: string,
      words: readonly string[],
      status: number,
      codes: readonly ErrorCode[],
      names: RegExp,
    ])[] = [
      ['dal-fs-001.litwareinc.com', [...sync, pool1, '-BackupModule', dataConf], 2, ['server-stopped'], /dal-fs-001/],
      [
        'dal-fs-001.litwareinc.com',
        [...sync, pool1, '-BackupModule', 'PresenceFocus'],
        2,
        ['server-stopped'],
        /dal-fs-001/,
      ],
      ['atl-fs-001.litwareinc.com', seed, 1, ['server-stopped'], /atl-fs-001/],
      ['atl-fs-001.litwareinc.com', ['fault', 'lose', pool1], 1, ['server-stopped'], /atl-fs-001/],
      [sql1, [...failOver, pool1], 2, ['database-not-synchronized', 'database-no-principal'], /rtcxds/],
      [sql1, ['init'], 1, ['server-stopped'], /atl-sql-001/],
      [sql1, seed, 1, ['database-unavailable', 'database-no-principal', 'server-stopped'], /rtcxds/],
      [
        sql1,
        [...sync, pool1, '-BackupModule', 'PresenceFocus'],
        2,
        ['server-stopped', 'database-no-principal'],
        /rtcxds/,
      ],
      [pool1, [...sync, pool1], 2, ['pool-stopped'], /atl-cs-001/],
      [pool2, [...sync, pool1], 2, ['pool-stopped'], /dal-cs-001/],
    ];
    for (const [server, words, status, codes, names] of cases) {
      it(`is said: ${words.slice(0, 2).join(' ')} … ${words.at(-1)} while ${server} is stopped`, async () => {
        await rig.json('fault', 'stop', server);
        try {
          await refused(words, status, codes, names);
        } finally {
          await rig.json('fault', 'clear');
        }
      });
    }
    it('is over when the server is started', async () => {
      await rig.json(...sync, pool1);
    });
  });

  describe('of a share', () => {
    const place = (): string => join(rig.serverFolder('dal-fs-001.litwareinc.com'), 'LyncShare');
    const withShare = async (spoil: () => void, mend: () => void, codes: readonly ErrorCode[]): Promise<void> => {
      spoil();
      try {
        await refused([...sync, pool1, '-BackupModule', dataConf], 2, codes, /dal-fs-001/);
        const module = (await rig.modules(pool1)).find(({ Identity }) => Identity === dataConf);
        assert.equal(module?.ExportStatus, 'ErrorState');
        assert.ok(module?.explanation.includes(share2), module?.explanation);
      } finally {
        mend();
      }
      await rig.json(...sync, pool1);
    };

    it('that is not there is said', () =>
      withShare(
        () => renameSync(place(), `${place()}.away`),
        () => renameSync(`${place()}.away`, place()),
        ['share-missing'],
      ));
    it('that is a file is said', () =>
      withShare(() => {
        renameSync(place(), `${place()}.away`);
        writeFileSync(place(), '');
      }, () => {
        execFileSync('rm', [place()]);
        renameSync(`${place()}.away`, place());
      }, ['share-unreadable', 'share-missing']));
    it('that may not be read is said (skipped as root, who may read everything)', async function () {
      if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
      await withShare(
        () => chmodSync(place(), 0),
        () => chmodSync(place(), 0o755),
        ['share-unreadable'],
      );
    });
  });
});

describe('an error of a full disk (skipped where no small tmpfs may be mounted)', () => {
  let rig: Rig;
  const mounted: string[] = [];
  const mount = (folder: string, size: string): void => {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    mounted.push(folder);
  };
  const enlarge = (folder: string): unknown => execFileSync('mount', ['-o', 'remount,size=200m', folder]);

  before(async function () {
    rig = openRig();
    try {
      mount(rig.serverFolder('dal-fs-001.litwareinc.com'), '6m');
      mount(rig.serverFolder('atl-sql-002.litwareinc.com'), '4m');
    } catch {
      this.skip();
    }
    await rig.json('init');
  });
  after(() => {
    for (const folder of mounted) execFileSync('umount', ['-l', folder]);
    rig?.[Symbol.dispose]();
  });

  it('of the partner’s share names it, leaves whole files only, and a sync with more room completes', async () => {
    for (let number = 0; number < 20; number += 1) {
      writeFileSync(join(rig.content1, `file ${number}`), Buffer.alloc(600_000, `${number} `));
    }
    const error = errorOf(await rig.run(...sync, pool1, '-BackupModule', dataConf, '--json'));
    assert.equal(error.code, 'disk-full', error.message);
    assert.match(`${error.object} ${error.message}`, /dal-fs-001/);
    const torn = (await diffTrees(rig.content1, rig.content2))
      .split('\n')
      .filter((line) => /^(Binary f|F)iles .* differ$/.test(line));
    assert.deepEqual(torn, []);
    enlarge(rig.serverFolder('dal-fs-001.litwareinc.com'));
    await rig.json(...sync, pool1, '-BackupModule', dataConf);
    assert.equal(await diffTrees(rig.content1, rig.content2), '');
  });

  it('of a mirror keeps the clients working, is shown, and mends itself with more room', async () => {
    const folder = rig.serverFolder('atl-sql-002.litwareinc.com');
    const load = ['load', '-PoolFqdn', pool1, '--rate', '20', '--duration', '1s'];
    const rtcxds = async () =>
      (await rig.pools())
        .find(({ fqdn }) => fqdn === pool1)
        ?.databases.find(({ DatabaseName }) => DatabaseName === 'rtcxds');
    fill(join(folder, 'filler'));
    assert.equal((await rig.run(...load)).status, 0);
    const away = await rtcxds();
    assert.notEqual(away?.MirroringStatusOnPrimary, 'synchronized', away?.explanation);
    assert.match(`${away?.explanation}`, /atl-sql-002/);
    rmSync(join(folder, 'filler'));
    assert.equal((await rig.run(...load)).status, 0);
    await waitUntil(
      'the mirror has caught up',
      async () => (await rtcxds())?.MirroringStatusOnPrimary === 'synchronized',
    );
  });
});

/** Takes the last byte of a disk. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = 65_536; size > 0; size = Math.floor(size / 2)) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

interface SaidError {
  readonly code: string;
  readonly object: string;
  readonly message: string;
  readonly remedy: string;
}

/** The error of the JSON document, or of the last JSON line. */
function errorOf({ stdout, stderr }: Ended): SaidError {
  const text = stdout.trim();
  const document: { readonly error?: SaidError } = text.startsWith('{\n')
    ? JSON.parse(text)
    : JSON.parse(text.split('\n').at(-1) || '{}');
  assert.ok(document.error, `no error in ${stdout}${stderr}`);
  return document.error;
}
