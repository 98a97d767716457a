import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { Runbook, StepRun } from '../../../src/core/runbooks/runbook.ts';
import { initialized, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { failBack, failOver, planOf, worldOf } from './procedures.ts';
import {
  backup,
  backupMirror,
  chatPool,
  chatServer,
  firstSite,
  heldBy,
  logBackups,
  primary,
  said,
  say,
  shareFolder,
  stop,
  stretched,
} from './stretchedPool.ts';

describe('the failover of a Persistent Chat pool', () => {
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(async () => {
    directory = testDirectory('lync-failover-');
    engine = await initialized(directory, { deployment: stretched });
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const ship = () => engine.persistentChat.shipLogs(chatPool);

  it('follows the documentation, and names what was said and not shipped', async () => {
    const shipped = [say(engine), say(engine, 'sales')];
    await ship();
    // In the share, and neither copied nor restored.
    const waiting = [say(engine), say(engine)];
    await stop(engine, [backup.server]);
    await assert.rejects(ship(), { code: 'server-stopped' });
    await engine.lab.mendFault(backup.server);
    const lost = [say(engine), say(engine, 'sales', 'sip:bob@litwareinc.com')];
    await stop(engine, firstSite);
    await failOver(engine);

    const world = worldOf(engine, directory.root);
    assert.equal(world.state, 'FailedOver');
    assert.deepEqual(world.active, [chatServer(1, 'dal'), chatServer(2, 'dal')]);
    assert.deepEqual([...world.said].sort(), [...shipped, ...waiting].sort());
    assert.deepEqual([...world.lost].sort(), [...lost].sort());
    assert.deepEqual(world.mirrored, ['synchronized', 'synchronized']);
    assert.deepEqual(world.steps, [
      'remove-log-shipping done',
      'copy-backups done',
      'apply-backups done',
      'recover done',
      'pool-state done',
      'mirror done',
      'active-servers done',
    ]);
    const after = say(engine);
    assert.ok(said(engine).includes(after));
    // Both places of the second site hold it.
    await engine.databases.find(chatPool, 'mgc').failOver('mirror', {});
    assert.ok(said(engine).includes(after));
  });

  it('loses nothing when it is planned', async () => {
    const before = [say(engine), say(engine)];
    await failOver(engine, { Planned: true });
    assert.deepEqual(said(engine), before.sort());
    assert.deepEqual(engine.persistentChat.lost(chatPool), []);
    assert.equal(engine.persistentChat.status(chatPool).logShipping, undefined);
  });

  it('shows its steps, commands and losses before', async () => {
    const waiting = say(engine);
    await stop(engine, firstSite);
    const plan = await planOf(engine, 'Invoke-PersistentChatFailover');
    assert.equal(plan.ready, true);
    assert.equal(plan.steps.length, 7);
    assert.match(plan.losses.join('\n'), new RegExp(waiting));
    assert.match(plan.powershell, /sp_delete_log_shipping_secondary_database mgc[\s\S]*PoolState FailedOver/);
    assert.deepEqual(engine.runbooks.list(9), []);
  });

  it('goes on without backups that are lost when that is allowed, and names what they held', async () => {
    const shipped = say(engine);
    await ship();
    const lost = say(engine);
    await leaveUnapplied(damage);
    await failOver(engine, { AllowDataLoss: true });
    assert.deepEqual(said(engine), [shipped]);
    assert.deepEqual(
      engine.persistentChat.lost(chatPool).map(({ room, id }) => `${room}/${id}`),
      [lost],
    );
  });

  it('stops where a step cannot run, and goes on there after it is mended', async () => {
    say(engine);
    await ship();
    await stop(engine, firstSite);
    const services = breakingAt('mirror', () => stop(engine, [backupMirror.server]));
    await assert.rejects(failOver(services), { code: 'server-stopped', object: backupMirror.server });
    const stopped = engine.runbooks.latest(`persistentChat/${chatPool}`);
    assert.deepEqual(
      stopped?.steps.map(({ state }) => state),
      ['done', 'done', 'done', 'done', 'done', 'failed', 'pending'],
    );
    await engine.lab.mendFault(backupMirror.server);
    await failOver(engine);
    const resumed = engine.runbooks.latest(`persistentChat/${chatPool}`);
    assert.equal(resumed?.id, stopped?.id);
    assert.equal(resumed?.resumed, 1);
    assert.deepEqual(resumed?.steps.slice(0, 5), stopped?.steps.slice(0, 5));
    assert.equal(worldOf(engine, directory.root).state, 'FailedOver');
  });

  describe('and its failback', () => {
    it('bring home what was said during and after', async () => {
      const before = say(engine);
      await ship();
      const lost = say(engine);
      await stop(engine, firstSite);
      await failOver(engine);
      const during = [say(engine), say(engine)];
      await engine.lab.clearFaults();
      await failBack(engine);

      const world = worldOf(engine, directory.root);
      assert.equal(world.state, 'Normal');
      assert.deepEqual(world.active, [chatServer(1, 'atl'), chatServer(2, 'atl')]);
      assert.deepEqual(world.mirrored, ['synchronized', 'synchronized']);
      const home = say(engine);
      assert.deepEqual(said(engine), [before, ...during, home].sort());
      assert.ok(!said(engine).includes(lost));
      // Log shipping goes on, and brings both sides to the same: compared by a second, planned failover.
      await ship();
      assert.throws(() => heldBy(directory.root, backup), { code: 'database-no-principal' });
      const atHome = engine.persistentChat.messages(chatPool);
      await failOver(engine, { Planned: true });
      // Every message with its author, its words and its time.
      assert.deepEqual(engine.persistentChat.messages(chatPool), atHome);
      assert.deepEqual(
        heldBy(directory.root, backup),
        atHome.map(({ room, id }) => `${room}/${id}`),
      );
    });

    it('do not bring back what was listed as lost, when nothing was said in between', async () => {
      const before = say(engine);
      await ship();
      const lost = say(engine);
      await stop(engine, firstSite);
      await failOver(engine);
      await engine.lab.clearFaults();
      await failBack(engine);
      assert.deepEqual(said(engine), [before]);
      await engine.databases.find(chatPool, 'mgc').failOver('mirror', {});
      assert.deepEqual(said(engine), [before]);
      assert.deepEqual(
        engine.persistentChat.lost(chatPool).map(({ room, id }) => `${room}/${id}`),
        [lost],
      );
    });

    it('stops where a step cannot run, and goes on there after it is mended', async () => {
      const spoken = [say(engine)];
      await failOver(engine, { Planned: true });
      spoken.push(say(engine));
      const services = breakingAt('restore-primary', () => stop(engine, [primary.server]));
      await assert.rejects(failBack(services), { code: 'server-stopped', object: primary.server });
      await engine.lab.mendFault(primary.server);
      // The full backup is damaged meanwhile: it is taken again.
      writeFileSync(join(shareFolder(directory.root), 'mgc.bak'), 'nothing');
      await failBack(engine);
      assert.deepEqual(said(engine), spoken.sort());
      assert.equal(worldOf(engine, directory.root).state, 'Normal');
    });
  });

  /** Leaves what was said in a log backup that the backup database does not have, and does something to that file. */
  async function leaveUnapplied(harm: (path: string) => void): Promise<void> {
    await stop(engine, [backup.server]);
    await assert.rejects(ship(), { code: 'server-stopped' });
    await stop(engine, firstSite);
    await engine.lab.mendFault(backup.server);
    harm(join(shareFolder(directory.root), logBackups(directory.root).at(-1) ?? ''));
  }

  /** The engine, in which something breaks right before a step does its work. */
  function breakingAt(step: string, harm: () => Promise<void>): Engine {
    return {
      ...engine,
      runbooks: {
        ...engine.runbooks,
        run: <Context>(runbook: Runbook<Context>, context: Context, stepRun: StepRun) =>
          engine.runbooks.run(
            {
              ...runbook,
              steps: runbook.steps.map((own) =>
                own.id === step
                  ? {
                      ...own,
                      alreadyDone: async (world: Context, signal: AbortSignal) => {
                        await harm();
                        return own.alreadyDone(world, signal);
                      },
                    }
                  : own,
              ),
            },
            context,
            stepRun,
          ),
      },
    };
  }
});

function damage(path: string): void {
  const content = readFileSync(path);
  content.writeUInt8(content.readUInt8(100) ^ 0xff, 100);
  writeFileSync(path, content);
}
