import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { compareTrees } from '../../../src/core/backupService/content/index.ts';
import { readImportState } from '../../../src/core/backupService/importState.ts';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { contentFolder } from '../../../src/core/lab/names.ts';
import { databaseSchema } from '../../../src/core/storage/schemas.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, dallas, initialized, syncOf, type TestDirectory, testDirectory, usersOf } from './testEngine.ts';

const kills = 50;
/** Every so many kills the engine that takes over is ours and is looked at closely; the others are killed as well. */
const killsPerLook = 5;
const child = new URL('../../fixtures/engine/syncUnderLoad.ts', import.meta.url).pathname;

describe('An engine that is killed while it synchronises and clients commit', () => {
  let directory: TestDirectory;
  let cache: string;

  before(() => {
    directory = testDirectory('lync-kills-');
    cache = mkdtempSync(join(tmpdir(), 'lync-compiled-'));
  });
  after(() => {
    directory[Symbol.dispose]();
    rmSync(cache, { recursive: true, force: true });
  });

  it(`loses no acknowledged commit, imports exactly once and tears no file in ${kills} kills`, async function () {
    this.timeout(300_000);
    const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
    const random = seeded(seed);
    const acknowledged = new Map<string, number>();
    let value = 1;
    await prepare(directory);
    for (let kill = 1; kill <= kills; kill += 1) {
      writeContent(directory.root, kill);
      const rows = await runAndKill(directory.root, cache, value, kill, random() * 250);
      for (const [key, last] of rows) acknowledged.set(key, last);
      value += 1_000_000;
      if (kill % killsPerLook !== 0) continue;
      await look(directory, acknowledged, `seed ${seed}, kill ${kill}`);
    }
    assert.ok(acknowledged.size > 0, 'nothing was acknowledged');
  });
});

async function prepare(directory: TestDirectory): Promise<void> {
  const engine = await initialized(directory);
  // The whole log is kept, so that the copy can be compared with what the log says it should be.
  engine.databases.find(atlanta, 'rtcxds').retainLog('test', 0);
  await engine[Symbol.asyncDispose]();
}

/** Content of a round: small files, and one that is brought up to date in place. */
function writeContent(root: string, round: number): void {
  const folder = contentOf(root, 'atl');
  mkdirSync(folder, { recursive: true });
  for (let file = 0; file < 8; file += 1) {
    writeFileSync(
      join(folder, `file ${round % 5}-${file}.txt`),
      String(round)
        .padStart(8)
        .repeat(500 * (file + 1)),
    );
  }
  writeFileSync(join(folder, 'large.pptx'), String(round).padStart(8).repeat(200_000));
}

/** Lets the child run for a while after it is ready, kills it, and returns what it had acknowledged. */
async function runAndKill(
  root: string,
  cache: string,
  value: number,
  seed: number,
  milliseconds: number,
): Promise<ReadonlyMap<string, number>> {
  const process_ = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', child, root, String(value), String(seed)],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
    },
  );
  const rows = new Map<string, number>();
  let errors = '';
  process_.stderr.on('data', (data) => (errors += data));
  const lines = createInterface({ input: process_.stdout });
  const ready = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    const [key = '', last = ''] = line.split(' ');
    if (key === 'ready') ready.resolve();
    // A line that the kill cut off was not told to anybody.
    else if (/^\d{1,2} \d+$/.test(line)) rows.set(key, Number(last));
  });
  const ended = once(process_, 'close');
  await Promise.race([ready.promise, ended]);
  await Promise.race([delay(milliseconds), ended]);
  process_.kill('SIGKILL');
  await ended;
  assert.equal(errors, '', errors);
  return rows;
}

/** Takes over as the next engine does, and compares what was told with what is there. */
async function look(directory: TestDirectory, acknowledged: ReadonlyMap<string, number>, when: string): Promise<void> {
  let resumed: string | undefined;
  const engine = await directory.open({
    resume: (services, job) => {
      resumed = job.id;
      return syncOf(services)[1];
    },
  });
  try {
    assertNothingAcknowledgedIsMissing(engine, acknowledged, when);
    assertCopyIsWhatItsPositionSays(engine, when);
    assertNoFileIsTorn(directory.root, when);
    await settle(engine, resumed, when);
    await assertEverythingIsImported(engine, directory.root, when);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

function assertNothingAcknowledgedIsMissing(
  engine: Engine,
  acknowledged: ReadonlyMap<string, number>,
  when: string,
): void {
  for (const [key, value] of acknowledged) {
    const row = engine.lab.readRow(atlanta, 'rtcxds', 'users', { sipAddress: `sip:load${key}@litwareinc.com` });
    assert.ok(Number(row?.['displayName']) >= value, `${when}: ${key} is ${row?.['displayName']}, told was ${value}`);
  }
}

/** Rows and position move together: the log up to the position, applied to nothing, gives exactly the partner's copy. */
function assertCopyIsWhatItsPositionSays(engine: Engine, when: string): void {
  const source = engine.databases.find(atlanta, 'rtcxds');
  const state = engine.databases.find(dallas, 'rtcxds').read((database) => readImportState(database, atlanta));
  if (state === undefined || state.copying !== undefined) return;
  using replay = new DatabaseSync(':memory:');
  for (const sql of databaseSchema('rtcxds').migrations) replay.exec(sql);
  for (const entry of source.logAfter(0, state.position.sequence) ?? []) {
    if (entry.origin === 'client') assert.ok(replay.applyChangeset(entry.changeset));
  }
  const expected = replay.prepare('select * from users where homePool = ? order by sipAddress').all(atlanta);
  assert.deepEqual(usersOf(engine, dallas, atlanta), expected, `${when}: the copy is not what its position says`);
}

/** Every file on the partner's share is one version of the file, whole. */
function assertNoFileIsTorn(root: string, when: string): void {
  const folder = contentOf(root, 'dal');
  for (const entry of namesIn(folder)) {
    const text = readFileSync(join(folder, entry), 'utf8');
    const first = text.slice(0, 8);
    assert.ok(first.length === 8 && text === first.repeat(text.length / 8), `${when}: ${entry} is torn`);
  }
}

async function settle(engine: Engine, resumed: string | undefined, when: string): Promise<void> {
  if (resumed !== undefined) {
    await waitUntil(`the job that was resumed has ended (${when})`, () => engine.jobs.get(resumed).state !== 'running');
    assert.equal(engine.jobs.get(resumed).state, 'completed', `${when}: ${engine.jobs.get(resumed).error?.message}`);
  }
  const status = await engine.jobs.start(...syncOf(engine)).ended;
  assert.equal(status.state, 'completed', `${when}: ${status.error?.message}`);
  const unended = engine.jobs.list().filter((job) => job.endedAt === undefined);
  assert.deepEqual(unended, [], `${when}: jobs that nobody runs`);
}

async function assertEverythingIsImported(engine: Engine, root: string, when: string): Promise<void> {
  assert.deepEqual(usersOf(engine, dallas, atlanta), usersOf(engine, atlanta, atlanta), when);
  const trees = await compareTrees(contentOf(root, 'atl'), contentOf(root, 'dal'));
  assert.deepEqual(trees.differences, [], when);
  for (const module of ['UserServices.PresenceFocus', 'ConfServices.DataConf'] as const) {
    const status = await engine.backupService.measureModule(atlanta, module);
    assert.equal(status.ExportStatus, 'FinalState', `${when}: ${status.explanation}`);
  }
  for (const pool of ['atl', 'dal']) {
    const share = shareOf(root, pool);
    const stores = readdirSync(share, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('CollabContent'))
      .map((entry) => join(entry.parentPath, entry.name));
    assert.deepEqual(stores, [], `${when}: left on the share of ${pool}`);
  }
}

function shareOf(root: string, pool: 'atl' | 'dal' | string): string {
  return join(root, 'servers', `${pool}-fs-001.litwareinc.com`, 'LyncShare');
}

function contentOf(root: string, pool: 'atl' | 'dal'): string {
  return join(shareOf(root, pool), ...contentFolder.split('/'));
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => /\.(txt|pptx)$/.test(name));
}

/** The same numbers in [0, 1) for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
