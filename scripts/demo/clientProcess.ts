/**
 * Several clients and an administrator, each with a connection of its own to the engine of the demo:
 *   clientProcess TOPOLOGY DATA POOL
 * They commit until the demo says `stop` or has gone.
 */
import { administratorChanges } from '../../src/core/lab/load/administratorChanges.ts';
import { type ClientChange, clientChanges } from '../../src/core/lab/load/clientChanges.ts';
import { type AcknowledgedRow, type LoadReport, runLoad } from '../../src/core/lab/load/runLoad.ts';
import { createRandom } from '../../src/core/lab/random.ts';
import { peopleOf } from '../../src/core/lab/seed/people.ts';
import { connectEmbedded } from '../../src/deployments/embedded.ts';
import { openHost } from '../../src/engineHost/host.ts';

export type FromClients =
  | { readonly kind: 'started' }
  | { readonly kind: 'ended'; readonly acknowledged: readonly AcknowledgedRow[]; readonly report: LoadReport }
  | { readonly kind: 'failed'; readonly reason: string };

const clients = 4;
const peopleOfClient = 25;
/** Transactions a second of each client. */
const rate = 120;

const [topologyFile = '', dataDirectory = '', pool = ''] = process.argv.slice(2);
const stopping = new AbortController();
process.on('message', () => stopping.abort());
process.on('disconnect', () => stopping.abort());
// Ctrl+C in a terminal reaches this process too; it ends when the demo says so.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

try {
  await work();
} catch (error) {
  await say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
} finally {
  if (process.connected) process.disconnect();
}

async function work(): Promise<void> {
  const acknowledged = new Map<string, AcknowledgedRow>();
  const loads = sources().map((changes) => load(changes, acknowledged));
  const report = sum(await Promise.all(loads));
  await say({ kind: 'ended', acknowledged: [...acknowledged.values()], report });
}

async function load(changes: Iterable<ClientChange>, acknowledged: Map<string, AcknowledgedRow>): Promise<LoadReport> {
  await using connection = await connectEmbedded({
    engine: openHost,
    topologyFile,
    dataDirectory,
    backgroundCycles: false,
  });
  const onAcknowledged = (row: AcknowledgedRow): void => {
    if (acknowledged.size === 0) void say({ kind: 'started' });
    acknowledged.set(JSON.stringify([row.database, row.table, row.key]), row);
  };
  return await runLoad({ pool, changes, commit: connection.commit, rate, signal: stopping.signal, onAcknowledged });
}

/** Every client has people of its own, so that no two write the same row. */
function sources(): readonly Iterable<ClientChange>[] {
  const people = peopleOf([pool], clients * peopleOfClient, createRandom('demo'));
  const ofClients = Array.from({ length: clients }, (_, index) => {
    const [first, ...others] = people.slice(index * peopleOfClient, (index + 1) * peopleOfClient);
    return first === undefined ? [] : clientChanges({ people: [first, ...others], seed: `client ${index}` });
  });
  return [...ofClients, administratorChanges({ name: 'demo', seed: 'demo' })];
}

function sum(reports: readonly LoadReport[]): LoadReport {
  const total = (amount: (report: LoadReport) => number): number =>
    reports.reduce((result, report) => result + amount(report), 0);
  const most = (amount: (report: LoadReport) => number): number => Math.max(0, ...reports.map(amount));
  return {
    commits: total((report) => report.commits),
    acknowledged: total((report) => report.acknowledged),
    refusals: total((report) => report.refusals),
    longestRefusal: most((report) => report.longestRefusal),
    longestWait: most((report) => report.longestWait),
    elapsed: most((report) => report.elapsed),
  };
}

/** Resolves when it is on its way; a demo that has gone hears nothing. */
function say(message: FromClients): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
