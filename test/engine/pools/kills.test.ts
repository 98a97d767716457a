import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { callOffRunbook, failBackRunbook, failBackWithoutBackupRunbook } from '../../../src/core/pools/failBackPool.ts';
import { failOverRunbook } from '../../../src/core/pools/failOverPool.ts';
import { moveRunbook } from '../../../src/core/pools/moveCentralManagement.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, dallas, openTestEngine, syncRun } from '../engine/testEngine.ts';
import {
  changeUser,
  completed,
  contentOf,
  copyDirectory,
  type Prepared,
  prepared,
  resume,
  rowsOf,
  writeConference,
  writeContent,
} from './poolRig.ts';
import { activeStores } from './storesAlone.ts';

const child = new URL('../../fixtures/engine/killedInStep.ts', import.meta.url).pathname;
const move = { pool: atlanta, backup: dallas, disaster: false, skipVerification: false, waitTime: 0 };
const dallasStore = {
  BackupSqlServerFqdn: 'dal-sql-001.litwareinc.com',
  BackupSqlInstanceName: 'RTC',
  BackupMirrorSqlServerFqdn: 'dal-sql-002.litwareinc.com',
  BackupMirrorSqlInstanceName: 'RTC',
};
const management = { set: 'normal', from: atlanta, to: dallas } as const;

interface Procedure {
  readonly name: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly steps: readonly string[];
  /** What precedes it. */
  readonly prepare: (engine: Engine, root: string) => Promise<void>;
  /** What has to hold between the kill and the next engine. */
  readonly whenKilled?: (root: string) => void;
  /** What happens before everything is looked at, for instance that comes back what was lost. */
  readonly afterwards?: (engine: Engine) => Promise<void>;
}

const idsOf = (runbook: { readonly steps: readonly { readonly id: string }[] }) => runbook.steps.map(({ id }) => id);

const procedures: readonly Procedure[] = [
  {
    name: 'the move of Central Management',
    operation: 'Invoke-CsManagementServerFailover',
    parameters: {},
    steps: idsOf(moveRunbook(management)),
    prepare: async () => {},
    whenKilled: oneActiveStoreAtMost,
  },
  {
    name: 'the move of Central Management away from a lost store',
    operation: 'Invoke-CsManagementServerFailover',
    parameters: dallasStore,
    steps: idsOf(moveRunbook({ ...management, set: 'disaster' })),
    prepare: async (engine) => {
      for (const server of ['atl-sql-001', 'atl-sql-002']) await engine.lab.fault('stop', `${server}.litwareinc.com`);
    },
    whenKilled: oneActiveStoreAtMost,
    afterwards: bringBackAndSynchronize,
  },
  {
    name: 'the planned failover of a pool',
    operation: 'Invoke-CsPoolFailOver',
    parameters: { PoolFqdn: atlanta },
    steps: idsOf(failOverRunbook(move)),
    prepare: async (engine) => changeUser(engine, atlanta, 'kim', 'not replicated yet'),
  },
  {
    name: 'the failover of a lost pool',
    operation: 'Invoke-CsPoolFailOver',
    parameters: { PoolFqdn: atlanta, DisasterMode: true },
    steps: idsOf(failOverRunbook({ ...move, disaster: true })),
    afterwards: async (engine) => void (await engine.lab.clearFaults()),
    prepare: async (engine) => {
      await completed(engine, 'Invoke-CsManagementServerFailover');
      changeUser(engine, atlanta, 'kim', 'never replicated');
      for (const server of ['atl-sql-001', 'atl-sql-002', 'atl-fs-001'])
        await engine.lab.fault('stop', `${server}.litwareinc.com`);
    },
  },
  {
    name: 'the failback without a lost backup pool',
    operation: 'Invoke-CsPoolFailBack',
    parameters: { PoolFqdn: atlanta, DisasterMode: true },
    steps: idsOf(failBackWithoutBackupRunbook({ ...move, disaster: true })),
    afterwards: bringBackAndSynchronize,
    prepare: async (engine, root) => {
      await completed(engine, 'Invoke-CsPoolFailOver', { PoolFqdn: atlanta });
      changeUser(engine, dallas, 'kim', 'lost in Dallas');
      writeContent(root, dallas, 'ATL1/slides.txt', 'second draft');
      for (const server of ['dal-sql-001', 'dal-sql-002', 'dal-fs-001'])
        await engine.lab.fault('stop', `${server}.litwareinc.com`);
    },
  },
  {
    name: 'calling an interrupted failover off',
    operation: 'Invoke-CsPoolFailBack',
    parameters: { PoolFqdn: atlanta },
    steps: idsOf(callOffRunbook(move)),
    prepare: async (engine) => engine.pools.enter(atlanta, 'FailingOver'),
  },
  {
    name: 'the failback of a pool',
    operation: 'Invoke-CsPoolFailBack',
    parameters: { PoolFqdn: atlanta },
    steps: idsOf(failBackRunbook(move)),
    prepare: async (engine, root) => {
      await completed(engine, 'Invoke-CsPoolFailOver', { PoolFqdn: atlanta });
      changeUser(engine, dallas, 'kim', 'changed in Dallas');
      writeConference(engine, dallas, atlanta, 'ATL2');
      writeContent(root, dallas, 'ATL1/slides.txt', 'second draft');
      writeContent(root, dallas, 'ATL2/new.txt', 'made in Dallas');
    },
  },
];

describe('A procedure that is killed after the work of a step', function () {
  this.timeout(240_000);
  let folder: string;
  let filled: Prepared;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lync-pool-kills-'));
    filled = await prepared();
  });
  after(() => {
    filled[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const procedure of procedures) {
    it(`ends as an undisturbed one: ${procedure.name}, each of its ${procedure.steps.length} steps`, async () => {
      using template = filled.copy();
      {
        await using engine = await template.open({ resume });
        await procedure.prepare(engine, template.root);
      }
      const undisturbed = join(folder, 'undisturbed');
      copyDirectory(template.root, undisturbed);
      const wanted = await finish(undisturbed, procedure, 'run');
      rmSync(undisturbed, { recursive: true });
      for (const step of procedure.steps) {
        const root = join(folder, step);
        copyDirectory(template.root, root);
        await runAndKill(root, procedure, step);
        procedure.whenKilled?.(root);
        assert.deepEqual(await finish(root, procedure, 'resume'), wanted, `killed after ${step}`);
        rmSync(root, { recursive: true });
      }
    });
  }

  async function runAndKill(root: string, { operation, parameters }: Procedure, step: string): Promise<void> {
    const words = ['--no-warnings', child, root, operation, JSON.stringify(parameters), step];
    const killed = spawn(process.execPath, words, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    });
    const [, signal] = await once(killed, 'exit');
    assert.equal(signal, 'SIGKILL', `it was not killed in ${step}`);
  }
});

/** Runs the procedure, or lets the next engine take the interrupted job up, and says how everything is afterwards. */
async function finish(root: string, procedure: Procedure, how: 'run' | 'resume'): Promise<unknown> {
  const engine = await openTestEngine(root, { resume });
  try {
    if (how === 'run') await completed(engine, procedure.operation, procedure.parameters);
    const job = () => engine.jobs.list().find(({ operation }) => operation === procedure.operation);
    await waitUntil('the job to end', () => job()?.endedAt !== undefined);
    assert.equal(job()?.state, 'completed', job()?.error?.message);
    assert.equal(engine.runbooks.list(1)[0]?.state, 'completed');
    await procedure.afterwards?.(engine);
    return await picture(engine, root);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

async function bringBackAndSynchronize(engine: Engine): Promise<void> {
  await engine.lab.clearFaults();
  for (const pool of [dallas, atlanta]) await engine.backupService.synchronize(pool, [], syncRun());
}

async function picture(engine: Engine, root: string): Promise<unknown> {
  const pools = [atlanta, dallas];
  const { active, epoch, stores } = engine.centralManagement.standing();
  const failover = engine.pools.of(atlanta);
  return {
    management: { active, epoch, stores: stores.map(({ pool, mode, movingTo }) => ({ pool, mode, movingTo })) },
    failover: failover === undefined ? undefined : [failover.state, failover.generation, failover.disaster],
    rows: pools.map((at) => pools.map((home) => rowsOf(engine, at, home).map(withoutTime))),
    content: pools.map((pool) => contentOf(root, pool)),
    kept: pools.map((pool) => engine.pools.kept.of(pool).map(({ path }) => path)),
    lost: engine.pools.lossesOf(atlanta)?.rows,
    backlogs: await Promise.all(
      pools.map(async (pool) => (await engine.backupService.measureModule(pool, 'ConfServices.DataConf')).backlog),
    ),
  };
}

function withoutTime(row: unknown): unknown {
  return { ...Object(row), changedAt: undefined };
}

/** From the files alone, while no engine runs: never two that would take a change. */
function oneActiveStoreAtMost(root: string): void {
  assert.ok(activeStores(root).length <= 1, activeStores(root).join(', '));
}
