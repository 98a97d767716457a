import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertServerRunning, markStarted, markStopped, serverState } from '../../../src/core/storage/availability.ts';
import { createDataDirectory, openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { assertInside } from '../../../src/core/storage/names.ts';
import { problem } from '../mirroring/expectations.ts';

const share = { server: 'atl-fs-001.litwareinc.com', share: 'LyncShare', folder: '' };
const unc = '\\\\atl-fs-001.litwareinc.com\\LyncShare';

describe('a data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-data-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has a place for everything, in the folder of its server', () => {
    const directory = openDataDirectory(folder);
    const server = join(folder, 'servers', 'atl-sql-001.litwareinc.com');
    assert.equal(directory.engineDatabase, join(folder, 'engine.db'));
    assert.equal(directory.serverFolder('ATL-SQL-001.litwareinc.com'), server);
    const instance = { server: 'atl-sql-001.litwareinc.com', instance: 'RTC' };
    assert.equal(directory.databaseFile(instance, 'rtcxds'), join(server, 'RTC', 'rtcxds.db'));
    assert.equal(directory.instanceFolder({ ...instance, instance: '' }), join(server, 'MSSQLSERVER'));
    assert.deepEqual(directory.share({ ...share, folder: 'pools/atl' }), {
      unc: `${unc}\\pools\\atl`,
      server: share.server,
      folder: join(folder, 'servers', share.server, 'LyncShare', 'pools', 'atl'),
      mapped: false,
    });
  });

  it('lets no name lead out of it', () => {
    const directory = openDataDirectory(folder);
    for (const name of ['..', '.', '', 'a/b', 'a\\b', '.stopped', 'a.', 'a ', 'c:', 'a\nb', 'a*']) {
      assert.throws(() => directory.serverFolder(name), problem('path-outside-root', name), name);
      assert.throws(() => directory.share({ ...share, share: name }), problem('path-outside-root'), name);
    }
    assert.throws(() => directory.share({ ...share, folder: 'a/../../b' }), problem('path-outside-root', '..'));
    assert.throws(() => directory.share({ ...share, folder: 'a//b' }), problem('path-outside-root'));
  });

  it('lets no symbolic link lead out of it', () => {
    mkdirSync(join(folder, 'inside'));
    symlinkSync(tmpdir(), join(folder, 'out'));
    symlinkSync(join(folder, 'inside'), join(folder, 'in'));
    assertInside(folder, join(folder, 'inside', 'not', 'there', 'yet'));
    assertInside(folder, join(folder, 'in', 'file'));
    assert.throws(() => assertInside(folder, join(folder, 'out', 'file')), problem('path-outside-root'));
    assert.throws(() => assertInside(folder, join(folder, '..', 'file')), problem('path-outside-root'));
  });

  it('takes mapped shares from where they lie, in any case of their names', () => {
    const real = join(folder, 'real');
    mkdirSync(real);
    const directory = openDataDirectory(folder, { mappings: new Map([[unc.toUpperCase(), real]]) });
    assert.deepEqual(directory.share(share), { unc, server: share.server, folder: real, mapped: true });
    const below = directory.share({ ...share, folder: 'a/b' });
    assert.deepEqual([below.folder, below.mapped], [join(real, 'a', 'b'), true]);
  });

  it('refuses mappings to nothing and to files, and reports nothing when asked to', () => {
    const mappings = new Map([[unc, join(folder, 'missing')]]);
    assert.throws(() => openDataDirectory(folder, { mappings }), problem('share-missing', unc));
    assert.equal(openDataDirectory(folder, { mappings, missingMappings: 'report' }).share(share).mapped, true);
    writeFileSync(join(folder, 'missing'), '');
    assert.throws(
      () => openDataDirectory(folder, { mappings, missingMappings: 'report' }),
      problem('share-unreadable', unc),
    );
    assert.throws(
      () => openDataDirectory(folder, { mappings: new Map([[unc, 'relative']]) }),
      problem('share-missing'),
    );
  });

  it('that cannot be used is named', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    assert.throws(() => openDataDirectory(join(folder, 'missing')), problem('data-directory-missing'));
    assert.throws(() => openDataDirectory(file), problem('data-directory-unusable', file));
    assert.throws(() => openDataDirectory(join(file, 'below')), problem('data-directory-missing'));
    assert.throws(() => createDataDirectory(join(file, 'below')), problem('data-directory-unusable'));
    createDataDirectory(join(folder, 'a', 'b'));
    assert.equal(openDataDirectory(join(folder, 'a', 'b')).root, join(folder, 'a', 'b'));
  });
});

describe('a server', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-server-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('runs, is stopped by its mark, and is missing with its folder', () => {
    const directory = openDataDirectory(folder);
    const name = 'ATL-SQL-001.litwareinc.com';
    assert.equal(serverState(directory, name).state, 'missing');
    assert.throws(() => assertServerRunning(directory, name), problem('server-stopped', name));
    mkdirSync(directory.serverFolder(name), { recursive: true });
    assertServerRunning(directory, name);
    markStopped(directory, name);
    markStopped(directory, name);
    assert.equal(serverState(directory, name.toLowerCase()).state, 'stopped');
    assert.throws(() => assertServerRunning(directory, name), /is stopped/);
    markStarted(directory, name);
    markStarted(directory, name);
    assert.equal(serverState(directory, name).state, 'running');
    assert.equal(existsSync(join(directory.serverFolder(name), '.stopped')), false);
  });

  it('is missing when a file lies in the place of its folder', () => {
    const directory = openDataDirectory(folder);
    mkdirSync(join(folder, 'servers'));
    writeFileSync(directory.serverFolder('a'), '');
    assert.equal(serverState(directory, 'a').state, 'missing');
  });
});
