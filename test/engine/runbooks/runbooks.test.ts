import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { runRunbook } from '../../../src/core/runbooks/run.ts';
import type { Runbook, StepRun } from '../../../src/core/runbooks/runbook.ts';
import { openRunbookStore, type RunbookStore, runbooksComponent } from '../../../src/core/runbooks/store.ts';

/** What the steps change: a list that stands for the world. */
interface World {
  readonly done: string[];
  /** Called before a step does its work; throws to stop it there. */
  before(step: string): void;
  /** Called after the work and before it is recorded. */
  after(step: string): void;
}

const names = ['move', 'redirect', 'restore', 'verify'];

function runbookOf(parameters: Record<string, unknown> = {}): Runbook<World> {
  return {
    operation: 'Invoke-CsPoolFailOver',
    subject: 'pool/atlanta',
    parameters,
    steps: names.map((id) => ({
      id,
      title: `Do ${id}`,
      detail: 'For the test.',
      command: `Invoke-${id}`,
      alreadyDone: async (world) => (world.done.includes(id) ? `${id} is there` : undefined),
      run: async (world) => {
        world.before(id);
        world.done.push(id);
        world.after(id);
        return `${id} was done`;
      },
    })),
  };
}

const refusal = new LyncTopologyError({
  code: 'server-stopped',
  kind: 'refused',
  object: 'dal-sql-001',
  message: 'dal-sql-001 is stopped.',
  remedy: 'Start it.',
});

describe('procedures', () => {
  let folder: string;
  let database: DatabaseSync;
  let store: RunbookStore;
  let log: string[];
  let controller: AbortController;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-runbooks-'));
    database = new DatabaseSync(join(folder, 'engine.db'));
    for (const sql of runbooksComponent.migrations) database.exec(sql);
    store = openRunbookStore(database);
    log = [];
    controller = new AbortController();
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  const run = (): StepRun => ({ signal: controller.signal, onProgress: () => {}, log: (line) => log.push(line) });
  const world = (hooks: Partial<World> = {}): World => ({ done: [], before: () => {}, after: () => {}, ...hooks });

  /** As the next engine does: a new connection to the same file. */
  function openAnew(): void {
    database.close();
    database = new DatabaseSync(join(folder, 'engine.db'));
    database.exec('pragma foreign_keys = on');
    store = openRunbookStore(database);
  }

  it('do each step once, in order, with its command and its evidence on record', async () => {
    const world_ = world();
    const report = await runRunbook(store, runbookOf(), world_, run());
    assert.deepEqual(world_.done, names);
    assert.deepEqual([report.state, report.resumed], ['completed', 0]);
    const steps = report.steps.map(({ id, command, state, evidence }) => ({ id, command, state, evidence }));
    assert.deepEqual(
      steps,
      names.map((id) => ({ id, command: `Invoke-${id}`, state: 'done', evidence: `${id} was done` })),
    );
    assert.deepEqual(store.latest('pool/atlanta'), report);
    assert.deepEqual(store.list(10), [report]);
  });

  it('stop where a step cannot run, say why, and go on there when the cause is mended', async () => {
    let isBroken = true;
    const seen = world({
      before: (step) => {
        if (step === 'restore' && isBroken) throw refusal;
      },
    });
    await assert.rejects(runRunbook(store, runbookOf(), seen, run()), {
      code: 'server-stopped',
      kind: 'refused',
      object: 'dal-sql-001',
      message:
        'Step 3 of 4 (Do restore) could not run: dal-sql-001 is stopped. Steps 1 to 2 are done and will not be repeated.',
      remedy: 'Start it. Then run the same command again: it goes on with this step.',
    });
    const stopped = store.latest('pool/atlanta');
    assert.equal(stopped?.state, 'stopped');
    assert.deepEqual(
      stopped.steps.map(({ state }) => state),
      ['done', 'done', 'failed', 'pending'],
    );
    assert.equal(stopped.steps[2]?.error?.code, 'server-stopped');
    isBroken = false;
    openAnew();
    const report = await runRunbook(store, runbookOf(), seen, run());
    assert.deepEqual(seen.done, names);
    assert.deepEqual([report.id, report.state, report.resumed], [stopped.id, 'completed', 1]);
    assert.equal(report.steps[2]?.error, undefined);
  });

  for (const moment of ['before', 'after'] as const) {
    for (const killed of names) {
      it(`end the same when the engine is killed ${moment} the work of "${killed}"`, async () => {
        let isKilled = false;
        const seen = world({
          [moment]: (step: string) => {
            if (step !== killed || isKilled) return;
            isKilled = true;
            // Nothing is recorded any more: that is what a kill leaves behind.
            database.close();
            throw new Error('killed');
          },
        });
        await assert.rejects(runRunbook(store, runbookOf(), seen, run()));
        database = new DatabaseSync(join(folder, 'engine.db'));
        store = openRunbookStore(database);
        assert.equal(store.latest('pool/atlanta')?.steps[names.indexOf(killed)]?.state, 'running');
        const report = await runRunbook(store, runbookOf(), seen, run());
        assert.deepEqual(seen.done, names);
        assert.deepEqual(
          report.steps.map(({ state }) => state),
          ['done', 'done', 'done', 'done'],
        );
        const already = report.steps[names.indexOf(killed)]?.evidence;
        assert.equal(already, moment === 'after' ? `Already so: ${killed} is there` : `${killed} was done`);
      });
    }
  }

  it('end between two steps when they are cancelled, and go on from there', async () => {
    const seen = world({
      after: (step) => {
        if (step === 'redirect') controller.abort();
      },
    });
    await assert.rejects(runRunbook(store, runbookOf(), seen, run()), {
      code: 'cancelled',
      kind: 'cancelled',
      message:
        'Invoke-CsPoolFailOver was cancelled at step 3 of 4 (Do restore). Steps 1 to 2 are done and will not be repeated.',
    });
    controller = new AbortController();
    await runRunbook(store, runbookOf(), seen, run());
    assert.deepEqual(seen.done, names);
  });

  it('begin anew when they are asked for with other parameters or after they were completed', async () => {
    const seen = world({
      before: (step) => {
        if (step === 'restore') throw refusal;
      },
    });
    await assert.rejects(runRunbook(store, runbookOf(), seen, run()));
    await runRunbook(store, runbookOf({ DisasterMode: true }), world(), run());
    await runRunbook(store, runbookOf({ DisasterMode: true }), world(), run());
    assert.deepEqual(
      store.list(10).map(({ state }) => state),
      ['completed', 'completed', 'abandoned'],
    );
  });
});
