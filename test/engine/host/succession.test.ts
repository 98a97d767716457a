import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { readAnnouncement } from '../../../src/core/storage/claim.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, engineProcess, hostFolder, isAlive, longSeed, prepared } from './support.ts';

const status = { operation: 'Get-CsBackupServiceStatus', parameters: { PoolFqdn: atlanta } };

describe('the succession of engines on a data directory', () => {
  it('lets a guest take over when the owner has left, and tells it', async () => {
    await using folder = hostFolder();
    const owner = await prepared(await folder.connect());
    const guest = await folder.connect();
    const told = Promise.withResolvers<void>();
    guest.onDidDisconnect(() => told.resolve());
    await owner[Symbol.asyncDispose]();
    await told.promise;
    await guest.execute(status);
    assert.equal(guest.role, 'owner');
  });

  it('answers what a guest has asked before the owner leaves', async () => {
    await using folder = hostFolder();
    const owner = await prepared(await folder.connect());
    const guest = await folder.connect();
    const asked = Array.from({ length: 5 }, () => guest.commit(atlanta, 'rtcxds', [presence()]));
    // All of them have reached the owner when one has been answered.
    await asked[0];
    await Promise.all([...asked, owner[Symbol.asyncDispose]()]);
  });

  it('lets an owner leave only when the jobs of its guests have ended', async () => {
    await using folder = hostFolder();
    const owner = await prepared(await folder.connect());
    const guest = await folder.connect();
    const parameters = { ...longSeed, ContentFiles: 400, ContentBytes: 40_000_000 };
    const job = await guest.start({ operation: 'seed', parameters });
    await owner[Symbol.asyncDispose]();
    const ended = await guest.job(job.id);
    assert.deepEqual([ended.state, ended.resumed], ['completed', 0]);
  });

  it('gives all of several that come at once one owner', async () => {
    await using folder = hostFolder();
    const connections = await Promise.all(Array.from({ length: 6 }, () => folder.connect()));
    const roles = connections.map(({ role }) => role);
    assert.deepEqual(roles.toSorted(), ['attached', 'attached', 'attached', 'attached', 'attached', 'owner']);
  });

  it('works where the path is too long for a socket, and removes what it made elsewhere', async function () {
    if (process.platform === 'win32') this.skip();
    await using folder = hostFolder('a-rather-long-name/'.repeat(8));
    const owner = await folder.connect();
    const address = readAnnouncement(folder.dataDirectory)?.address ?? '';
    assert.equal(dirname(dirname(address)), tmpdir());
    assert.equal((await folder.connect()).role, 'attached');
    await owner[Symbol.asyncDispose]();
    assert.equal(existsSync(dirname(address)), false);
  });

  it('runs in a process of its own for a window, which ends when nobody needs it', async () => {
    await using folder = hostFolder();
    const window = await prepared(await folder.connect({ engine: engineProcess, backgroundCycles: true }));
    assert.equal(window.role, 'attached');
    assert.equal((await window.status()).backgroundCycles.running, true);
    const second = await folder.connect({ engine: engineProcess, backgroundCycles: true });
    const pid = readAnnouncement(folder.dataDirectory)?.pid ?? 0;
    assert.notEqual(pid, process.pid);
    await window[Symbol.asyncDispose]();
    await second.execute(status);
    await second[Symbol.asyncDispose]();
    await waitUntil('the engine has ended by itself', () => !isAlive(pid));
    assert.equal(readAnnouncement(folder.dataDirectory), undefined);
  });

  it('starts another process when the one it used is killed, with nothing left of the old', async function () {
    if (process.platform === 'win32') this.skip();
    await using folder = hostFolder('a-rather-long-name/'.repeat(8));
    const window = await prepared(await folder.connect({ engine: engineProcess }));
    const before = readAnnouncement(folder.dataDirectory);
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await window.execute(status);
    const after = readAnnouncement(folder.dataDirectory);
    assert.notEqual(after?.pid, before?.pid);
    const folders = readdirSync(tmpdir());
    assert.ok(!folders.some((name) => before?.address.includes(name) === true && name.startsWith('lync-topology-')));
    await window[Symbol.asyncDispose]();
    process.kill(after?.pid ?? 0, 'SIGTERM');
    await waitUntil('the engine has ended when told to', () => !isAlive(after?.pid ?? 0));
  });

  it('says in the window why its engine could not be opened', async () => {
    await using folder = hostFolder();
    writeFileSync(folder.topologyFile, 'lyncTopology: 1\n');
    await assert.rejects(folder.connect({ engine: engineProcess }), { code: 'topology-invalid', kind: 'refused' });
    const command = { command: '/nonexistent/node', leadingArguments: [] };
    await using other = hostFolder();
    await assert.rejects(other.connect({ engine: command }), { code: 'engine-unreachable' });
  });
});

function presence() {
  return {
    table: 'users',
    key: { sipAddress: 'sip:guest@litwareinc.com' },
    value: { homePool: atlanta, displayName: 'Guest', enabled: 1, changedAt: new Date().toISOString() },
  };
}
