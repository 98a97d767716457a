import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVhdx } from '../../../src/core/hyperV/format/createVhdx.ts';
import { inspectDisk } from '../../../src/core/hyperV/format/inspect.ts';
import { vhdChecksum } from '../../../src/core/hyperV/format/inspectVhd.ts';
import { changeDisk } from './rig.ts';

const gigabyte = 1024 ** 3;

describe('the format of a virtual disk', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-format-'));
    file = join(folder, 'disk.vhdx');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('VHDX is recognised as dynamic, fixed and differencing with its parent', () => {
    createVhdx(file, { type: 'Dynamic', virtualSize: 8 * gigabyte });
    assert.deepEqual(inspectDisk(file), { format: 'VHDX', type: 'Dynamic', virtualSize: 8 * gigabyte });
    rmSync(file);
    createVhdx(file, { type: 'Fixed', virtualSize: 5 * gigabyte });
    assert.deepEqual(inspectDisk(file), { format: 'VHDX', type: 'Fixed', virtualSize: 5 * gigabyte });
    assert.ok(statSync(file).size > 5 * gigabyte && statSync(file).blocks * 512 < 1024 ** 2);
    rmSync(file);
    createVhdx(file, { type: 'Differencing', virtualSize: gigabyte, parent: '.\\base.vhdx' });
    assert.deepEqual(inspectDisk(file), {
      format: 'VHDX',
      type: 'Differencing',
      virtualSize: gigabyte,
      parent: '.\\base.vhdx',
    });
  });

  it('VHDX stands the loss of one header and one region table, and not of both', () => {
    createVhdx(file, { type: 'Dynamic', virtualSize: gigabyte });
    changeDisk(file, [
      { offset: 64 * 1024 + 20, length: 1, byte: 0xff },
      { offset: 192 * 1024 + 40, length: 1, byte: 0xff },
    ]);
    assert.equal(typeof inspectDisk(file), 'object');
    changeDisk(file, [{ offset: 256 * 1024 + 40, length: 1, byte: 0xff }]);
    assert.match(String(inspectDisk(file)), /region tables/);
    changeDisk(file, [{ offset: 128 * 1024 + 20, length: 1, byte: 0xff }]);
    assert.match(String(inspectDisk(file)), /headers/);
  });

  it('VHD is recognised by its footer, with its checksum', () => {
    for (const [number, type] of [
      [2, 'Fixed'],
      [3, 'Dynamic'],
      [4, 'Differencing'],
    ] as const) {
      const footer = Buffer.alloc(512);
      footer.write('conectix');
      footer.writeBigUInt64BE(BigInt(gigabyte), 48);
      footer.writeUInt32BE(number, 60);
      footer.writeUInt32BE(vhdChecksum(footer), 64);
      writeFileSync(file, Buffer.alloc(4096));
      appendFileSync(file, footer);
      assert.deepEqual(inspectDisk(file), { format: 'VHD', type, virtualSize: gigabyte });
      footer.writeUInt8(footer.readUInt8(100) + 1, 100);
      writeFileSync(file, footer);
      assert.match(String(inspectDisk(file)), /checksum/);
    }
  });

  it('anything else is refused in words', () => {
    writeFileSync(file, '');
    assert.match(String(inspectDisk(file)), /neither the identifier/);
    createVhdx(join(folder, 'cut.vhdx'), { type: 'Dynamic', virtualSize: gigabyte });
    truncateSync(join(folder, 'cut.vhdx'), 1024 ** 2);
    assert.match(String(inspectDisk(join(folder, 'cut.vhdx'))), /metadata/);
  });
});
