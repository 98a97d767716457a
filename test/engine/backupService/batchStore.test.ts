import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BatchStore, openBatchStore } from '../../../src/core/backupService/batchStore.ts';

describe('BackupStore', () => {
  let share: string;
  let store: BatchStore;
  const file = (): string => join(share, 'BackupStore', 'UserServices', 'atl-1.batch');

  beforeEach(() => {
    share = mkdtempSync(join(tmpdir(), 'lync-batches-'));
    store = openBatchStore({
      share: '\\\\fs\\share',
      requiredFolder: share,
      folder: join(share, 'BackupStore'),
      module: 'UserServices',
      prefix: 'atl-',
      assertReachable: () => {},
    });
  });
  afterEach(() => rmSync(share, { recursive: true, force: true }));

  it('gives back what was written', () => {
    store.write('1.batch', { rows: 2 }, Buffer.from([0, 10, 13, 255]));
    assert.deepEqual(store.read('1.batch'), { header: { rows: 2 }, payload: Buffer.from([0, 10, 13, 255]) });
  });

  it('refuses a batch of which any byte is different', () => {
    store.write('1.batch', { rows: 2 }, Buffer.from('payload'));
    const written = readFileSync(file());
    for (let index = 0; index < written.length; index += 1) {
      const damaged = Buffer.from(written);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      writeFileSync(file(), damaged);
      assert.throws(() => store.read('1.batch'), { code: 'sync-failed' }, `byte ${index}`);
    }
    for (let length = 0; length < written.length; length += 1) {
      writeFileSync(file(), written.subarray(0, length));
      assert.throws(() => store.read('1.batch'), { code: 'sync-failed' }, `length ${length}`);
    }
  });

  it('sweeps what an interrupted cycle of its own stream left, and nothing else', () => {
    store.write('1.batch', {}, Buffer.from('payload'));
    const others = [join(share, 'BackupStore', 'Temp', 'dal-1.batch'), join(share, 'BackupStore', 'other')];
    for (const other of others) writeFileSync(other, '');
    writeFileSync(join(share, 'BackupStore', 'Temp', 'atl-2.batch'), '');
    store.sweep();
    const left = readdirSync(share, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.deepEqual(left.map((entry) => entry.name).sort(), ['dal-1.batch', 'other']);
  });

  it('does not make a share that is not there', () => {
    rmSync(share, { recursive: true });
    assert.throws(() => store.write('1.batch', {}, Buffer.from('x')), {
      code: 'share-missing',
      object: '\\\\fs\\share',
    });
    assert.throws(() => store.check(), { code: 'share-missing' });
    mkdirSync(share);
    store.check();
  });
});
