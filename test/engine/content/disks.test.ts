/** Real disks that refuse: full, read-only, without rights, mounted inside a share. Skipped where none can be made. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type ContentReplication, compareTrees } from '../../../src/core/backupService/content/index.ts';
import {
  everything,
  inThread,
  leftovers,
  makeShares,
  openReplication,
  type Shares,
  snapshot,
  synchronise,
  write,
} from './support.ts';

describe('content: disks that refuse', function () {
  this.timeout(60_000);
  let replication: ContentReplication;
  let database: DatabaseSync;
  let shares: Shares;
  let mounted: string[];

  before(() => {
    ({ replication, database } = openReplication());
  });
  after(async () => {
    await replication.close();
    database.close();
  });
  beforeEach(() => {
    shares = makeShares();
    mounted = [];
  });
  afterEach(() => {
    for (const folder of mounted.reverse()) spawnSync('umount', [folder]);
    shares.remove();
  });

  const carry = () => replication.runCycle(shares.forth, { maximumBytes: everything });

  /** Mounts a small memory file system, or says that this machine does not allow it. */
  function mountSmall(folder: string, size: string): boolean {
    if (process.platform !== 'linux') return false;
    mkdirSync(folder, { recursive: true });
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder], { stdio: 'ignore' });
    if (status === 0) mounted.push(folder);
    return status === 0;
  }

  it('a full disk is named, what was carried stays, and the next cycle completes (skipped where nothing can be mounted)', async function () {
    if (!mountSmall(shares.second, '4m')) this.skip();
    for (let number = 0; number < 12; number++) write(shares.first, `folder/${number}`, randomBytes(500_000));
    await assert.rejects(carry(), { code: 'disk-full', object: shares.forth.target.name, kind: 'failed' });
    assert.deepEqual(leftovers(shares.second), []);
    const wanted = snapshot(shares.first);
    const found = Object.entries(snapshot(shares.second)).filter(([, content]) => content !== '<folder>');
    for (const [path, content] of found) assert.equal(content, wanted[path], path);
    await assert.rejects(carry(), { code: 'disk-full' });
    for (let number = 0; number < 6; number++) unlinkSync(join(shares.first, `folder/${number}`));
    await carry();
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
  });

  it('a disk that fills up during an update in place keeps the old content (skipped where nothing can be mounted)', async function () {
    if (!mountSmall(shares.second, '5m')) this.skip();
    const bytes = Buffer.alloc(3_000_000, 'old');
    write(shares.first, 'large', bytes);
    await carry();
    write(shares.first, 'large', Buffer.concat([bytes.fill(1, 1000, 2000), Buffer.alloc(2_900_000, 2)]), 1_700_000_100);
    await assert.rejects(carry(), { code: 'disk-full' });
    assert.deepEqual(readFileSync(join(shares.second, 'large')), Buffer.alloc(3_000_000, 'old'));
    assert.deepEqual(leftovers(shares.second), []);
  });

  it('a share mounted read-only is named (skipped where nothing can be mounted)', async function () {
    if (!mountSmall(shares.second, '4m')) this.skip();
    write(shares.first, 'a', 'old');
    write(shares.first, 'b', 'b');
    await carry();
    execFileSync('mount', ['-o', 'remount,ro', shares.second]);
    write(shares.first, 'a', 'new', 1_700_000_100);
    await assert.rejects(carry(), { code: 'share-unwritable', object: shares.forth.target.name });
    execFileSync('mount', ['-o', 'remount,rw', shares.second]);
    await carry();
    assert.deepEqual(snapshot(shares.second), { a: 'new', b: 'b' });
  });

  it('files on another file system inside the share go beside their target (skipped where nothing can be mounted)', async function () {
    if (!mountSmall(join(shares.second, 'nested'), '8m')) this.skip();
    write(shares.first, 'nested/inner/a', 'a');
    write(shares.first, 'nested/large', Buffer.alloc(2_000_000, 'x'));
    write(shares.first, 'outside', 'x');
    await carry();
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
    write(shares.first, 'nested/large', Buffer.alloc(2_000_000, 'x').fill('y', 0, 10), 1_700_000_100);
    write(shares.first, 'nested/inner/a', 'changed', 1_700_000_100);
    const result = await carry();
    assert.deepEqual([result.updatedInPlace, result.copiedFiles], [1, 1]);
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
    assert.deepEqual(leftovers(shares.second), []);
    assert.deepEqual(database.prepare('select * from content_temporary').all(), []);
  });

  it('the same for a folder bound from the same file system (skipped where nothing can be mounted)', async function () {
    const bound = join(shares.second, 'bound');
    mkdirSync(bound);
    mkdirSync(join(shares.base, 'elsewhere'));
    if (spawnSync('mount', ['--bind', join(shares.base, 'elsewhere'), bound], { stdio: 'ignore' }).status !== 0)
      this.skip();
    mounted.push(bound);
    write(shares.first, 'bound/a', 'a');
    await carry();
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
    assert.deepEqual(leftovers(shares.second), []);
  });

  it('sweeps a journaled temporary beside its target after a kill, and nothing that only looks like one', async () => {
    write(shares.first, 'folder/a', 'x');
    await carry();
    const ours = 'folder/.lync-partial-0123456789abcdef';
    const theirs = 'folder/.lync-partial-fedcba9876543210';
    for (const path of [ours, theirs]) write(shares.second, path, 'x');
    const pair = database.prepare('select id from content_pair order by id desc').get()?.['id'] ?? 0;
    database.prepare('insert into content_temporary values (?, ?, ?)').run(pair, shares.forth.target.pool, ours);
    const recovered = await inThread(database).recover(shares.forth);
    assert.equal(recovered.swept, 1);
    assert.deepEqual(leftovers(shares.second), [theirs]);
  });

  it('sweeps only its own names from its folder', async () => {
    write(shares.second, '.lync-partial/copy-0123456789abcdef', 'x');
    write(shares.second, '.lync-partial/undo-0123456789abcdef', 'not a journal');
    write(shares.second, '.lync-partial/notes.txt', 'of somebody');
    assert.equal((await replication.recover(shares.forth)).swept, 2);
    assert.deepEqual(leftovers(shares.second), ['.lync-partial', '.lync-partial/notes.txt']);
    write(shares.first, 'a', 'x');
    await synchronise(replication, shares);
    assert.deepEqual(leftovers(shares.second), ['.lync-partial', '.lync-partial/notes.txt']);
    assert.deepEqual(snapshot(shares.first), { a: 'x' });
  });

  it('a folder without the right to write is named, and so is one without the right to read (skipped unless started as root on Linux)', function () {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip();
    // The folder for temporary files may be the superuser's alone; this one is everybody's.
    shares.remove();
    shares = makeShares('/dev/shm');
    write(shares.first, 'a', 'x');
    for (const place of [shares.base, shares.first, shares.second]) chmodSync(place, 0o755);
    chmodSync(join(shares.first, 'a'), 0o644);
    const unwritable = asNobody(shares);
    const { message, ...found } = unwritable;
    assert.deepEqual(found, { mayRead: true, mayWrite: false, code: 'share-unwritable' }, message);
    chmodSync(shares.second, 0o777);
    const written = asNobody(shares);
    assert.deepEqual(written, { mayRead: true, mayWrite: true, code: 'none', message: '' });
    unlinkSync(join(shares.second, 'a'));
    chmodSync(join(shares.first, 'a'), 0o600);
    const refused = asNobody(shares);
    assert.equal(refused.code, 'share-unreadable', refused.message);
    assert.match(refused.message, /"a" on .*EACCES/);
    chmodSync(shares.first, 0o700);
    assert.equal(asNobody(shares).code, 'share-unreadable');
  });
});

interface Attempt {
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  readonly code: string;
  readonly message: string;
}

function asNobody(shares: Shares): Attempt {
  const script = join(import.meta.dirname, 'asOtherUser.ts');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, '65534', JSON.stringify(shares.forth)],
    { encoding: 'utf8' },
  );
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}
