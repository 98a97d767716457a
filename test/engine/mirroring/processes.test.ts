/** Principal, mirror and witness as processes that are stopped, continued and killed under load: what is promised still holds. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/lab/random.ts';
import type { Watch } from '../../../src/core/mirroring/contract.ts';
import type { InstanceHost } from '../../../src/core/mirroring/instances/host.ts';
import { createInstanceProcesses } from '../../../src/core/mirroring/instances/processes.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { checkFiles, checkHistory, parseHistory } from './history.ts';
import { createPair, mirror, noteOf, primary, sessionOf, setNotes, witness } from './pair.ts';
import { type Actor, createProcessPair, notesIn, type ProcessPair } from './processPair.ts';

const client = fileURLToPath(new URL('../../fixtures/mirroring/processClient.ts', import.meta.url));

const actors: readonly Actor[] = ['principal', 'mirror', 'witness'];
const timeout = 600;
/** In the long run, where a process that is only slow may be taken for lost as well. */
const shortTimeout = 80;
/** Of each actor. */
const stops = 100;
const kills = 8;

const where = process.platform === 'win32' ? ' (not on Windows, where no process can be stopped)' : '';

describe(`instances in processes of their own${where}`, function () {
  this.timeout(60_000);
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  describe('one after the other', () => {
    let run: ProcessPair;
    before(async () => {
      run = await createProcessPair(timeout);
    });
    after(() => run[Symbol.asyncDispose]());
    afterEach(async () => assert.deepEqual(await run.verdict(), []));

    it('serves exposed while the mirror is stopped, and brings it up to date when it is continued', async () => {
      const { mirror: stopped } = run.processes();
      await whileStopped([stopped], async () => {
        await waitUntil('a commit is acknowledged', () => run.commit() === 'acknowledged');
        assert.equal(run.database.status().MirroringStatusOnPrimary, 'disconnected');
      });
    });

    it('goes on without the witness, and then nothing fails over by itself', async () => {
      const { witness, principal } = run.processes();
      await whileStopped([witness], async () => {
        await waitUntil('a commit is acknowledged', () => run.commit() === 'acknowledged');
        await whileStopped([principal], async () => {
          for (let look = 0; look < 10; look += 1, await wait(timeout / 5)) {
            assert.notEqual(run.commit(), 'acknowledged');
            assert.equal(await run.supervise(), false);
          }
        });
      });
    });

    it('stops serving without mirror and witness', async () => {
      const { mirror: partner, witness } = run.processes();
      await whileStopped([partner, witness], async () => {
        // The first commit may have reached the mirror before it is known to be away.
        for (let attempt = 0; attempt < 5; attempt += 1) assert.notEqual(run.commit(), 'acknowledged');
        assert.equal(run.database.status().principal, undefined);
      });
    });

    it('lets the mirror take over from a stopped principal after the time-out, and the continued one follow it', async () => {
      const before = run.database.status().principal;
      const { principal } = run.processes();
      const watch: Watch = { together: false, lost: undefined };
      await waitUntil('all see each other', async () => (await run.database.supervise(watch, timeout)) === 'quiet');
      assert.ok(watch.together);
      await whileStopped([principal], async () => {
        let outcome = await run.database.supervise(watch, timeout).catch(retried);
        while (typeof outcome !== 'object') {
          outcome = await run.database.supervise(watch, timeout).catch(retried);
        }
        assert.ok(outcome.refusedFor >= timeout, `after ${outcome.refusedFor} ms`);
        await waitUntil('a commit is acknowledged', () => run.commit() === 'acknowledged');
        assert.notEqual(run.database.status().principal, before);
      });
      await run.settle();
      const former = sessionOf(run.pair.files[before ?? 'primary']);
      assert.equal(former['role'], 'mirror');
      await waitUntil('a commit is acknowledged', () => run.commit() === 'acknowledged');
    });

    it('does not start a second process for an instance that another one holds', async () => {
      const { dataDirectory } = run.pair;
      await using other = createInstanceProcesses({ dataDirectory, timeout, restartAfter: 60_000 });
      assert.match(other.problem(primary)?.message ?? '', /has ended/);
      await waitUntil('a commit is acknowledged', () => run.commit() === 'acknowledged');
    });

    it('lets several databases use what one instance holds', async () => {
      const { database, pair, host } = run;
      using other = pair.open({ host });
      await waitUntil('both use it in turns', () =>
        [database, other, database, other].every((one) => one.status().witnessState === 'connected'),
      );
    });

    it('lets a caller change rows and nothing else, and says what the file refused', () => {
      const { database } = run;
      const drop = (): unknown => database.commit('client', (connection) => connection.exec('drop table presence'));
      assert.throws(drop, { code: 'commit-rejected' });
      assert.throws(() => database.read((connection) => connection.exec('delete from presence')), LyncTopologyError);
      const twice = (): unknown =>
        database.commit('client', (connection) => {
          const insert = connection.prepare('insert into presence select * from presence where sipAddress = ?');
          insert.run('counter');
        });
      assert.throws(twice, { code: 'commit-rejected' });
      assert.notEqual(noteOf(database, 'counter'), undefined);
    });
  });

  it(`stopped and continued ${stops} times each, killed ${kills} times each under load: nothing is lost`, async () => {
    await using run = await createProcessPair(shortTimeout);
    const random = createRandom('stopped and killed');
    const left = {
      stop: { principal: stops, mirror: stops, witness: stops },
      kill: { principal: kills, mirror: kills, witness: kills },
    };
    let takenOver = 0;
    for (const kind of ['stop', 'kill'] as const) {
      while (actors.some((actor) => left[kind][actor] > 0)) {
        const wanted = actors.filter((actor) => left[kind][actor] > 0);
        const chosen = wanted.filter(() => random.chance(0.5));
        const [first = 'witness', ...others] = wanted;
        const victims: readonly Actor[] = chosen.length === 0 ? [random.pick<Actor>([first, ...others])] : chosen;
        for (const actor of victims) left[kind][actor] -= 1;
        takenOver += await strike(run, kind, victims, random.chance(0.5) ? 0 : shortTimeout * 1.5);
      }
      assert.deepEqual(await run.verdict(), [], kind);
    }
    const acknowledged = run.records().filter(({ answer }) => answer === 'acknowledged').length;
    assert.ok(takenOver > 3 && acknowledged > stops, `${takenOver} takeovers, ${acknowledged} acknowledged`);
  }).timeout(240_000);

  it('goes on with the next engine when one was killed while the process of the principal was stopped', async () => {
    using pair = await createPair(undefined, { witness });
    const history = join(pair.folder, 'history.jsonl');
    const engine = spawn(process.execPath, ['--no-warnings', client, pair.folder, history], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(engine.stdout, 'data');
    const principal = Number(String(said));
    process.kill(principal, 'SIGSTOP');
    engine.kill('SIGKILL');
    await once(engine, 'close');
    const { dataDirectory } = pair;
    await using host = createInstanceProcesses({ dataDirectory, timeout: 2_000, restartAfter: 0 });
    using database = pair.open({ host });
    await waitUntil('it is synchronised', async () => {
      await database.maintain();
      const { MirroringStatusOnPrimary: status, redoQueue } = database.status();
      return status === 'synchronized' && redoQueue === 0;
    });
    assert.notEqual(host.processOf(primary), principal);
    const records = parseHistory(readFileSync(history, 'utf8'));
    assert.deepEqual([...checkHistory(records, notesIn(database)), ...checkFiles(pair.files)], []);
    database[Symbol.dispose]();
  });

  it('is caught when a mirror that did not answer is taken for one that has the commit (control)', async () => {
    await using run = await createProcessPair(timeout, believeSilence);
    const { mirror: silent, principal } = run.processes();
    process.kill(silent, 'SIGSTOP');
    assert.equal(run.commit(), 'acknowledged');
    process.kill(silent, 'SIGKILL');
    await waitUntil(
      'the mirror runs again',
      () => run.host.processOf(mirror) !== silent && run.host.problem(mirror) === undefined,
    );
    await whileStopped([principal], async () => {
      const watch: Watch = { together: true, lost: undefined };
      await waitUntil(
        'the mirror has taken over',
        async () => typeof (await run.database.supervise(watch, 0).catch(retried)) === 'object',
      );
      setNotes(run.database, { somebody: 'else' });
    });
    assert.match((await run.verdict()).join('\n'), /^user1 holds nothing; it may hold 1$/m);
  }).timeout(60_000);
});

/** Commits while the victims are stopped or being started again; how often the mirror took over meanwhile. */
async function strike(
  run: ProcessPair,
  kind: 'stop' | 'kill',
  victims: readonly Actor[],
  after: number,
): Promise<number> {
  const processes = run.processes();
  for (let before = 0; before < 2; before += 1) run.commit();
  for (const actor of victims) process.kill(processes[actor], kind === 'stop' ? 'SIGSTOP' : 'SIGKILL');
  let takenOver = 0;
  const end = performance.now() + after;
  do {
    run.commit();
    takenOver += (await run.supervise()) ? 1 : 0;
    await wait(2);
  } while (performance.now() < end);
  if (kind === 'stop') for (const actor of victims) process.kill(processes[actor], 'SIGCONT');
  run.commit();
  await run.settle();
  return takenOver;
}

async function whileStopped(pids: readonly number[], work: () => Promise<void>): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

/** A look that met another process that was away is repeated. */
function retried(error: unknown): 'waiting' {
  if (error instanceof LyncTopologyError) return 'waiting';
  throw error;
}

/** Breaks the promise: says that the mirror has hardened an entry when it has only not answered. */
function believeSilence(host: InstanceHost): InstanceHost {
  return {
    ...host,
    open: (instance, file, label) => {
      const database = host.open(instance, file, label);
      const statement: typeof database.statement = (sql) => {
        const prepared = database.statement(sql);
        if (!sql.startsWith('insert into mirroring_log\n')) return prepared;
        const { run } = prepared;
        prepared.run = new Proxy(run, {
          apply: (target, own, values) => {
            try {
              return Reflect.apply(target, own, values);
            } catch {
              return { changes: 1, lastInsertRowid: 0 };
            }
          },
        });
        return prepared;
      };
      return { ...database, statement };
    },
  };
}
