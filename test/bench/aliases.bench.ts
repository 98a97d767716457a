/**
 * Anchors and aliases: a file full of them, and one in which a few lines stand for billions of values. The peer gets a limit
 * of time and of memory, and is ended where it has no answer by then.
 */
import { setTimeout } from 'node:timers/promises';
import { type LanguageClient, startLanguageClient } from '../support/languageClient.ts';
import { type Benchmark, type BenchmarkRow, median, timed } from './harness.ts';
import { peerDelay, peerName, startPeer } from './peer.ts';
import { forgetPeak, peakMemory, residentMemory } from './processMemory.ts';
import { serverCommand } from './product.ts';

const uri = 'file:///aliases.topology.yaml';

interface Limits {
  /** Milliseconds. */
  readonly time: number;
  /** Megabytes. */
  readonly memory: number;
}

interface Answer {
  /** Milliseconds to the diagnostics, or to the end of the patience. */
  readonly time: number;
  /** The most megabytes above what was resident before. */
  readonly memory: number;
  readonly answered: boolean;
}

export const benchmark: Benchmark = async ({ quick, log }) => {
  const limits: Limits = { time: quick ? 10_000 : 60_000, memory: 6_000 };
  const rounds = quick ? 1 : 5;
  const rows: BenchmarkRow[] = [];
  for (const lines of quick ? [1_000] : [1_000, 10_000]) {
    const sides = await both(anchoredTopology(lines), rounds, limits, log);
    rows.push(
      row(`${lines / 1_000}k lines of anchors and aliases, opened`, 'time', sides, lines === 10_000 ? 250 : undefined),
    );
  }
  const bomb = await both(aliasBomb(), rounds, limits, log);
  rows.push(row('alias bomb, refused', 'time', bomb, 100), row('alias bomb, memory', 'memory', bomb, 50));
  return {
    title: 'Anchors and aliases, over standard streams',
    rows,
    notes: [
      'Opened in a server that has read a small file before. Times of the peer are without its pause before it validates.',
      `The peer is ended after ${limits.time / 1_000} s or ${limits.memory} MB.`,
    ],
  };
};

async function both(
  text: string,
  rounds: number,
  limits: Limits,
  log: (line: string) => void,
): Promise<{ readonly ours: Answer; readonly peer: Answer }> {
  const own: Answer[] = [];
  for (let round = 0; round < rounds; round++)
    own.push(await answer(await startLanguageClient({ command: serverCommand() }), text, limits));
  const peer = await answer(await startPeer(log), text, limits);
  const ours = {
    time: median(own.map(({ time }) => time)),
    memory: median(own.map(({ memory }) => memory)),
    answered: own.every(({ answered }) => answered),
  };
  return { ours, peer: { ...peer, time: Math.max(1, peer.time - peerDelay) } };
}

/** Opens the text in a server that is warm, and ends the server. */
async function answer(client: LanguageClient, text: string, limits: Limits): Promise<Answer> {
  await client.open('file:///small.topology.yaml', 'lyncTopology: 1\ndeployment: &name Litware\nsites:\n  *name: {}\n');
  const before = residentMemory(client);
  forgetPeak(client);
  let answered = false;
  const time = await timed(() =>
    Promise.race([
      client.open(uri, text).then(() => {
        answered = true;
      }),
      exhausted(client, limits, () => answered),
    ]),
  );
  const memory = Math.max(0, peakMemory(client) - before);
  if (answered) await client[Symbol.asyncDispose]();
  else {
    client.process.kill('SIGKILL');
    client.connection.dispose();
  }
  return { time, memory, answered };
}

/** Resolves when the server has used up its time or its memory. */
async function exhausted(client: LanguageClient, { time, memory }: Limits, isOver: () => boolean): Promise<void> {
  const end = performance.now() + time;
  while (!isOver() && performance.now() < end && residentMemory(client) < memory) await setTimeout(50);
}

function row(
  name: string,
  what: 'time' | 'memory',
  { ours, peer }: { readonly ours: Answer; readonly peer: Answer },
  budget: number | undefined,
): BenchmarkRow {
  return {
    name,
    ours: ours[what],
    peer: peer[what],
    unit: what === 'time' ? 'ms' : 'MB',
    peerName,
    ...(budget === undefined ? {} : { budget }),
    ...(peer.answered ? {} : { note: 'no answer from the peer' }),
    ...(ours.answered ? {} : { note: 'no answer from ours' }),
  };
}

/** Every pool has an anchor for its databases, and every other one takes those of the one before it, key by key. */
function anchoredTopology(lines: number): string {
  const pairs = Math.round(lines / 16);
  const pool = (index: number): string => {
    const number = String(index).padStart(5, '0');
    const placement = `{ primary: &sql${number} atl-sql-${number}.litwareinc.com\\RTC, mirror: &sqm${number} atl-sqm-${number}.litwareinc.com\\RTC }`;
    const head = (place: string): string =>
      `  ${place}-cs-${number}.litwareinc.com:\n    site: *${place === 'atl' ? 'atlanta' : 'dallas'}\n    edition: *edition\n    release: *release\n`;
    return (
      `${head('atl')}    databases: &databases${number}\n      User: &user${number}\n        ${placement.slice(2, -2).replace(', mirror', '\n        mirror')}\n      Application: *user${number}\n` +
      `${head('dal')}    databases:\n      User: *user${number}\n      Application: { primary: *sql${number}, mirror: *sqm${number} }\n`
    );
  };
  return (
    'lyncTopology: 1\ndeployment: Litware\nsites:\n  &atlanta Atlanta: {}\n  &dallas Dallas: {}\npools:\n' +
    '  phx-cs-001.litwareinc.com: { site: *atlanta, edition: &edition Enterprise, release: &release "2013", centralManagement: active }\n' +
    Array.from({ length: pairs }, (_, index) => pool(index)).join('')
  );
}

/** Ten maps, each of nine aliases of the one before it, where pools are expected: each would have to be looked at. */
function aliasBomb(): string {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  const map = (name: string, index: number): string => {
    const value = index === 0 ? '{}' : `*${names[index - 1]}`;
    const entries = Array.from({ length: 9 }, (_, number) => `k${number}: ${value}`);
    return `  ${name}: &${name} { ${entries.join(', ')} }\n`;
  };
  return `lyncTopology: 1\ndeployment: Litware\nsites: {}\npools:\n${names.map(map).join('')}`;
}
