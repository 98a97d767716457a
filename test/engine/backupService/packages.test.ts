import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { BackUpRequest } from '../../../src/core/engine/services.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  synchronizeBoth,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUser,
  writeUsers,
} from '../engine/testEngine.ts';
import { inContent, type Site, writeAt } from './shares.ts';

const modules = ['UserServices.PresenceFocus', 'ConfServices.DataConf', 'CentralMgmt.CMSMaster'] as const;
const longAgo = 1_600_000_000.123456;

describe('Backup packages', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;
  let other: TestDirectory;
  let anew: Engine;

  beforeEach(async () => {
    directory = testDirectory();
    other = testDirectory('lync-anew-');
    engine = await initialized(directory);
    anew = await initialized(other);
    writeUsers(engine, atlanta, 'ann', 1_200);
    writeUsers(engine, dallas, 'dave', 30);
    for (const pool of ['atl', 'dal'] as const) {
      for (let number = 0; number < 12; number += 1) {
        const place = contentOf(directory, pool, `${pool}/${number % 3}/Präsentation ${number}.pptx`);
        writeAt(place, `${pool} ${number}`.repeat(number * 97), longAgo);
      }
    }
    const value = { version: 3, content: '<policy/>', changedAt: '2026-01-01T00:00:00.000Z' };
    engine.lab.commit(atlanta, 'xds', [{ table: 'documents', key: { name: 'Policy' }, value }]);
    await synchronizeBoth(engine);
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    await anew[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
    other[Symbol.dispose]();
  });

  const contentOf = (of: TestDirectory, pool: Site, path = ''): string => inContent(of.root, pool, path);

  function textsOf(root: string): ReadonlyMap<string, string> {
    const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(
      names
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
        .map((file) => [file.slice(root.length), readFileSync(file, 'utf8')]),
    );
  }

  async function backUp(
    change: Partial<BackUpRequest> = {},
  ): Promise<{ readonly folder: string; readonly name: string }> {
    const request = { pool: atlanta, kind: 'FullBackup', modules, localStore: true, ...change } as const;
    const { folder } = await engine.backupService.packages.backUp(request, quietRun);
    return { folder, name: folder.slice(folder.lastIndexOf('/') + 1) };
  }

  /** Brings the package to the other deployment, as an administrator would. */
  async function carried(): Promise<{ readonly name: string; readonly folder: string }> {
    const { folder, name } = await backUp();
    const place = join(other.root, 'packages', name);
    for (const [path, text] of textsOf(folder)) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), text);
    }
    return { name, folder: place };
  }

  it("hold the pool's own rows, files and documents, and nothing of the partner", async () => {
    const { folder } = await backUp();
    const { tables, files, pool } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    assert.equal(pool, atlanta);
    const rows = Object.fromEntries(tables.map((each: { table: string; rows: number }) => [each.table, each.rows]));
    assert.deepEqual([rows['users'], rows['documents']], [1_200, 1]);
    const paths = files.map((file: { path: string }) => file.path);
    assert.equal(paths.length, 12);
    assert.ok(paths.every((path: string) => path.includes('/atl/')));
  });

  it('lie in the BackupStore on the share, or in the data directory with the local store', async () => {
    const onShare = await backUp({ localStore: false });
    assert.ok(onShare.folder.includes(join('LyncShare', '1-BackupService-1', 'BackupStore', 'Packages')));
    assert.ok((await backUp()).folder.startsWith(join(directory.root, 'packages')));
    assert.equal((await engine.backupService.packages.check(atlanta, onShare.name, quietRun)).pool, atlanta);
  });

  it('come back onto an empty pool: the same rows, bytes and times, and the partner gets them', async () => {
    const { name } = await carried();
    const { files } = await anew.backupService.packages.restore(atlanta, name, quietRun);
    assert.equal(files.length, 12);
    assert.deepEqual(usersOf(anew, atlanta, atlanta), usersOf(engine, atlanta, atlanta));
    const documentsOf = (of: Engine): unknown =>
      of.databases.find(atlanta, 'xds').read((database) => database.prepare('select * from documents').all());
    assert.deepEqual(documentsOf(anew), documentsOf(engine));
    assert.deepEqual(textsOf(contentOf(other, 'atl', 'atl')), textsOf(contentOf(directory, 'atl', 'atl')));
    await synchronizeBoth(anew);
    assert.deepEqual(usersOf(anew, dallas, atlanta), usersOf(engine, atlanta, atlanta));
    assert.deepEqual(textsOf(contentOf(other, 'dal', 'atl')), textsOf(contentOf(directory, 'atl', 'atl')));
    const { modules: states } = await anew.backupService.measurePool(atlanta);
    assert.deepEqual(
      states.map(({ ExportStatus }) => ExportStatus),
      ['FinalState', 'FinalState', 'FinalState'],
    );
  });

  it('hold the rows of one moment, while clients go on, and end when they are cancelled', async () => {
    const request = { pool: atlanta, kind: 'SteadyState', modules, localStore: true } as const;
    let written = false;
    const { manifest } = await engine.backupService.packages.backUp(request, {
      ...quietRun,
      onProgress: ({ phase }) => {
        if (phase !== 'writing' || written) return;
        written = true;
        setImmediate(() => writeUser(engine, atlanta, 'meanwhile'));
      },
    });
    assert.equal(manifest.tables.find(({ table }) => table === 'users')?.rows, 1_200);
    assert.equal(usersOf(engine, atlanta, atlanta).length, 1_201);
    const controller = new AbortController();
    const cancelled = engine.backupService.packages.backUp(request, {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'writing') controller.abort();
      },
    });
    await assert.rejects(cancelled, { code: 'cancelled' });
  });

  it('may be restored again after an interruption', async () => {
    const { name } = await carried();
    const controller = new AbortController();
    const interrupted = anew.backupService.packages.restore(atlanta, name, {
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'copying' && done === 5) controller.abort();
      },
    });
    await assert.rejects(interrupted, { code: 'cancelled' });
    assert.ok(textsOf(contentOf(other, 'atl')).size < 12);
    await anew.backupService.packages.restore(atlanta, name, quietRun);
    assert.deepEqual(textsOf(contentOf(other, 'atl', 'atl')), textsOf(contentOf(directory, 'atl', 'atl')));
    assert.equal(textsOf(contentOf(other, 'atl')).size, 12);
    assert.equal(usersOf(anew, atlanta, atlanta).length, 1_200);
  });

  const damages: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
    [
      'a bit flipped in the rows',
      (folder) => flip(join(folder, 'rows/rtcxds.users.jsonl')),
      /rtcxds\.users\.jsonl has other bytes/,
    ],
    ['a bit flipped in a file', (folder) => flip(firstFile(folder)), /pptx has other bytes/],
    ['a file cut short', (folder) => truncateSync(firstFile(folder), 3), /pptx has 3 bytes instead of/],
    ['a file missing', (folder) => rmSync(firstFile(folder)), /pptx is missing/],
    ['a file besides', (folder) => writeFileSync(join(folder, 'rows/more.jsonl'), '[]'), /more\.jsonl does not belong/],
    [
      'the list altered',
      (folder) => appendFileSync(join(folder, 'manifest.json'), ' '),
      /manifest\.json is not what was written/,
    ],
    [
      'the checksum of the list missing',
      (folder) => rmSync(join(folder, 'manifest.sha256')),
      /manifest\.sha256 is missing/,
    ],
  ];
  it('that are damaged are refused with what is wrong by name, and nothing is changed', async () => {
    for (const [what, damage, words] of damages) {
      const { name, folder } = await carried();
      damage(folder);
      const expected = { code: 'package-damaged', message: words };
      await assert.rejects(anew.backupService.packages.check(atlanta, name, quietRun), expected, what);
      await assert.rejects(anew.backupService.packages.restore(atlanta, name, quietRun), expected, what);
      assert.equal(usersOf(anew, atlanta, atlanta).length, 0, what);
      assert.equal(textsOf(contentOf(other, 'atl')).size, 0, what);
    }
  });

  it('never overwrite what a pool holds', async () => {
    const { name } = await carried();
    writeUser(anew, atlanta, 'somebody');
    await assert.rejects(anew.backupService.packages.restore(atlanta, name, quietRun), {
      code: 'pool-not-empty',
      message: /sip:somebody@litwareinc\.com/,
    });
    assert.equal(usersOf(anew, atlanta, atlanta).length, 1);
    assert.equal(textsOf(contentOf(other, 'atl')).size, 0);
  });

  it('go back onto their own pool only, and under the name of a folder', async () => {
    const { name } = await carried();
    await assert.rejects(anew.backupService.packages.check(dallas, name, quietRun), { code: 'package-unknown' });
    await assert.rejects(anew.backupService.packages.check(atlanta, 'nothing', quietRun), { code: 'package-unknown' });
    const outside = anew.backupService.packages.check(atlanta, `../packages/${name}`, quietRun);
    await assert.rejects(outside, { code: 'path-outside-root' });
  });

  it('leave nothing behind when they are cancelled, nor what a killed engine had begun', async () => {
    const left = join(directory.root, 'packages/Temp', `package-of-${atlanta}`);
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'half'), 'half');
    const controller = new AbortController();
    const request = { pool: atlanta, kind: 'SteadyState', modules, localStore: true } as const;
    const cancelled = engine.backupService.packages.backUp(request, {
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'copying' && done === 3) controller.abort();
      },
    });
    await assert.rejects(cancelled, { code: 'cancelled' });
    assert.equal(existsSync(left), false);
    assert.deepEqual(readdirSync(join(directory.root, 'packages')), ['Temp']);
  });
});

function firstFile(folder: string): string {
  const entries = readdirSync(join(folder, 'content'), { recursive: true, encoding: 'utf8' }).sort();
  const path = entries.filter((name) => name.endsWith('.pptx')).at(-1);
  assert.ok(path !== undefined);
  return join(folder, 'content', path);
}

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
