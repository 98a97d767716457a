/** Long histories of commits, role changes, lost servers and lost processes, drawn at random and judged by the checker. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import type { PlaceRole } from '../../../src/core/mirroring/roles.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import { type Answer, checkFiles, checkHistory, type HistoryRecord } from './history.ts';
import { createPair, mirror, type Pair, primary, sessionOf, setNotes } from './pair.ts';

const logPolicy = { keptForMirror: 6, trimmedAtOnce: 3 };
const servers = { primary: primary.server, mirror: mirror.server };

type Action =
  | { readonly kind: 'commit'; readonly user: number }
  /** The process ends after the mirror hardened, before the principal stored, and another begins. */
  | { readonly kind: 'die'; readonly user: number }
  | { readonly kind: 'stop' | 'start' | 'failOver'; readonly place: PlaceRole }
  | { readonly kind: 'maintain' | 'reopen' | 'loseMirrorFile' };

const user = fc.nat({ max: 5 });
const place = fc.constantFrom<PlaceRole>('primary', 'mirror');
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('commit' as const), user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('die' as const), user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stop' as const), place }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const), place }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('failOver' as const), place }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'maintain' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'loseMirrorFile' as const }) },
);

describe('a history of a mirrored database', () => {
  it('loses nothing that was acknowledged and never diverges, whatever happens to its servers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 40 }), async (actions) => {
        using pair = await createPair();
        await new Run(pair).play(actions);
      }),
      { numRuns: 20 },
    );
  }).timeout(120_000);

  it('stands 100 role changes under load', async () => {
    using pair = await createPair();
    const database = pair.open();
    const records: HistoryRecord[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      for (let commit = 0; commit < 3; commit += 1) {
        const attempt = { number: records.length + 1, user: `user${records.length % 7}` };
        setNotes(database, { [attempt.user]: `${attempt.number}`, counter: `${attempt.number}` });
        records.push({ attempt, answer: 'acknowledged' });
      }
      await database.failOver(turn % 2 === 0 ? 'mirror' : 'primary', {});
    }
    assert.deepEqual([...checkHistory(records, notesIn(database)), ...checkFiles(pair.files)], []);
    assert.equal(sessionOf(pair.files.primary)['epoch'], 101);
  }).timeout(120_000);
});

/** Plays actions against one pair and remembers what a client would. */
class Run {
  readonly #pair: Pair;
  #database: MirroredDatabase;
  #dying = false;
  readonly #records: HistoryRecord[] = [];
  readonly #stopped = new Set<PlaceRole>();
  #principal: PlaceRole = 'primary';

  constructor(pair: Pair) {
    this.#pair = pair;
    this.#database = this.#open();
  }

  async play(actions: readonly Action[]): Promise<void> {
    for (const next of actions) await this.#perform(next);
    for (const role of ['primary', 'mirror'] as const) markStarted(this.#pair.dataDirectory, servers[role]);
    assert.deepEqual(checkHistory(this.#records, notesIn(this.#database)), []);
    await this.#database.maintain();
    const status = this.#database.status();
    assert.equal(status.MirroringStatusOnPrimary, 'synchronized', status.explanation);
    assert.equal(status.principal, this.#principal);
    assert.deepEqual([...checkHistory(this.#records, notesIn(this.#database)), ...checkFiles(this.#pair.files)], []);
  }

  async #perform(next: Action): Promise<void> {
    switch (next.kind) {
      case 'commit':
        return this.#commit(next.user);
      case 'die':
        this.#dying = true;
        this.#commit(next.user);
        this.#dying = false;
        return this.#reopen();
      case 'stop':
        this.#stopped.add(next.place);
        return markStopped(this.#pair.dataDirectory, servers[next.place]);
      case 'start':
        this.#stopped.delete(next.place);
        return markStarted(this.#pair.dataDirectory, servers[next.place]);
      case 'failOver':
        return await this.#failOver(next.place);
      case 'maintain':
        return await this.#database.maintain();
      case 'reopen':
        return this.#reopen();
      case 'loseMirrorFile': {
        const role = this.#principal === 'primary' ? 'mirror' : 'primary';
        return rmSync(this.#pair.files[role], { force: true });
      }
    }
  }

  #commit(user: number): void {
    const attempt = { number: this.#records.length + 1, user: `user${user}` };
    const answer = this.#try(attempt.user, `${attempt.number}`);
    this.#records.push({ attempt, answer });
    const expected = this.#stopped.has(this.#principal) ? 'refused' : this.#dying ? 'unknown' : 'acknowledged';
    assert.equal(answer, expected);
  }

  #try(name: string, note: string): Answer {
    try {
      setNotes(this.#database, { [name]: note, counter: note });
      return 'acknowledged';
    } catch (error) {
      return error instanceof LyncTopologyError && error.code !== 'commit-unknown' ? 'refused' : 'unknown';
    }
  }

  async #failOver(target: PlaceRole): Promise<void> {
    try {
      await this.#database.failOver(target, {});
      assert.equal(this.#stopped.size, 0, 'a failover went through with a server stopped');
      this.#principal = target;
    } catch (error) {
      if (!(error instanceof LyncTopologyError)) throw error;
      assert.match(error.code, /^database-(not-synchronized|already-principal)$/, error.message);
    }
  }

  #open(): MirroredDatabase {
    return this.#pair.open({
      logPolicy,
      reached: (moment) => {
        if (this.#dying && moment === 'hardened') throw new Error('the process ended here');
      },
    });
  }

  #reopen(): void {
    this.#database[Symbol.dispose]();
    this.#database = this.#open();
  }
}

function notesIn(database: MirroredDatabase): ReadonlyMap<string, string> {
  const rows = database.read((connection) => connection.prepare('select sipAddress, note from presence').all());
  return new Map(rows.map((row) => [String(row['sipAddress']), String(row['note'])]));
}
