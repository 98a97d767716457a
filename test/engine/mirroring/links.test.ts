/** Cutting links as a fault: named, listed, mended, and kept over a restart because the marks lie with the servers. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { cutLink, linkBetween, markedLinks, mendLink } from '../../../src/core/storage/links.ts';
import { atlanta, initialized, testDirectory } from '../engine/testEngine.ts';

const [first, second] = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'];

describe('a link between two servers', () => {
  it('is cut by a mark on either side, whatever the case of the names, and mended by removing both', () => {
    const root = mkdtempSync(join(tmpdir(), 'lync-links-'));
    try {
      const directory = openDataDirectory(root);
      for (const server of [first, second]) mkdirSync(directory.serverFolder(server), { recursive: true });
      const link = linkBetween(directory, first.toUpperCase(), second);
      assert.equal(link.isUp(), true);
      cutLink(directory, second, first);
      assert.equal(link.isUp(), false);
      assert.deepEqual(markedLinks(directory, 'cut', [second, first])[0]?.servers, [first, second]);
      for (const [own, other] of [
        [first, second],
        [second, first],
      ] as const) {
        cutLink(directory, first, second);
        rmSync(join(directory.serverFolder(own), `.cut-${other}`));
        assert.equal(link.isUp(), false, `the mark of ${own} alone was removed`);
        assert.equal(markedLinks(directory, 'cut', [first, second]).length, 1);
      }
      mendLink(directory, first, second);
      assert.equal(link.isUp(), true);
      assert.equal(linkBetween(directory, first, first).isUp(), true);
      assert.throws(() => cutLink(directory, first, first.toUpperCase()), { code: 'argument-invalid' });
      assert.throws(() => cutLink(directory, first, 'nowhere.litwareinc.com'), { code: 'server-stopped' });
      assert.equal(existsSync(join(directory.serverFolder(first), '.cut-nowhere.litwareinc.com')), false);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('is a fault by the name of both, is listed, and ends alone or with all', async () => {
    using directory = testDirectory();
    await using engine = await initialized(directory);
    const listed = await engine.lab.fault('cut', `${second}+${first.toUpperCase()}`);
    assert.deepEqual(
      listed.map(({ id, kind, target }) => [id, kind, target]),
      [[`fault/cut/${first}+${second}`, 'cut', `${first}+${second}`]],
    );
    const [database] = engine.databases.status(atlanta, 'User');
    assert.match(database?.explanation ?? '', /the link between them is cut.*fault start/);
    assert.deepEqual(await engine.lab.mendFault(`${first}+${second}`), []);
    await engine.lab.fault('cut', `${first} ${second}`);
    assert.deepEqual(await engine.lab.clearFaults(), []);
    await assert.rejects(engine.lab.fault('cut', first), { code: 'argument-invalid' });
    await assert.rejects(engine.lab.fault('cut', `${first}+atl-sql-01.litwareinc.com`), { code: 'fault-unknown' });
  });
});
