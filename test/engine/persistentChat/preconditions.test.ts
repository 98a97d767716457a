/** What must hold before anything of a Persistent Chat pool is changed (domain D.1, D.3–D.5), each not holding once. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { executeOperation, planOperation } from '../../../src/core/operations/run.ts';
import type { PersistentChatPool } from '../../../src/core/topology/model.ts';
import { initialized, quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { run } from './procedures.ts';
import {
  backup,
  backupMirror,
  chatPool,
  chatServer,
  firstSite,
  logBackups,
  mirror,
  pool,
  primary,
  said,
  say,
  shareFolder,
  stop,
  stretched,
} from './stretchedPool.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** What is missing, the error that says so, how it comes about, and the parameters of the operation. */
type Case = readonly [
  what: string,
  refusal: { readonly code: string; readonly object?: string },
  arrange: () => Promise<void> | void,
  parameters?: Parameters,
];

const shareServer = 'atl-pcfs-001.litwareinc.com';
const failover = 'Invoke-PersistentChatFailover';
const failback = 'Invoke-PersistentChatFailback';
const identity = { Identity: `service:${chatPool}` };

/** One engine for all of them: what is refused changes nothing, and faults are mended. */
describe('nothing of a Persistent Chat pool is changed', () => {
  let directory: TestDirectory;
  let engine: Engine;
  let repair: (() => void) | undefined;

  before(async () => {
    directory = testDirectory('lync-chat-preconditions-');
    engine = await initialized(directory, { deployment: stretched });
    say(engine);
    await engine.persistentChat.shipLogs(chatPool);
    say(engine);
  });
  afterEach(async () => {
    repair?.();
    repair = undefined;
    await engine.lab.clearFaults();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  function refuses(operation: string, cases: readonly Case[]): void {
    for (const [what, refusal, arrange, parameters = {}] of cases) {
      it(what, async () => {
        await arrange();
        const before = world();
        await assert.rejects(attempt(operation, parameters), { ...refusal, kind: 'refused' });
        assert.deepEqual(world(), before);
      });
    }
  }

  function attempt(operation: string, parameters: Parameters): Promise<unknown> {
    if (!operation.startsWith('Set-')) return run(engine, operation, parameters);
    const request = { operation, parameters: { ...identity, ...parameters } };
    return executeOperation(engine, request, { ...quietRun, onVerbose: () => {} });
  }

  /** Everything that could have been changed; what the rooms hold where anybody serves them. */
  function world() {
    const { persistentChat, runbooks, jobs } = engine;
    const serves = 'instance' in persistentChat.serving(chatPool);
    return {
      state: persistentChat.state(chatPool),
      active: persistentChat.activeServers(chatPool),
      unshipped: persistentChat.unshipped(chatPool),
      lost: persistentChat.lost(chatPool),
      status: persistentChat.status(chatPool),
      said: serves ? said(engine) : [],
      share: logBackups(directory.root),
      runbooks: runbooks.list(9),
      jobs: jobs.list().length,
    };
  }

  /** A log backup is in the share and not on the backup server; something happens to it. */
  async function leaveUnapplied(harm: (path: string) => void): Promise<void> {
    await stop(engine, [backup.server]);
    say(engine);
    await assert.rejects(engine.persistentChat.shipLogs(chatPool), { code: 'server-stopped' });
    await stop(engine, firstSite);
    await engine.lab.mendFault(backup.server);
    const path = join(shareFolder(directory.root), logBackups(directory.root).at(-1) ?? '');
    const content = readFileSync(path);
    repair = () => writeFileSync(path, content);
    harm(path);
  }

  /** Another operation works on the pool until the test ends. */
  function holdPool(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const request = {
      operation: 'ship-logs',
      title: 'Another',
      parameters: {},
      leases: [`persistentChat/${chatPool}`],
    };
    engine.jobs.start(request, () => promise);
    repair = resolve;
  }

  describe('by a failover', () => {
    refuses(failover, [
      ['while the primary serves and nobody said that it is planned', { code: 'chat-primary-serving' }, () => {}],
      [
        'that is planned, while nobody serves',
        { code: 'chat-primary-not-serving' },
        () => stop(engine, firstSite),
        { Planned: true },
      ],
      [
        'while the backup server is stopped',
        { code: 'server-stopped', object: backup.server },
        () => stop(engine, [...firstSite, backup.server]),
      ],
      [
        'while the server of the backup mirror is stopped',
        { code: 'server-stopped', object: backupMirror.server },
        () => stop(engine, [...firstSite, backupMirror.server]),
      ],
      [
        'while no chat server near the backup database runs',
        { code: 'chat-no-active-server' },
        () => stop(engine, [...firstSite, chatServer(1, 'dal'), chatServer(2, 'dal')]),
      ],
      [
        'while a log backup that is not applied is damaged',
        { code: 'log-backup-damaged' },
        () => leaveUnapplied(damage),
      ],
      [
        'while a log backup that is not applied is missing',
        { code: 'log-backup-missing' },
        () => leaveUnapplied(rmSync),
      ],
      [
        'while log backups that are not applied lie on a share that is away',
        { code: 'server-stopped', object: shareServer },
        async () => {
          await leaveUnapplied(() => {});
          await stop(engine, [shareServer]);
        },
      ],
      ['while another operation works on the pool', { code: 'lease-held' }, holdPool, { Planned: true }],
    ]);
  });

  describe('by a failback', () => {
    refuses(failback, [['while the pool is not failed over', { code: 'chat-pool-state' }, () => {}]]);
  });

  describe('by Set-CsPersistentChatState', () => {
    refuses('Set-CsPersistentChatState', [
      [
        'to FailedOver while the backup database is without recovery, its log backups not applied',
        { code: 'chat-databases-not-ready', object: chatPool },
        () => {},
        { PoolState: 'FailedOver' },
      ],
      [
        'to FailedOver while the backup server is stopped',
        { code: 'server-stopped', object: backup.server },
        () => stop(engine, [backup.server]),
        { PoolState: 'FailedOver' },
      ],
      ['while another operation works on the pool', { code: 'lease-held' }, holdPool, { PoolState: 'FailedOver' }],
    ]);
  });

  describe('by Set-CsPersistentChatActiveServer', () => {
    refuses('Set-CsPersistentChatActiveServer', [
      [
        'to a server that is not of the pool',
        { code: 'chat-server-unknown', object: 'pc9.litwareinc.com' },
        () => {},
        { ActiveServers: '@{Add="pc9.litwareinc.com"}' },
      ],
      ['while another operation works on the pool', { code: 'lease-held' }, holdPool, { ActiveServers: '$null' }],
    ]);

    it('before its plan has named the servers far from the database', async () => {
      const parameters = { ...identity, ActiveServers: chatServer(1, 'dal') };
      const request = { operation: 'Set-CsPersistentChatActiveServer', parameters };
      const plan = await planOperation(engine, request, quietRun.signal);
      assert.match(plan.losses.join('\n'), /far from the databases.*dal-pc-1/);
    });
  });

  describe('by ship-logs', () => {
    refuses('ship-logs', [['while another operation works on the pool', { code: 'lease-held' }, holdPool]]);
  });

  describe('once it is failed over', () => {
    before(() => run(engine, failover, { Planned: true }));

    describe('by another failover', () => {
      refuses(failover, [['because it is at its second site already', { code: 'chat-pool-state' }, () => {}]]);
    });

    describe('by a failback', () => {
      refuses(failback, [
        [
          'while the primary SQL server is stopped',
          { code: 'server-stopped', object: primary.server },
          () => stop(engine, [primary.server]),
        ],
        [
          'while the server of its mirror is stopped',
          { code: 'server-stopped', object: mirror.server },
          () => stop(engine, [mirror.server]),
        ],
        [
          'while the server of the log-shipping share is stopped',
          { code: 'server-stopped', object: shareServer },
          () => stop(engine, [shareServer]),
        ],
        [
          'while no chat server near the primary database runs',
          { code: 'chat-no-active-server' },
          () => stop(engine, [chatServer(1, 'atl'), chatServer(2, 'atl')]),
        ],
        [
          'while the backup database does not serve',
          { code: 'database-unavailable' },
          () => stop(engine, [backup.server]),
        ],
        ['while another operation works on the pool', { code: 'lease-held' }, holdPool],
      ]);
    });

    describe('by Set-CsPersistentChatState', () => {
      refuses('Set-CsPersistentChatState', [
        [
          'to Normal while the backup database was not restored on the primary',
          { code: 'chat-databases-not-ready' },
          () => {},
          { PoolState: 'Normal' },
        ],
      ]);
    });

    describe('by ship-logs', () => {
      refuses('ship-logs', [['because there is nothing to ship from', { code: 'chat-pool-state' }, () => {}]]);
    });
  });
});

describe('nothing of a Persistent Chat pool is begun', () => {
  const operations = [failover, failback, 'ship-logs'];

  async function withPool(changed: PersistentChatPool, check: (engine: Engine) => Promise<void>): Promise<void> {
    using directory = testDirectory('lync-chat-preconditions-');
    const deployment = { ...stretched, persistentChatPools: [changed] };
    await using engine = await initialized(directory, { deployment });
    say(engine);
    await check(engine);
    assert.equal(engine.persistentChat.state(chatPool), 'Normal');
    assert.deepEqual(engine.runbooks.list(9), []);
  }

  it('without a log-shipping secondary in the topology', () =>
    withPool({ ...pool, databases: { PersistentChat: { primary, mirror } } }, async (engine) => {
      const code = 'chat-no-backup-database';
      await assert.rejects(run(engine, failover), { code, kind: 'refused' });
      await assert.rejects(run(engine, 'ship-logs'), { code, kind: 'refused' });
      const parameters = { ...identity, PoolState: 'FailedOver', Force: true };
      const request = { operation: 'Set-CsPersistentChatState', parameters };
      await assert.rejects(executeOperation(engine, request, { ...quietRun, onVerbose: () => {} }), { code });
    }));

  it('without a log-shipping share in the topology', () => {
    const { logShippingShare: _, ...without } = pool;
    return withPool(without, async (engine) => {
      await assert.rejects(run(engine, failover), { code: 'share-unknown', kind: 'refused' });
      await assert.rejects(run(engine, 'ship-logs'), { code: 'share-unknown', kind: 'refused' });
    });
  });

  it('with a witness on the server of a partner', () => {
    const databases = { PersistentChat: { primary, mirror, witness: { ...mirror, instance: 'WITNESS' }, backup } };
    return withPool({ ...pool, databases }, async (engine) => {
      for (const operation of operations)
        await assert.rejects(run(engine, operation), { code: 'chat-witness-on-partner', kind: 'refused' }, operation);
    });
  });

  it('in a release that has no Persistent Chat', async () => {
    using directory = testDirectory('lync-chat-preconditions-');
    const pools = stretched.pools.map((own) => ({ ...own, release: '2019' }) as const);
    await using engine = await initialized(directory, { deployment: { ...stretched, pools } });
    for (const operation of operations)
      await assert.rejects(run(engine, operation), { code: 'chat-release', kind: 'refused' }, operation);
  });

  it('before the data directory is initialised', async () => {
    using directory = testDirectory('lync-chat-preconditions-');
    await using engine = await directory.open({ deployment: stretched });
    for (const operation of operations)
      await assert.rejects(run(engine, operation), { code: 'data-directory-missing', kind: 'refused' }, operation);
  });
});

function damage(path: string): void {
  const content = readFileSync(path);
  content.writeUInt8(content.readUInt8(100) ^ 0xff, 100);
  writeFileSync(path, content);
}
