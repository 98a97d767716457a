/** Faults of shares, made and mended by the lab of a real engine, and what they do to the product. */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import {
  atlanta,
  initialized,
  synchronizeBoth,
  syncRun,
  type TestDirectory,
  testDirectory,
} from '../engine/testEngine.ts';

const share = '\\\\atl-fs-001.litwareinc.com\\LyncShare';
const dallas = 'dal-cs-001.litwareinc.com';
const file = '1-WebServices-1/CollabContent/meeting/slides.bin';
const fileName = `${share}\\${file.replaceAll('/', '\\')}`;

describe('faults of shares', () => {
  let directory: TestDirectory;
  let engine: Engine;
  let folder: string;

  beforeEach(async () => {
    directory = testDirectory();
    engine = await initialized(directory);
    folder = join(directory.root, 'servers/atl-fs-001.litwareinc.com/LyncShare');
    mkdirSync(join(folder, '1-WebServices-1/CollabContent/meeting'), { recursive: true });
    writeFileSync(join(folder, file), Buffer.alloc(10_000, 7));
  });
  afterEach(async () => {
    await engine.lab.clearFaults();
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const listed = () => engine.lab.faults().map(({ kind, target }) => `${kind} ${target}`);
  const reopen = async (): Promise<void> => {
    await engine[Symbol.asyncDispose]();
    engine = await directory.open();
  };

  describe('read-only (skipped where the system refuses nobody)', () => {
    beforeEach(async function () {
      try {
        await engine.lab.fault('read-only', atlanta);
      } catch (error) {
        if (!(error instanceof LyncTopologyError) || error.code !== 'fault-unsupported') throw error;
        assert.deepEqual(listed(), []);
        this.skip();
      }
    });

    it('refuses every change, says so, and allows reading', async () => {
      assert.deepEqual(listed(), [`read-only ${share}`]);
      assert.throws(() => writeFileSync(join(folder, file), 'x'), /EROFS|EACCES/);
      assert.throws(() => mkdirSync(join(folder, 'new')), /EROFS|EACCES/);
      assert.equal(readFileSync(join(folder, file)).length, 10_000);
      const before = readdirSync(folder, { recursive: true });
      mkdirSync(join(directory.root, 'servers/dal-fs-001.litwareinc.com/LyncShare/1-WebServices-1/CollabContent/x'));
      await assert.rejects(
        () => engine.backupService.synchronize(dallas, ['ConfServices.DataConf'], syncRun()),
        (error) => error instanceof LyncTopologyError && error.code === 'share-unwritable',
      );
      assert.deepEqual(readdirSync(folder, { recursive: true }), before);
    });

    it('outlasts the engine and is mended by its name, with the permissions of before', async () => {
      await reopen();
      assert.deepEqual(listed(), [`read-only ${share}`]);
      await engine.lab.mendFault('atl-fs-001.litwareinc.com');
      assert.deepEqual(listed(), []);
      assert.equal(statSync(join(folder, file)).mode & 0o200, 0o200);
      writeFileSync(join(folder, file), 'changed');
      await synchronizeBoth(engine, ['ConfServices.DataConf']);
    });

    it('is listed once however often it is made', async () => {
      assert.equal((await engine.lab.fault('read-only', share)).length, 1);
      assert.deepEqual(await engine.lab.clearFaults(), []);
    });
  });

  describe('disk-full (skipped where no file system may be mounted)', () => {
    beforeEach(async function () {
      try {
        await engine.lab.fault('disk-full', atlanta);
      } catch (error) {
        if (!(error instanceof LyncTopologyError) || error.code !== 'fault-unsupported') throw error;
        assert.deepEqual(listed(), []);
        writeFileSync(join(folder, 'still room'), 'x');
        this.skip();
      }
    });

    it('refuses every byte more, keeps what is there, and the product says so', async () => {
      assert.deepEqual(listed(), [`disk-full ${share}`]);
      assert.equal(engine.lab.faults()[0]?.detail, '0 bytes free');
      assert.ok(readFileSync(join(folder, file)).equals(Buffer.alloc(10_000, 7)));
      assert.throws(() => writeFileSync(join(folder, 'more'), 'x'), /ENOSPC/);
      const content = 'servers/dal-fs-001.litwareinc.com/LyncShare/1-WebServices-1/CollabContent';
      writeFileSync(join(directory.root, content, 'new.bin'), Buffer.alloc(50_000, 1));
      await assert.rejects(
        () => engine.backupService.synchronize(dallas, ['ConfServices.DataConf'], syncRun()),
        (error) => error instanceof LyncTopologyError && error.code === 'disk-full',
      );
    });

    it('outlasts the engine, and when it is mended what was changed and deleted meanwhile stays so', async () => {
      await reopen();
      assert.deepEqual(listed(), [`disk-full ${share}`]);
      rmSync(join(folder, file));
      writeFileSync(join(folder, 'instead'), 'now there is room');
      assert.deepEqual(await engine.lab.mendFault(share), []);
      assert.ok(!readdirSync(join(folder, '1-WebServices-1/CollabContent/meeting')).includes('slides.bin'));
      assert.equal(readFileSync(join(folder, 'instead'), 'utf8'), 'now there is room');
      assert.deepEqual(readdirSync(join(folder, '..')), ['LyncShare']);
      writeFileSync(join(folder, 'large'), Buffer.alloc(3_000_000));
      await synchronizeBoth(engine, ['ConfServices.DataConf']);
    });
  });

  it('disk-full goes on mending where an engine ended between its steps', async () => {
    for (const interrupted of ['before the old folder went', 'after it']) {
      mkdirSync(`${folder}.mended`);
      writeFileSync(join(`${folder}.mended`, interrupted), '');
      if (interrupted === 'after it') renameSync(folder, `${folder}.before`);
      assert.deepEqual(listed(), [`disk-full ${share}`]);
      assert.deepEqual(await engine.lab.mendFault(share), []);
      assert.deepEqual(readdirSync(folder), [interrupted]);
      assert.deepEqual(readdirSync(join(folder, '..')), ['LyncShare']);
    }
  });

  describe('corrupt', () => {
    it('alters bytes of the named file and nothing else, and gives them back', async () => {
      const { mtimeMs } = statSync(join(folder, file));
      const faults = await engine.lab.fault('corrupt', fileName);
      assert.deepEqual(
        faults.map(({ target, detail }) => [target, detail]),
        [[fileName, 'bytes 4992 to 5007 are inverted']],
      );
      const bytes = readFileSync(join(folder, file));
      const expected = Buffer.alloc(10_000, 7).fill(0xf8, 4992, 5008);
      assert.ok(bytes.equals(expected));
      assert.ok(Math.abs(statSync(join(folder, file)).mtimeMs - mtimeMs) < 1);
      await reopen();
      assert.equal(engine.lab.faults().length, 1);
      assert.deepEqual(await engine.lab.mendFault(fileName), []);
      assert.ok(readFileSync(join(folder, file)).equals(Buffer.alloc(10_000, 7)));
    });

    it('takes the largest content file of a pool, and is over once the file was written anew', async () => {
      writeFileSync(join(folder, '1-WebServices-1/CollabContent/meeting/small.bin'), 'small');
      assert.equal((await engine.lab.fault('corrupt', atlanta))[0]?.target, fileName);
      writeFileSync(join(folder, file), 'written anew');
      assert.deepEqual(engine.lab.faults(), []);
      await engine.lab.clearFaults();
      assert.equal(readFileSync(join(folder, file), 'utf8'), 'written anew');
    });

    it('is refused where there is no file with content', async () => {
      await assert.rejects(() => engine.lab.fault('corrupt', dallas), { code: 'argument-invalid' });
      await assert.rejects(() => engine.lab.fault('corrupt', `${share}\\1-WebServices-1\\nothing`), {
        code: 'argument-invalid',
      });
      await assert.rejects(() => engine.lab.fault('corrupt', 'atl-sql-001.litwareinc.com'), {
        code: 'argument-invalid',
      });
    });
  });

  it('are never made on a mapped directory', async () => {
    const mapped = mkdtempSync(join(tmpdir(), 'lync-mapped-'));
    mkdirSync(join(mapped, '1-WebServices-1/CollabContent'), { recursive: true });
    writeFileSync(join(mapped, '1-WebServices-1/CollabContent/real'), 'real data');
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ mappings: new Map([[share.toLowerCase(), mapped]]) });
    try {
      for (const kind of ['read-only', 'disk-full', 'corrupt'] as const) {
        await assert.rejects(() => engine.lab.fault(kind, atlanta), { code: 'argument-invalid', message: /mapped/ });
      }
      assert.equal(readFileSync(join(mapped, '1-WebServices-1/CollabContent/real'), 'utf8'), 'real data');
      writeFileSync(join(mapped, 'still writable'), '');
    } finally {
      rmSync(mapped, { recursive: true });
    }
  });

  it('are mended only where there is one', async () => {
    await assert.rejects(() => engine.lab.mendFault(share), { code: 'argument-invalid' });
    await assert.rejects(() => engine.lab.mendFault('nobody'), { code: 'fault-unknown' });
  });
});
