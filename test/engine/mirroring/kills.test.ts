/** Processes that are killed while they commit and fail over: nothing acknowledged is lost, and nothing diverges. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CommitMoment } from '../../../src/core/mirroring/commit.ts';
import type { FailoverMoment } from '../../../src/core/mirroring/failover.ts';
import { checkFiles, checkHistory, parseHistory } from './history.ts';
import { createPair, noteOf, type Pair, tamper } from './pair.ts';

const client = fileURLToPath(new URL('../../fixtures/mirroring/client.ts', import.meta.url));

type Kind = 'commit' | 'failover' | 'copy' | 'liar';
type Moment = CommitMoment | FailoverMoment;

const kills = 50;
const copyKills = 15;

describe('a process that is killed', () => {
  let pair: Pair;
  beforeEach(async () => {
    pair = await createPair();
  });
  afterEach(() => pair[Symbol.dispose]());

  it(`while it commits, ${kills} times at random: nothing acknowledged is lost, nothing diverges`, async () => {
    await killAtRandom(pair, 'commit', kills);
  }).timeout(180_000);

  it(`while it fails over, ${kills} times at random: one principal, nothing lost`, async () => {
    await killAtRandom(pair, 'failover', kills);
  }).timeout(180_000);

  it(`while it copies the mirror anew, ${copyKills} times at random: nothing half written stays`, async () => {
    await killAtRandom(pair, 'copy', copyKills);
  }).timeout(180_000);

  const moments: readonly Moment[] = ['recorded', 'hardened', 'committed', 'pending', 'redone', 'promoted', 'demoted'];
  for (const moment of moments) {
    it(`at the moment "${moment}": recovers by itself`, async () => {
      for (const count of [1, 4]) {
        await run(pair, 'failover', moment, count);
        await recoverAndCheck(pair);
      }
    });
  }

  it('is caught when it acknowledges what is not durable yet (control)', async () => {
    await run(pair, 'liar', 'recorded', 5);
    const wrong = await recover(pair);
    assert.match(wrong.join('\n'), /^user5 holds nothing; it may hold 5$/m);
  });

  it('is caught when the files differ (control)', async () => {
    await run(pair, 'commit', 'committed', 30);
    assert.deepEqual(await recover(pair), []);
    tamper(pair.files.mirror, "update presence set note = '7' where sipAddress = 'user1'");
    assert.deepEqual(checkFiles(pair.files), ['the rows of the two files differ']);
  });
});

/** The pauses are drawn from the whole of a short life: start, recovery, first commits, steady state. */
async function killAtRandom(pair: Pair, kind: Kind, times: number): Promise<void> {
  let acknowledged = 0;
  for (let turn = 0; turn < times; turn += 1) {
    await run(pair, kind, undefined, Math.random() * 60);
    acknowledged = await recoverAndCheck(pair);
  }
  assert.ok(acknowledged > 0, 'nothing was ever acknowledged');
}

/** Ends the process itself at a moment, or from outside after some milliseconds. */
async function run(pair: Pair, kind: Kind, moment: Moment | undefined, amount: number): Promise<void> {
  const first = (records(pair).at(-1)?.attempt.number ?? 0).toString();
  const at = moment === undefined ? [] : [moment, amount.toString()];
  const child = spawn(process.execPath, [client, pair.folder, historyFile(pair), kind, first, ...at], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, signal) => resolve(signal)));
  if (moment === undefined) {
    await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
    await wait(amount);
    child.kill('SIGKILL');
  }
  assert.equal(await ended, 'SIGKILL', `the client ended by itself: ${errors.join('')}`);
}

/** Returns how many commits were acknowledged so far. */
async function recoverAndCheck(pair: Pair): Promise<number> {
  assert.deepEqual(await recover(pair), []);
  return records(pair).filter(({ answer }) => answer === 'acknowledged').length;
}

/** What a process that starts anew finds, before and after it has brought the mirror up to date. */
async function recover(pair: Pair): Promise<readonly string[]> {
  using database = pair.open();
  const before = checkHistory(records(pair), notesIn(database));
  await database.maintain();
  const status = database.status();
  const words = [status.MirroringStatusOnPrimary, status.MirroringStatusOnMirror, status.sendQueue, status.redoQueue];
  assert.deepEqual(words, ['synchronized', 'synchronized', 0, 0], status.explanation);
  const leftovers = Object.values(pair.files).flatMap((file) =>
    readdirSync(dirname(file)).filter((name) => !/^rtcxds\.db(-wal|-shm)?$/.test(name)),
  );
  const after = checkHistory(records(pair), notesIn(database));
  return [...before, ...after, ...checkFiles(pair.files), ...leftovers.map((name) => `${name} was left behind`)];
}

function notesIn(database: ReturnType<Pair['open']>): ReadonlyMap<string, string> {
  assert.equal(noteOf(database, 'nobody'), undefined);
  const rows = database.read((connection) => connection.prepare('select sipAddress, note from presence').all());
  return new Map(rows.map((row) => [String(row['sipAddress']), String(row['note'])]));
}

function historyFile(pair: Pair): string {
  return join(pair.folder, 'history.jsonl');
}

function records(pair: Pair): ReturnType<typeof parseHistory> {
  return existsSync(historyFile(pair)) ? parseHistory(readFileSync(historyFile(pair), 'utf8')) : [];
}
