import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabaseFiles } from '../../../src/core/mirroring/createDatabaseFiles.ts';
import { openMirroredDatabase } from '../../../src/core/mirroring/mirroredDatabase.ts';
import { markStopped } from '../../../src/core/storage/availability.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { problem } from './expectations.ts';
import { checkFiles } from './history.ts';
import { inInstance, mirror, pairOptions, primary, rowsOf, setNotes } from './pair.ts';

const creator = fileURLToPath(new URL('../../fixtures/mirroring/creator.ts', import.meta.url));
const kills = 10;

describe('creating a mirrored database', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-create-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes both files, in sync, and keeps them the next time', async () => {
    const options = pairOptions(openDataDirectory(folder));
    assert.equal(await createDatabaseFiles(options), 'created');
    {
      using database = openMirroredDatabase(options);
      assert.equal(database.status().MirroringStatusOnMirror, 'synchronized');
      setNotes(database, { anna: 'one' });
    }
    assert.equal(await createDatabaseFiles(options), 'kept');
    using database = openMirroredDatabase(options);
    assert.equal(database.position().sequence, 1);
  });

  it('makes a mirror that is missing, and never an empty principal beside a mirror', async () => {
    const dataDirectory = openDataDirectory(folder);
    const options = pairOptions(dataDirectory);
    const files = {
      primary: dataDirectory.databaseFile(primary, 'rtcxds'),
      mirror: dataDirectory.databaseFile(mirror, 'rtcxds'),
    };
    await createDatabaseFiles(options);
    {
      using database = openMirroredDatabase(options);
      setNotes(database, { anna: 'one' });
    }
    rmSync(files.mirror);
    assert.equal(await createDatabaseFiles(options), 'created');
    assert.deepEqual(checkFiles(files), []);
    rmSync(files.primary);
    assert.equal(await createDatabaseFiles(options), 'kept');
    assert.equal(existsSync(files.primary), false);
    assert.match(rowsOf(files.mirror), /anna/);
  });

  it('is refused while a server is stopped', async () => {
    const dataDirectory = openDataDirectory(folder);
    const options = pairOptions(dataDirectory);
    await createDatabaseFiles(options);
    markStopped(dataDirectory, mirror.server);
    await assert.rejects(createDatabaseFiles(inInstance(options, 'OTHER')), problem('server-stopped', mirror.server));
    assert.equal(existsSync(dataDirectory.databaseFile({ ...primary, instance: 'OTHER' }, 'rtcxds')), false);
  });

  it(`is completed after a kill, ${kills} times at random`, async () => {
    for (let turn = 0; turn < kills; turn += 1) {
      await killCreator(folder, Math.random() * 80);
      await completeAndCheck(folder);
    }
  }).timeout(120_000);
});

async function killCreator(folder: string, after: number): Promise<void> {
  const child = spawn(process.execPath, [creator, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, signal) => resolve(signal)));
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
  await wait(after);
  child.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL');
}

/** Completes the instance that was being made, and looks at its files. */
async function completeAndCheck(folder: string): Promise<void> {
  const dataDirectory = openDataDirectory(folder);
  const server = dataDirectory.serverFolder(primary.server);
  const instance = `I${Math.max(0, (existsSync(server) ? readdirSync(server).length : 0) - 1)}`;
  const options = inInstance(pairOptions(dataDirectory), instance);
  await createDatabaseFiles(options);
  const files = {
    primary: dataDirectory.databaseFile({ ...primary, instance }, 'rtcxds'),
    mirror: dataDirectory.databaseFile({ ...mirror, instance }, 'rtcxds'),
  };
  using database = openMirroredDatabase(options);
  setNotes(database, { anna: instance });
  await database.maintain();
  assert.deepEqual(checkFiles(files), []);
  for (const file of Object.values(files)) {
    assert.deepEqual(
      readdirSync(dirname(file)).filter((name) => !/^rtcxds\.db(-wal|-shm)?$/.test(name)),
      [],
    );
  }
}
