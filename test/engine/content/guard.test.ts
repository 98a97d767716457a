/** A share that lost its content is never mistaken for one whose users deleted everything; and how it is refilled. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import {
  type ContentReplication,
  type ContentStream,
  type CycleOptions,
  compareTrees,
} from '../../../src/core/backupService/content/index.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import {
  everything,
  inThread,
  leftovers,
  makeShares,
  openReplication,
  read,
  type Shares,
  snapshot,
  synchronise,
  write,
} from './support.ts';

describe('content: a share that lost its content', function () {
  this.timeout(60_000);
  let replication: ContentReplication;
  let database: DatabaseSync;
  let shares: Shares;

  before(() => {
    ({ replication, database } = openReplication());
  });
  after(async () => {
    await replication.close();
    database.close();
  });
  /** Each pool has 100 files of its own; both shares hold everything. */
  beforeEach(async () => {
    shares = makeShares();
    for (let number = 0; number < 100; number++) {
      write(shares.first, `1-WebServices-1/${number}`, `first ${number}`);
      write(shares.second, `2-WebServices-1/${number}`, `second ${number}`);
    }
    await synchronise(replication, shares);
  });
  afterEach(() => shares.remove());

  const carry = (stream: ContentStream, options: Partial<CycleOptions> = {}) =>
    replication.runCycle(stream, { maximumBytes: everything, ...options });

  const remove = (root: string, folder: string, count: number) => {
    for (let number = 0; number < count; number++) unlinkSync(join(root, folder, `${number}`));
  };

  const empty = (root: string) => {
    rmSync(root, { recursive: true });
    mkdirSync(root);
  };

  async function assertRefused(action: Promise<unknown>, code: string, share: string, remedy: RegExp): Promise<void> {
    const error = await action.then(
      () => assert.fail('was not refused'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof LyncTopologyError);
    assert.deepEqual([error.code, error.kind, error.object], [code, 'refused', share]);
    assert.ok(error.message.includes(share));
    assert.match(error.remedy, remedy);
  }

  it('refuses to export from a share that lost its folder, names the way out, deletes nothing', async () => {
    const before = snapshot(shares.second);
    rmSync(shares.first, { recursive: true });
    const finding = (await replication.measure(shares.forth)).sourceFinding;
    assert.deepEqual([finding?.kind, finding?.share], ['missing', shares.forth.source.name]);
    for (const options of [{}, { restore: true }, { acceptLoss: true }]) {
      await assertRefused(
        carry(shares.forth, options),
        'share-missing',
        shares.forth.source.name,
        /Bring the folder back/,
      );
    }
    assert.deepEqual(snapshot(shares.second), before);
  });

  it('refuses to export from a share that came back empty', async () => {
    const before = snapshot(shares.second);
    empty(shares.first);
    const finding = (await replication.measure(shares.forth)).sourceFinding;
    assert.deepEqual([finding?.kind, finding?.lostFiles, finding?.knownFiles], ['empty', 100, 100]);
    const wayOut = new RegExp(
      `Invoke-CsBackupServiceSync -PoolFqdn ${shares.back.source.pool} -BackupModule ConfServices.DataConf`,
    );
    await assertRefused(carry(shares.forth), 'share-lost-content', shares.forth.source.name, wayOut);
    assert.deepEqual(snapshot(shares.second), before);
  });

  it('takes 10 files of 100 for deletions and 20 for a loss', async () => {
    remove(shares.first, '1-WebServices-1', 10);
    assert.equal((await carry(shares.forth)).deletedFiles, 10);
    assert.equal((await replication.measure(shares.forth)).sourceFinding, undefined);
    for (let number = 10; number < 30; number++) unlinkSync(join(shares.first, '1-WebServices-1', `${number}`));
    const finding = (await replication.measure(shares.forth)).sourceFinding;
    assert.deepEqual([finding?.kind, finding?.lostFiles, finding?.knownFiles], ['lost', 20, 90]);
    await assertRefused(carry(shares.forth), 'share-lost-content', shares.forth.source.name, /accept the loss/);
    assert.equal(Object.keys(snapshot(shares.second)).length, 192);
  });

  it('follows the configured limits', async () => {
    remove(shares.first, '1-WebServices-1', 5);
    const strict = { part: 0.01, files: 3 };
    assert.equal((await replication.measure(shares.forth, { guard: strict })).sourceFinding?.kind, 'lost');
    await assert.rejects(carry(shares.forth, { guard: strict }), { code: 'share-lost-content' });
    assert.equal((await carry(shares.forth)).deletedFiles, 5);
  });

  it('does not take renamed files for lost ones', async () => {
    renameSync(join(shares.first, '1-WebServices-1'), join(shares.first, '1-WebServices-9'));
    assert.equal((await replication.measure(shares.forth)).sourceFinding, undefined);
    assert.equal((await carry(shares.forth)).renamedFiles, 100);
  });

  it('deletes what remained lost when the operator accepts the loss, also in steps', async () => {
    remove(shares.first, '1-WebServices-1', 60);
    const result = await carry(shares.forth, { acceptLoss: true });
    assert.equal(result.deletedFiles, 60);
    const forth = await replication.measure(shares.forth);
    assert.deepEqual([forth.sourceFinding, forth.backlog.items], [undefined, 0]);
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
  });

  it('restores everything with a sync of the surviving pool, and the finding is gone because it is measured', async () => {
    const before = snapshot(shares.first);
    empty(shares.first);
    const measured = await replication.measure(shares.back);
    assert.equal(measured.restorable.items, 101);
    assert.equal(measured.targetFinding?.kind, 'empty');
    await assertRefused(
      carry(shares.back),
      'share-lost-content',
      shares.back.target.name,
      /Invoke-CsBackupServiceSync/,
    );
    const result = await carry(shares.back, { restore: true });
    assert.equal(result.restoredFiles, 100);
    assert.equal(result.copiedFiles, 100, 'the copies that the lost share kept of the other are refilled too');
    assert.deepEqual(snapshot(shares.first), before);
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
    for (const stream of [shares.forth, shares.back]) {
      const now = await replication.measure(stream);
      assert.deepEqual(
        [now.sourceFinding, now.targetFinding, now.backlog.items, now.restorable.items],
        [undefined, undefined, 0, 0],
      );
    }
  });

  it('restores into a folder that is gone altogether', async () => {
    rmSync(shares.first, { recursive: true });
    await carry(shares.back, { restore: true });
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
  });

  it('restores in several capped cycles', async () => {
    empty(shares.first);
    let cycles = 0;
    for (let left = 1; left > 0; cycles++) {
      const result = await carry(shares.back, { restore: true, maximumBytes: 500 });
      left = result.remaining.items;
    }
    assert.ok(cycles >= 3);
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
  });

  it('does not overwrite what the lost share still has and changed since', async () => {
    remove(shares.first, '1-WebServices-1', 50);
    write(shares.first, '1-WebServices-1/70', 'changed since', 1_700_000_900);
    const result = await carry(shares.back, { restore: true });
    assert.equal(result.restoredFiles, 50);
    assert.equal(read(shares.first, '1-WebServices-1/70'), 'changed since');
    await carry(shares.forth);
    assert.equal(read(shares.second, '1-WebServices-1/70'), 'changed since');
  });

  it('does not send back a copy whose bytes are not what was recorded, and names it', async () => {
    remove(shares.first, '1-WebServices-1', 30);
    write(shares.second, '1-WebServices-1/7', 'flip1 7', 1_700_000_000);
    const result = await carry(shares.back, { restore: true });
    assert.deepEqual(result.damaged, ['1-WebServices-1/7']);
    assert.equal(result.restoredFiles, 29);
  });

  it('sends copies back even when the surviving pool lost content of its own, and withholds only that', async () => {
    remove(shares.first, '1-WebServices-1', 100);
    remove(shares.second, '2-WebServices-1', 100);
    const result = await carry(shares.back, { restore: true });
    assert.equal(result.restoredFiles, 100);
    assert.equal(result.withheld?.kind, 'lost');
    await assert.rejects(carry(shares.back, { restore: true }), { code: 'share-lost-content' });
    await carry(shares.forth, { restore: true });
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
    assert.equal(Object.keys(snapshot(shares.first)).length, 202);
  });

  it('refuses a background cycle towards a share that lost its copies, and a requested one refills it', async () => {
    remove(shares.second, '1-WebServices-1', 40);
    assert.equal((await replication.measure(shares.forth)).targetFinding?.kind, 'lost');
    assert.equal((await replication.measure(shares.forth)).sourceFinding, undefined);
    await assertRefused(
      carry(shares.forth),
      'share-lost-content',
      shares.forth.target.name,
      /Invoke-CsBackupServiceSync/,
    );
    const result = await carry(shares.forth, { restore: true });
    assert.equal(result.copiedFiles, 40);
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
  });

  it('looks again before it deletes: a share that is being emptied during the cycle is not taken at its word', async () => {
    remove(shares.first, '1-WebServices-1', 5);
    let walks = 0;
    const content = inThread(database, {
      ...nodeFileSystem,
      readdirSync: ((...given: Parameters<typeof nodeFileSystem.readdirSync>) => {
        if (given[0] === shares.first && ++walks === 2) empty(shares.first);
        return nodeFileSystem.readdirSync(...given);
      }) as typeof nodeFileSystem.readdirSync,
    });
    const before = snapshot(shares.second);
    await assert.rejects(content.runCycle(shares.forth), { code: 'share-lost-content' });
    assert.equal(walks, 2);
    assert.deepEqual(snapshot(shares.second), before);
    assert.deepEqual(leftovers(shares.second), []);
    assert.equal((await content.measure(shares.forth)).sourceFinding?.kind, 'empty');
  });

  it('does not take a folder that cannot be listed for a deleted one', async () => {
    const content = inThread(database, {
      ...nodeFileSystem,
      readdirSync: ((...given: Parameters<typeof nodeFileSystem.readdirSync>) => {
        if (given[0] === join(shares.first, '1-WebServices-1'))
          throw Object.assign(new Error('no'), { code: 'EACCES' });
        return nodeFileSystem.readdirSync(...given);
      }) as typeof nodeFileSystem.readdirSync,
    });
    const finding = (await content.measure(shares.forth)).sourceFinding;
    assert.deepEqual([finding?.kind, finding?.systemCode], ['unreadable', 'EACCES']);
    await assert.rejects(content.runCycle(shares.forth, { acceptLoss: true }), { code: 'share-unreadable' });
    assert.equal(Object.keys(snapshot(shares.second)).length, 202);
  });

  it('goes on around an unreadable folder in which nothing is known', async () => {
    mkdirSync(join(shares.first, 'lost+found'));
    write(shares.first, 'new', 'x');
    const content = inThread(database, {
      ...nodeFileSystem,
      readdirSync: ((...given: Parameters<typeof nodeFileSystem.readdirSync>) => {
        if (given[0] === join(shares.first, 'lost+found')) throw Object.assign(new Error('no'), { code: 'EACCES' });
        return nodeFileSystem.readdirSync(...given);
      }) as typeof nodeFileSystem.readdirSync,
    });
    const result = await content.runCycle(shares.forth);
    assert.equal(read(shares.second, 'new'), 'x');
    assert.deepEqual(
      result.leftOut.map(({ path, kind }) => `${kind} ${path}`),
      ['unreadable lost+found'],
    );
    await content.runCycle(shares.forth);
  });
});
