/**
 * The language server as it is shipped, over standard streams, against `yaml-language-server` with the published schema: what
 * somebody waits for while typing, and memory. Both in one run, in turn.
 */
import { type LanguageClient, startLanguageClient } from '../support/languageClient.ts';
import { largeTopology } from '../support/largeTopology.ts';
import { type Benchmark, type BenchmarkRow, interleave, timed } from './harness.ts';
import { peerDelay, peerName, startPeer } from './peer.ts';
import { peakMemory, steadyMemory } from './processMemory.ts';
import { serverCommand } from './product.ts';
import { typeAndPull, typeBurst, typeOneKey, typeThen, uri } from './strokes.ts';

/** Milliseconds from a key to the diagnostics on the wire, by lines. */
const budgets: Readonly<Record<number, number>> = { 1000: 40, 10000: 60, 50000: 120 };
const ratios: Readonly<Record<number, number>> = { 10000: 1 / 8, 50000: 1 / 15 };

interface Sides {
  readonly ours: number;
  readonly peer: number;
}

export const benchmark: Benchmark = async ({ quick, log }) => {
  const rows: BenchmarkRow[] = [];
  for (const lines of quick ? [1_000] : [1_000, 10_000, 50_000])
    rows.push(...(await compare(lines, quick ? 3 : 9, log)));
  return {
    title: 'Language server, over standard streams',
    rows,
    notes: [
      'Every key changes a value in the middle of the file and waits for the diagnostics of that text; ten keys at once wait for those of the last.',
      `"net" leaves out the ${peerDelay} ms that the peer waits before it validates. Our own pause, 25 ms at most, is left in everywhere; who asks for diagnostics waits for no pause.`,
      'The server is the minified bundle, started as the extension starts it. Memory is what Linux says of the process: at rest after the edits, and the most since the start.',
    ],
  };
};

async function compare(lines: number, rounds: number, log: (line: string) => void): Promise<readonly BenchmarkRow[]> {
  const text = largeTopology(lines);
  const label = `${lines / 1_000}k lines`;
  log(`${label}: ${text.length} characters`);
  await using ours = await startLanguageClient({ command: serverCommand() });
  await using peer = await startPeer(log);
  const opened = { ours: await timed(() => ours.open(uri, text)), peer: await timed(() => peer.open(uri, text)) };
  const both = (work: (client: LanguageClient) => Promise<number>): Promise<Sides> =>
    interleave(
      rounds,
      () => work(ours),
      () => work(peer),
    );
  const key = await both(typeOneKey);
  const burst = await both(typeBurst);
  const hovered = await both((client) => typeThen(client, (at) => client.hover(uri, at)));
  const completed = await both((client) => typeThen(client, (at) => client.completion(uri, at)));
  const memory = { ours: await steadyMemory(ours), peer: await steadyMemory(peer) };
  const peak = { ours: peakMemory(ours), peer: peakMemory(peer) };
  const pulled = { ours: await pull(text, rounds), peer: key.peer };
  const row = (name: string, sides: Sides, aims: Pick<BenchmarkRow, 'target' | 'budget'> = {}): BenchmarkRow => ({
    name: `${label}: ${name}`,
    ...sides,
    unit: 'ms',
    peerName,
    ...aims,
  });
  const budget = budgets[lines] ?? Number.NaN;
  const ratio = ratios[lines];
  const keyAims = ratio === undefined ? {} : { target: ratio };
  return [
    row('open to diagnostics, net', net(opened), lines === 50_000 ? { target: 2 / 3 } : {}),
    row('key to diagnostics', key, { budget }),
    row('key to diagnostics, net', net(key), keyAims),
    row('key to diagnostics that are asked for, net', net(pulled), { ...keyAims, budget }),
    row('last of ten keys to diagnostics, net', net(burst), { budget }),
    row('hover after a key', hovered, lines === 10_000 ? { target: 1 / 10, budget: 10 } : {}),
    row('completion after a key', completed, lines === 10_000 ? { target: 1 / 10, budget: 20 } : {}),
    { ...row('memory at rest', memory, lines === 50_000 ? { target: 1 / 3 } : {}), unit: 'MB' },
    { ...row('memory at its peak', peak, lines === 50_000 ? { target: 1 / 3, budget: 250 } : {}), unit: 'MB' },
  ];
}

function net({ ours, peer }: Sides): Sides {
  return { ours, peer: peer - peerDelay };
}

/** Milliseconds for a client that asks for diagnostics itself, which the peer does not offer. */
async function pull(text: string, rounds: number): Promise<number> {
  await using client = await startLanguageClient({
    command: serverCommand(),
    capabilities: { textDocument: { diagnostic: { relatedDocumentSupport: false } } },
  });
  await client.open(uri, text, { unreported: true });
  await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
  const { ours } = await interleave(
    rounds,
    () => typeAndPull(client),
    () => 0,
  );
  return ours;
}
