import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAnnouncement, tryClaim } from '../../../src/core/storage/claim.ts';
import { waitUntil } from '../../support/waitUntil.ts';

const contender = fileURLToPath(new URL('../../fixtures/storage/contender.ts', import.meta.url));
const contenders = 5;
const kills = 8;

describe('the claim on a data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-claim-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held once, given back, and held again', () => {
    const first = tryClaim(folder);
    assert.ok(first);
    assert.equal(tryClaim(folder), undefined);
    assert.equal(first.stillHeld(), true);
    first[Symbol.dispose]();
    assert.equal(first.stillHeld(), false);
    using second = tryClaim(folder);
    assert.ok(second);
  });

  it('announces the owner to the same user alone, and takes the announcement back', () => {
    const claim = tryClaim(folder);
    assert.ok(claim);
    assert.equal(readAnnouncement(folder), undefined);
    for (const token of ['one', 'two']) {
      const announcement = { pid: process.pid, address: '/run/engine.sock', token };
      claim.announce(announcement);
      assert.deepEqual(readAnnouncement(folder), announcement);
    }
    if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'owner.json')).mode & 0o777, 0o600);
    claim[Symbol.dispose]();
    assert.equal(readAnnouncement(folder), undefined);
  });

  it('takes an announcement that cannot be read for none', () => {
    for (const text of ['', '{', '{"pid":"1"}', '[]']) {
      writeFileSync(join(folder, 'owner.json'), text);
      assert.equal(readAnnouncement(folder), undefined, text);
    }
  });

  it('is known to be lost when the data directory is replaced', () => {
    using claim = tryClaim(folder);
    assert.ok(claim);
    renameSync(join(folder, 'owner.db'), join(folder, 'other.db'));
    assert.equal(claim.stillHeld(), false);
  });

  it('names the folder when it cannot be made', () => {
    assert.throws(() => tryClaim(join(folder, 'missing')), /the claim on .*missing/);
  });

  it(`has exactly one owner among ${contenders} processes, through ${kills} kills`, async () => {
    const running = new Set<ChildProcess>();
    const owners: ChildProcess[] = [];
    for (let index = 0; index < contenders; index += 1) running.add(start(folder, owners));
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        const owner = await waitUntil('there is an owner', () => owners[kill]);
        // Nobody else may think so: another owner would have said it before the kill.
        assert.equal(owners.length, kill + 1);
        assert.equal(tryClaim(folder), undefined);
        await waitUntil('the owner has announced itself', () => readAnnouncement(folder)?.pid === owner.pid);
        running.delete(owner);
        await end(owner);
        running.add(start(folder, owners));
      }
    } finally {
      await Promise.all([...running].map(end));
    }
    using last = await waitUntil('the claim is free', () => tryClaim(folder));
    assert.ok(last);
  }).timeout(60_000);
});

function start(folder: string, owners: ChildProcess[]): ChildProcess {
  const child = spawn(process.execPath, [contender, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('owner')) owners.push(child);
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}
