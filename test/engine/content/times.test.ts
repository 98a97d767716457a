/** Times that are set and read back, again and again. */
import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  microseconds,
  nodeFileSystem,
  setDirectoryMetadata,
} from '../../../src/core/backupService/content/fileSystem.ts';

describe('content: the time of a folder', () => {
  it('is the same after it has been set from itself many times, whatever its microseconds are', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lync-times-'));
    try {
      for (let step = 0; step < 500; step++) {
        const wanted = 1_795_253_469_000_000 + step * 7_919;
        let time = setDirectoryMetadata(nodeFileSystem, folder, wanted, 0o755).mtimeUs;
        for (let round = 0; round < 5; round++)
          time = setDirectoryMetadata(nodeFileSystem, folder, time, 0o755).mtimeUs;
        assert.equal(time, wanted);
        assert.equal(microseconds(lstatSync(folder)), wanted);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
