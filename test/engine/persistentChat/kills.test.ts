import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTestEngine, quietRun } from '../engine/testEngine.ts';
import { worldOf } from './procedures.ts';
import { chatPool, copyDirectory, firstSite, say, stop, stretched } from './stretchedPool.ts';

const program = fileURLToPath(new URL('../../fixtures/persistentChat/procedure.ts', import.meta.url));

const failoverSteps = [
  'remove-log-shipping',
  'copy-backups',
  'apply-backups',
  'recover',
  'pool-state',
  'mirror',
  'active-servers',
];
const failbackSteps = [
  'stop-sessions',
  'remove-mirror',
  'full-backup',
  'restore-primary',
  'log-shipping',
  'active-servers',
  'pool-state',
];

describe('procedures of a Persistent Chat pool, killed and resumed', () => {
  let folder: string;

  before(async function prepare() {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'lync-chat-kills-'));
    const before = join(folder, 'before');
    {
      await using engine = await openTestEngine(before, { deployment: stretched });
      await engine.lab.initialize(quietRun);
      say(engine);
      await engine.persistentChat.shipLogs(chatPool);
      say(engine);
      await stop(engine, ['dal-pcsql-001.litwareinc.com']);
      await engine.persistentChat.shipLogs(chatPool).catch(() => {});
      await engine.lab.mendFault('dal-pcsql-001.litwareinc.com');
      say(engine);
      await stop(engine, firstSite);
    }
    const away = join(folder, 'away');
    copyDirectory(before, away);
    assert.equal(await procedure(away, 'failover'), 0);
    await using engine = await openTestEngine(away, { deployment: stretched });
    say(engine);
    await engine.lab.clearFaults();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, start, steps] of [
    ['failover', 'before', failoverSteps],
    ['failback', 'away', failbackSteps],
  ] as const) {
    it(`end as an undisturbed ${name} does, whichever step it was killed after`, async function all() {
      this.timeout(300_000);
      const undisturbed = await worldAfter(start, name);
      // The one that makes a database the principal.
      const decisive = steps[3];
      for (const step of steps) {
        for (const moment of step === decisive ? ['before', 'after'] : ['after'])
          assert.deepEqual(await worldAfter(start, name, step, moment), undisturbed, `${step}, ${moment}`);
      }
    });
  }

  /** The world after the procedure, killed once where that is asked. */
  async function worldAfter(start: string, name: string, step?: string, moment?: string): Promise<unknown> {
    const root = mkdtempSync(join(folder, 'run-'));
    copyDirectory(join(folder, start), root);
    if (step !== undefined && moment !== undefined) {
      const ended = await procedure(root, name, step, moment);
      assert.equal(ended, 'SIGKILL', `${step} ${moment} was not reached`);
    }
    assert.equal(await procedure(root, name), 0);
    await using engine = await openTestEngine(root, { deployment: stretched });
    const world = worldOf(engine, root);
    await engine[Symbol.asyncDispose]();
    rmSync(root, { recursive: true });
    return world;
  }
});

/** Runs the program; its exit code, or the signal that ended it. */
async function procedure(root: string, name: string, ...at: readonly string[]): Promise<number | string> {
  const child = spawn(process.execPath, [program, root, name, ...at], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, signal]: (number | string | null)[] = await once(child, 'exit');
  return signal ?? code ?? '';
}
