import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { callOffRunbook, failBackRunbook } from '../../../src/core/pools/failBackPool.ts';
import { failOverRunbook } from '../../../src/core/pools/failOverPool.ts';
import { moveRunbook } from '../../../src/core/pools/moveCentralManagement.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, dallas, initialized, openTestEngine, testDirectory } from '../engine/testEngine.ts';
import { changeUser, completed, contentOf, fill, resume, rowsOf, writeConference, writeContent } from './poolRig.ts';

const child = new URL('../../fixtures/engine/killedInStep.ts', import.meta.url).pathname;
const move = { pool: atlanta, backup: dallas, disaster: false, skipVerification: false, waitTime: 0 };
const management = { set: 'normal', from: atlanta, to: dallas } as const;

interface Procedure {
  readonly name: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly steps: readonly string[];
  /** What precedes it. */
  readonly prepare: (engine: Engine, root: string) => Promise<void>;
}

const idsOf = (runbook: { readonly steps: readonly { readonly id: string }[] }) => runbook.steps.map(({ id }) => id);

const procedures: readonly Procedure[] = [
  {
    name: 'the move of Central Management',
    operation: 'Invoke-CsManagementServerFailover',
    parameters: {},
    steps: idsOf(moveRunbook(management)),
    prepare: async () => {},
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
    prepare: async (engine) => {
      await completed(engine, 'Invoke-CsManagementServerFailover');
      changeUser(engine, atlanta, 'kim', 'never replicated');
      for (const server of ['atl-sql-001', 'atl-sql-002', 'atl-fs-001'])
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

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-pool-kills-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const procedure of procedures) {
    it(`ends as an undisturbed one: ${procedure.name}, each of its ${procedure.steps.length} steps`, async () => {
      const template = join(folder, 'template');
      await prepare(template, procedure);
      const undisturbed = join(folder, 'undisturbed');
      cpSync(template, undisturbed, { recursive: true, preserveTimestamps: true });
      const wanted = await finish(undisturbed, procedure, 'run');
      for (const step of procedure.steps) {
        const root = join(folder, step);
        cpSync(template, root, { recursive: true, preserveTimestamps: true });
        await runAndKill(root, procedure, step);
        assert.deepEqual(await finish(root, procedure, 'resume'), wanted, `killed after ${step}`);
        rmSync(root, { recursive: true });
      }
    });
  }
});

async function prepare(template: string, procedure: Procedure): Promise<void> {
  using directory = testDirectory('lync-pool-template-');
  const engine = await initialized(directory, { resume });
  await fill(engine, directory.root);
  await procedure.prepare(engine, directory.root);
  await engine[Symbol.asyncDispose]();
  cpSync(directory.root, template, { recursive: true, preserveTimestamps: true });
}

async function runAndKill(root: string, { operation, parameters }: Procedure, step: string): Promise<void> {
  const words = ['--no-warnings', child, root, operation, JSON.stringify(parameters), step];
  const killed = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [, signal] = await once(killed, 'exit');
  assert.equal(signal, 'SIGKILL', `it was not killed in ${step}`);
}

/** Runs the procedure, or lets the next engine take the interrupted job up, and says how everything is afterwards. */
async function finish(root: string, procedure: Procedure, how: 'run' | 'resume'): Promise<unknown> {
  const engine = await openTestEngine(root, { resume });
  try {
    if (how === 'run') await completed(engine, procedure.operation, procedure.parameters);
    const job = () => engine.jobs.list().find(({ operation }) => operation === procedure.operation);
    await waitUntil('the job to end', () => job()?.endedAt !== undefined);
    assert.equal(job()?.state, 'completed', job()?.error?.message);
    assert.equal(engine.runbooks.list(1)[0]?.state, 'completed');
    return await picture(engine, root, procedure.parameters['DisasterMode'] === true);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

async function picture(engine: Engine, root: string, isLost: boolean): Promise<unknown> {
  if (isLost) await engine.lab.clearFaults();
  const pools = [atlanta, dallas];
  const { active, epoch, stores } = engine.centralManagement.standing();
  const failover = engine.pools.of(atlanta);
  return {
    management: { active, epoch, stores: stores.map(({ pool, mode, movingTo }) => ({ pool, mode, movingTo })) },
    failover: failover === undefined ? undefined : [failover.state, failover.generation, failover.disaster],
    rows: pools.map((at) => pools.map((home) => rowsOf(engine, at, home).map(withoutTime))),
    content: pools.map((pool) => contentOf(root, pool)),
    backlogs: await Promise.all(
      pools.map(async (pool) => (await engine.backupService.measureModule(pool, 'ConfServices.DataConf')).backlog),
    ),
  };
}

function withoutTime(row: unknown): unknown {
  return { ...Object(row), changedAt: undefined };
}
