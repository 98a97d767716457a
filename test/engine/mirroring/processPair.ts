/** A mirrored database whose principal, mirror and witness are processes of their own, and a client that writes down what it is told. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import type { MirroredDatabase, Watch } from '../../../src/core/mirroring/contract.ts';
import type { InstanceHost } from '../../../src/core/mirroring/instances/host.ts';
import { createInstanceProcesses, type InstanceProcesses } from '../../../src/core/mirroring/instances/processes.ts';
import {
  type Answer,
  checkAcknowledgements,
  checkFiles,
  checkHistory,
  type HistoryRecord,
  parseHistory,
} from './history.ts';
import { createPair, mirror, type Pair, primary, setNotes, witness } from './pair.ts';

export type Actor = 'principal' | 'mirror' | 'witness';

export interface ProcessPair extends AsyncDisposable {
  readonly pair: Pair;
  readonly host: InstanceProcesses;
  readonly database: MirroredDatabase;
  /** The processes of the actors as the roles are now; looked at before anything is done to one of them. */
  processes(): Readonly<Record<Actor, number>>;
  commit(): Answer;
  /** One look of who watches the sessions; true when the mirror has taken over. */
  supervise(): Promise<boolean>;
  /** Waits until all three answer and the mirror has every commit. */
  settle(): Promise<void>;
  /** What the clients' log and the files say to each other, after settling. */
  verdict(): Promise<readonly string[]>;
  records(): readonly HistoryRecord[];
}

const users = 12;

/** `timeout` in milliseconds. `disguise` is what a control does to what the processes answer. */
export async function createProcessPair(
  timeout: number,
  disguise: (host: InstanceHost) => InstanceHost = (host) => host,
): Promise<ProcessPair> {
  const pair = await createPair(undefined, { witness });
  const host = createInstanceProcesses({ dataDirectory: pair.dataDirectory, timeout, restartAfter: 0 });
  const database = pair.open({ host: disguise(host) });
  const lines: string[] = [];
  const write = (line: object): number => lines.push(`${JSON.stringify(line)}\n`);
  const watch: Watch = { together: false, lost: undefined };
  let number = 0;

  function commit(): Answer {
    number += 1;
    const user = `user${number % users}`;
    write({ attempt: { number, user } });
    let answer: Answer = 'acknowledged';
    try {
      const { epoch, sequence } = setNotes(database, { [user]: String(number), counter: String(number) });
      write({ answer, number, position: { epoch, sequence } });
    } catch (error) {
      answer = error instanceof LyncTopologyError && error.code !== 'commit-unknown' ? 'refused' : 'unknown';
      write({ answer, number });
    }
    return answer;
  }

  async function settle(): Promise<void> {
    for (const deadline = performance.now() + 60_000; ; await wait(5)) {
      const away = [primary, mirror, witness].some((instance) => host.problem(instance) !== undefined);
      // The watch completes what was begun.
      if (!away) await supervise();
      if (!away) await database.maintain();
      const { MirroringStatusOnPrimary: status, redoQueue, witnessState, explanation } = database.status();
      if (!away && status === 'synchronized' && redoQueue === 0 && witnessState === 'connected') return;
      assert.ok(performance.now() < deadline, explanation);
    }
  }

  async function supervise(): Promise<boolean> {
    try {
      return typeof (await database.supervise(watch, timeout)) === 'object';
    } catch (error) {
      // A process went away while the roles were being changed; what was begun is called off or completed.
      if (!(error instanceof LyncTopologyError)) throw error;
      return false;
    }
  }

  const processOf = (instance: typeof primary): number => host.processOf(instance) ?? 0;
  await settle();
  return {
    pair,
    host,
    database,
    processes: () => {
      const isPrimary = database.status().principal === 'primary';
      const [principal, other] = isPrimary ? [primary, mirror] : [mirror, primary];
      return { principal: processOf(principal), mirror: processOf(other), witness: processOf(witness) };
    },
    commit,
    supervise,
    settle,
    verdict: async () => {
      await settle();
      const notes = notesIn(database);
      const all = parseHistory(lines.join(''));
      return [...checkHistory(all, notes), ...checkAcknowledgements(all), ...checkFiles(pair.files)];
    },
    records: () => parseHistory(lines.join('')),
    [Symbol.asyncDispose]: async () => {
      database[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
      pair[Symbol.dispose]();
    },
  };
}

export function notesIn(database: MirroredDatabase): ReadonlyMap<string, string> {
  const rows = database.read((connection) => connection.prepare('select sipAddress, note from presence').all());
  return new Map(rows.map((row) => [String(row['sipAddress']), String(row['note'])]));
}
