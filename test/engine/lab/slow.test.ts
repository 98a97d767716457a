/** Slow servers and links keep those that use them waiting. Only lower bounds of time are asserted: a wait is never shorter. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { contentFolder } from '../../../src/core/lab/names.ts';
import { createPace } from '../../../src/core/storage/slowness.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import {
  atlanta,
  dallas,
  initialized,
  syncRun,
  type TestDirectory,
  testDirectory,
  writeUser,
} from '../engine/testEngine.ts';

const primary = 'atl-sql-001.litwareinc.com';
const mirror = 'atl-sql-002.litwareinc.com';
const atlantaShare = 'atl-fs-001.litwareinc.com';
const dallasShare = 'dal-fs-001.litwareinc.com';
const commitDelay = 20;

describe('what is slow', () => {
  let directory: TestDirectory;
  let engine: Engine;
  let users = 0;
  before(async () => {
    directory = testDirectory('lync-slow-');
    engine = await initialized(directory);
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });
  afterEach(async () => {
    assert.deepEqual(await engine.lab.clearFaults(), []);
  });

  /** Milliseconds for which each of these commits kept the thread waiting. The marks are looked at anew now and then. */
  const waitsOf = async (commits: (waits: readonly number[]) => boolean): Promise<void> => {
    const waits: number[] = [];
    const { wait } = Atomics;
    Atomics.wait = (_array: unknown, ...rest: unknown[]) => {
      waits.push(Number(rest[2]));
      return 'timed-out';
    };
    try {
      await waitUntil('the commits to wait', () => {
        users += 1;
        writeUser(engine, atlanta, `user${users}`);
        return commits(waits);
      });
    } finally {
      Atomics.wait = wait;
    }
  };

  const fileOn = (server: string, name: string): string =>
    join(directory.root, 'servers', server, 'LyncShare', contentFolder, 'MEETING', name);

  const writeSlides = (name: string, bytes: number): void => {
    mkdirSync(join(fileOn(atlantaShare, name), '..'), { recursive: true });
    writeFileSync(fileOn(atlantaShare, name), Buffer.alloc(bytes, 3));
  };

  it('keeps each mirrored commit waiting: the principal, the mirror, the link, all three', async () => {
    for (const targets of [[primary], [mirror], [`${mirror}+${primary}`], [primary, mirror, `${primary}+${mirror}`]]) {
      for (const target of targets) await engine.lab.fault('slow', target);
      assert.equal(engine.lab.faults().length, targets.length);
      await waitsOf((waits) => waits.at(-1) === targets.length * commitDelay);
      await engine.lab.clearFaults();
    }
  });

  it('does not keep a commit waiting for a mirror that is away', async () => {
    await engine.lab.fault('slow', mirror);
    await engine.lab.fault('stop', mirror);
    let commits = 0;
    await waitsOf((waits) => {
      commits += 1;
      assert.deepEqual(waits, []);
      return commits === 10;
    });
  });

  it('keeps conference content waiting for file servers and the link, and takes it over all the same', async () => {
    writeSlides('slides.bin', 100_000);
    await engine.lab.fault('slow', atlantaShare);
    await engine.lab.fault('slow', dallas);
    await engine.lab.fault('slow', `${atlantaShare}+${dallasShare}`);
    assert.deepEqual(
      engine.lab.faults().map(({ target }) => target),
      [atlantaShare, dallasShare, `${atlantaShare}+${dallasShare}`],
    );
    const start = performance.now();
    await engine.backupService.synchronize(atlanta, ['ConfServices.DataConf'], syncRun());
    assert.ok(performance.now() - start >= 295);
    assert.ok(existsSync(fileOn(dallasShare, 'slides.bin')));
  });

  it('is left when the work is cancelled', async () => {
    writeSlides('film.bin', 60_000_000);
    await engine.lab.fault('slow', atlantaShare);
    const run = syncRun({ signal: AbortSignal.timeout(500) });
    const synchronisation = engine.backupService.synchronize(atlanta, ['ConfServices.DataConf'], run);
    await assert.rejects(synchronisation, { code: 'cancelled' });
    assert.ok(!existsSync(fileOn(dallasShare, 'film.bin')));
  });

  it('is quick again as soon as it is mended, in the middle of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lync-pace-'));
    const mark = join(folder, '.slow');
    writeFileSync(mark, '');
    let checks = 0;
    const keepPace = createPace([[mark]], () => {
      checks += 1;
      if (checks === 2) rmSync(mark);
    });
    keepPace(1_000_000_000);
    keepPace(1_000_000_000);
    assert.equal(checks, 2);
    rmSync(folder, { recursive: true });
  });
});
