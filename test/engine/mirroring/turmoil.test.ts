/** Role changes of every kind under load, links cut, servers stopped, processes killed; the clients' log and the files decide. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../../src/core/lab/random.ts';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import {
  checkAcknowledgements,
  checkFiles,
  checkHistory,
  type HistoryRecord,
  lossesIn,
  parseHistory,
  withoutLosses,
} from './history.ts';
import { createPair, type Pair, witness } from './pair.ts';
import { createTurmoil, settle } from './turmoil.ts';

const client = fileURLToPath(new URL('../../fixtures/mirroring/turmoilClient.ts', import.meta.url));
const roleChanges = 200;
const stepsPerRound = 60;
const kills = 12;

describe('role changes in turmoil', () => {
  it(`${roleChanges} of them, by hand, by themselves and by force: nothing is lost but what is listed by name`, async () => {
    using pair = await createPair(undefined, { witness });
    const database = pair.open();
    const lines: string[] = [];
    const total = { manual: 0, automatic: 0, forced: 0 };
    for (let round = 0; total.manual + total.automatic + total.forced < roleChanges; round += 1) {
      const seed = `turmoil/${round}`;
      const write = (line: object): number => lines.push(`${JSON.stringify(line)}\n`);
      const last = parseHistory(lines.join('')).length;
      const turmoil = createTurmoil(database, pair.dataDirectory, seed, last, write);
      for (let step = 0; step < stepsPerRound; step += 1) await turmoil.step();
      for (const kind of ['manual', 'automatic', 'forced'] as const) total[kind] += turmoil.changes[kind];
      await settle(database, pair.dataDirectory);
      assert.deepEqual(verdict(pair, database, parseHistory(lines.join(''))), [], seed);
    }
    const words = JSON.stringify(total);
    assert.ok(total.manual > 10 && total.automatic > 10 && total.forced > 10, words);
  }).timeout(300_000);

  it(`with the process killed ${kills} times at random: nothing is lost but what is listed by name`, async () => {
    using pair = await createPair(undefined, { witness });
    const history = join(pair.folder, 'history.jsonl');
    writeFileSync(history, '');
    const random = createRandom('killed in turmoil');
    for (let turn = 0; turn < kills; turn += 1) {
      await runUntilKilled(pair, history, `killed/${turn}`, random.integer(20, 400));
      using database = pair.open();
      await settle(database, pair.dataDirectory);
      assert.deepEqual(verdict(pair, database, records(history)), [], `turn ${turn}`);
    }
    const acknowledged = records(history).filter(({ answer }) => answer === 'acknowledged');
    assert.ok(acknowledged.length > kills, 'hardly anything was acknowledged');
  }).timeout(300_000);

  it('is caught when an acknowledged commit is gone and nobody lists it (control)', async () => {
    using pair = await createPair(undefined, { witness });
    const database = pair.open();
    const record: HistoryRecord = {
      attempt: { number: 1, user: 'user1' },
      answer: 'acknowledged',
      position: { epoch: 1, sequence: 1 },
    };
    assert.equal(verdict(pair, database, [record]).length, 1);
    assert.deepEqual(checkHistory(withoutLosses([record], new Set(['1 1'])), new Map()), []);
    const twice = [record, { ...record, attempt: { number: 2, user: 'user2' } }];
    assert.deepEqual(checkAcknowledgements(twice), ['commit 1 of epoch 1 was acknowledged twice']);
    const older = [{ ...record, position: { epoch: 2, sequence: 1 } }, record];
    assert.equal(checkAcknowledgements(older).length, 1);
  });
});

function verdict(pair: Pair, database: MirroredDatabase, all: readonly HistoryRecord[]): readonly string[] {
  const { principal, MirroringStatusOnPrimary: state, explanation } = database.status();
  if (principal === undefined || state !== 'synchronized') return [explanation];
  const expected = withoutLosses(all, lossesIn(pair.files[principal]));
  return [...checkHistory(expected, notesIn(database)), ...checkAcknowledgements(all), ...checkFiles(pair.files)];
}

async function runUntilKilled(pair: Pair, history: string, seed: string, after: number): Promise<void> {
  const last = String(records(history).at(-1)?.attempt.number ?? 0);
  const child = spawn(process.execPath, [client, pair.folder, history, seed, last], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await wait(after);
  child.kill('SIGKILL');
  const [, signal] = await ended;
  assert.equal(signal, 'SIGKILL', `the client ended by itself: ${errors.join('')}`);
}

function records(history: string): readonly HistoryRecord[] {
  return parseHistory(readFileSync(history, 'utf8'));
}

function notesIn(database: MirroredDatabase): ReadonlyMap<string, string> {
  const rows = database.read((connection) => connection.prepare('select sipAddress, note from presence').all());
  return new Map(rows.map((row) => [String(row['sipAddress']), String(row['note'])]));
}
