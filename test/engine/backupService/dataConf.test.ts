import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTrees } from '../../../src/core/backupService/content/index.ts';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { ModuleStatus } from '../../../src/core/status.ts';
import {
  atlanta,
  dallas,
  initialized,
  synchronizeBoth,
  syncRun,
  type TestDirectory,
  testDirectory,
} from '../engine/testEngine.ts';

const module = 'ConfServices.DataConf';

describe('ConfServices.DataConf', () => {
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(() => {
    directory = testDirectory();
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const contentOf = (pool: 'atl' | 'dal'): string =>
    join(directory.root, `servers/${pool}-fs-001.litwareinc.com/LyncShare/1-WebServices-1/CollabContent`);
  const measure = (pool: string): Promise<ModuleStatus> => engine.backupService.measureModule(pool, module);
  const assertStates = async (...expected: readonly string[]): Promise<void> => {
    const [own, other] = [await measure(atlanta), await measure(dallas)];
    const found = [own.ExportStatus, own.ImportStatus, other.ExportStatus, other.ImportStatus];
    assert.deepEqual(found, expected, `${found.join()}: ${JSON.stringify([own, other], null, 2)}`);
  };
  const synchronize = (pool: string, acceptLoss = false) =>
    engine.backupService.synchronize(pool, [module], syncRun({ acceptLoss }));

  function fill(folder: string, files: number, size = 1_000): void {
    mkdirSync(join(folder, 'of a meeting'), { recursive: true });
    for (let file = 0; file < files; file += 1) {
      writeFileSync(join(folder, 'of a meeting', `${file}.pptx`), String(file).repeat(size));
    }
  }

  async function filled(): Promise<void> {
    engine = await initialized(directory);
    fill(join(contentOf('atl'), 'atlanta'), 40);
    fill(join(contentOf('dal'), 'dallas'), 40);
    await synchronizeBoth(engine, [module]);
  }

  it('is final on both pools once both have synchronised, and the trees are the same', async () => {
    await filled();
    await assertStates('FinalState', 'NormalState', 'FinalState', 'NormalState');
    assert.equal((await compareTrees(contentOf('atl'), contentOf('dal'))).equal, true);
  });

  it('measures what waits against the cap of a cycle', async () => {
    await filled();
    engine.backupService.setConfiguration({ maxDataConfPackageSizeKB: 10 });
    writeFileSync(join(contentOf('atl'), 'small.pptx'), 'x'.repeat(1_000));
    const small = await measure(atlanta);
    assert.deepEqual([small.ExportStatus, small.backlog?.bytes], ['SteadyState', 1_000]);
    writeFileSync(join(contentOf('atl'), 'large.pptx'), 'x'.repeat(10_000));
    const large = await measure(atlanta);
    assert.deepEqual([large.ExportStatus, large.backlog?.beyondOneCycle], ['NonSteadyState', true]);
    const [result] = await synchronize(atlanta);
    assert.equal(result?.cycles, 2);
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
  });

  it('says on both sides that a share lost its content, deletes nothing, and is final after the restore', async () => {
    await filled();
    const before = join(directory.root, 'before');
    cpSync(contentOf('atl'), before, { recursive: true, preserveTimestamps: true });
    await engine.lab.fault('lose', atlanta);
    assert.deepEqual(readdirSync(contentOf('atl')), []);
    await assertStates('ErrorState', 'ErrorState', 'ErrorState', 'NormalState');
    const lost = await measure(atlanta);
    assert.equal(lost.exportError?.code, 'share-lost-content');
    assert.match(lost.explanation, /\\\\atl-fs-001\.litwareinc\.com\\LyncShare/);
    assert.match(lost.explanation, /Invoke-CsBackupServiceSync -PoolFqdn dal-cs-001\.litwareinc\.com/);
    await assert.rejects(synchronize(atlanta), { code: 'share-lost-content', kind: 'refused' });
    assert.equal(readdirSync(join(contentOf('dal'), 'atlanta', 'of a meeting')).length, 40);

    const [result] = await synchronize(dallas);
    assert.equal(result?.restored.items, 40);
    assert.ok((result?.restored.bytes ?? 0) > 40_000);
    await assertStates('FinalState', 'NormalState', 'FinalState', 'NormalState');
    assert.deepEqual((await compareTrees(before, contentOf('atl'), { metadata: false })).differences, []);
    assert.deepEqual((await compareTrees(contentOf('dal'), contentOf('atl'))).differences, []);
  });

  it('says NonSteadyState while the restore runs, and what it has done', async () => {
    await filled();
    await engine.lab.fault('lose', atlanta);
    const seen = new Set<string>();
    await engine.backupService.synchronize(
      dallas,
      [module],
      syncRun({
        onProgress: () => {
          void measure(dallas).then(({ ExportStatus, current }) =>
            seen.add(`${ExportStatus} ${current?.progress.unit ?? 'nothing runs'}`),
          );
        },
      }),
    );
    assert.ok(seen.has('NonSteadyState files'), [...seen].join(', '));
    assert.ok(![...seen].some((state) => state.startsWith('ErrorState')), [...seen].join(', '));
  });

  it('takes the loss for deletions when the operator accepts it', async () => {
    await filled();
    await engine.lab.fault('lose', atlanta);
    await synchronize(atlanta, true);
    assert.deepEqual(readdirSync(contentOf('dal')).sort(), ['dallas']);
    await synchronize(dallas);
    await assertStates('FinalState', 'NormalState', 'FinalState', 'NormalState');
  });

  it('is in error while a share or its server is away, and is not afterwards', async () => {
    await filled();
    await engine.lab.fault('stop', 'dal-fs-001.litwareinc.com');
    await assertStates('ErrorState', 'NormalState', 'ErrorState', 'ErrorState');
    await assert.rejects(synchronize(atlanta), { code: 'server-stopped' });
    await engine.lab.clearFaults();
    await assertStates('FinalState', 'NormalState', 'FinalState', 'NormalState');
  });

  it('cancels between two cycles or within one, and the next sync goes on', async () => {
    engine = await initialized(directory);
    fill(join(contentOf('atl'), 'atlanta'), 60, 20_000);
    engine.backupService.setConfiguration({ maxDataConfPackageSizeKB: 100 });
    const controller = new AbortController();
    let cycles = 0;
    const log = (line: string): void => {
      if (line.includes('cycle') && ++cycles === 2) controller.abort();
    };
    await assert.rejects(
      engine.backupService.synchronize(atlanta, [module], syncRun({ signal: controller.signal, log })),
      { code: 'cancelled' },
    );
    const half = await measure(atlanta);
    const waiting = half.backlog?.items ?? 0;
    assert.ok(waiting > 0 && waiting < 60, `${waiting} items wait`);
    await synchronize(atlanta);
    assert.equal((await compareTrees(contentOf('atl'), contentOf('dal'))).equal, true);
  });

  it('synchronises a mapped share where it lies and leaves nothing of its own there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lync-mapped-'));
    try {
      fill(folder, 30);
      const mappings = new Map([['\\\\atl-fs-001.litwareinc.com\\LyncShare', folder]]);
      engine = await initialized(directory, { mappings });
      const before = readdirSync(folder, { recursive: true }).sort();
      await synchronizeBoth(engine);
      await assertStates('FinalState', 'NormalState', 'FinalState', 'NormalState');
      const after = readdirSync(folder, { recursive: true }).filter(
        (path) => !path.toString().startsWith('1-WebServices-1'),
      );
      assert.deepEqual(after.sort(), before);
      rmSync(join(folder, 'of a meeting'), { recursive: true });
      assert.equal((await measure(atlanta)).exportError?.code, 'share-lost-content');
      await synchronize(dallas);
      assert.equal(readdirSync(join(folder, 'of a meeting')).length, 30);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
