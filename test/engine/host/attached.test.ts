import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import type { Progress, StatusChange } from '../../../src/core/status.ts';
import { readAnnouncement } from '../../../src/core/storage/claim.ts';
import type { DeploymentConnection } from '../../../src/deployments/deployment.ts';
import { attachToEngine } from '../../../src/engineHost/client.ts';
import { messageConnection } from '../../../src/engineHost/messageConnection.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, dallas, type HostFolder, hostFolder, longSeed, prepared } from './support.ts';

const sync = (pool: string) => ({ operation: 'invoke-csbackupservicesync', parameters: { poolfqdn: pool } });

describe('an engine and those attached to it', () => {
  let folder: HostFolder;
  let owner: DeploymentConnection;
  let guest: DeploymentConnection;
  before(async () => {
    folder = hostFolder();
    owner = await prepared(await folder.connect());
    guest = await folder.connect();
  });
  after(() => folder[Symbol.asyncDispose]());

  const announced = () => {
    const announcement = readAnnouncement(folder.dataDirectory);
    assert.ok(announcement !== undefined);
    return announcement;
  };

  it('are one owner and any number of guests, who see the same', async () => {
    assert.deepEqual([owner.role, guest.role, (await folder.connect()).role], ['owner', 'attached', 'attached']);
    const [own, other] = [await owner.status(), await guest.status()];
    assert.deepEqual(other.pools, own.pools);
    assert.deepEqual(other.jobs, own.jobs);
  });

  it('tells a guest live of what the owner does', async () => {
    const changes: StatusChange[] = [];
    using _ = guest.onDidChangeStatus((change) => changes.push(change));
    await owner.execute(sync(atlanta));
    await waitUntil('the guest has seen the job and the final state', () => {
      const pools = changes.flatMap((change) => change.pools ?? []).filter(({ fqdn }) => fqdn === atlanta);
      const jobs = changes.flatMap((change) => change.jobs ?? []);
      return pools.at(-1)?.modules[0]?.ExportStatus === 'FinalState' && jobs.at(-1)?.state === 'completed';
    });
    const revisions = changes.map(({ revision }) => revision);
    assert.deepEqual(
      revisions,
      revisions.toSorted((one, next) => one - next),
    );
  });

  it('sends a guest the result, the progress and every verbose line of what it runs', async () => {
    const progress: Progress[] = [];
    const lines: string[] = [];
    const result = await guest.execute(sync(dallas), {
      onProgress: (each) => progress.push(each),
      onVerbose: (line) => lines.push(line),
    });
    assert.deepEqual(Object.keys(Object(result)), ['PoolFqdn', 'Partner', 'BackupModules']);
    assert.ok(progress.length > 0);
    const [job] = (await guest.status()).jobs;
    const log = (await guest.jobLog(job?.id ?? '')).map(({ line }) => line);
    assert.deepEqual(
      log.filter((line) => !lines.includes(line)),
      [],
    );
    assert.ok(lines.length > 0);
  });

  it('cancels what a guest runs, and leaves the lease free', async () => {
    const controller = new AbortController();
    const work = guest.execute(
      { operation: 'seed', parameters: longSeed },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await assert.rejects(work, { code: 'cancelled', kind: 'cancelled' });
    await guest.execute({ operation: 'init', parameters: {} });
  });

  it('carries errors across as what people are told, and nothing else', async () => {
    for (const connection of [owner, guest]) {
      const parameters = { PoolFqdn: 'atl-cs-01.litwareinc.com' };
      await assert.rejects(connection.execute({ operation: 'Get-CsBackupServiceStatus', parameters }), {
        name: 'LyncTopologyError',
        code: 'pool-unknown',
        kind: 'refused',
        object: parameters.PoolFqdn,
        remedy: `Did you mean ${atlanta}?`,
      });
    }
  });

  it('acknowledges transactions of a guest, which the owner then reads', async () => {
    const row = {
      table: 'users',
      key: { sipAddress: 'sip:guest@litwareinc.com' },
      value: { homePool: atlanta, displayName: 'Guest', enabled: 1, changedAt: '2026-11-21T08:00:00.000Z' },
    };
    const backlog = async () => (await owner.status()).pools[0]?.modules[0]?.backlog?.items ?? 0;
    const before = await backlog();
    const { time } = await guest.commit(atlanta, 'rtcxds', [row]);
    assert.ok(!Number.isNaN(Date.parse(time)));
    await assert.rejects(guest.commit('nix.litwareinc.com', 'rtcxds', [row]), { code: 'pool-unknown' });
    assert.equal(await backlog(), before + 1);
  });

  it('plans the same for both', async () => {
    const request = { operation: 'plan', parameters: {} };
    await assert.rejects(guest.plan(request), { code: 'command-unknown', kind: 'usage' });
    assert.deepEqual(await guest.plan(sync(atlanta)), await owner.plan(sync(atlanta)));
  });

  it('lets nobody in without the token', async () => {
    const { address } = announced();
    const parameters = { token: 'guess', version: 1, topologyFile: folder.topologyFile, digest: '' };
    await assert.rejects(attachToEngine(address, parameters), { code: 'access-denied' });
    const socket = connect(address);
    const connection = messageConnection(socket);
    connection.listen();
    await assert.rejects(connection.sendRequest('status', {}), /does not know this client/);
    await assert.rejects(connection.sendRequest('attach', { token: announced().token }), /does not know this client/);
    connection.dispose();
    socket.destroy();
  });

  it('keeps the token and the socket to the same user', function () {
    if (process.platform === 'win32') this.skip();
    assert.equal(statSync(announced().address).mode & 0o777, 0o600);
    assert.equal(statSync(`${folder.dataDirectory}/owner.json`).mode & 0o777, 0o600);
    assert.equal(statSync(folder.dataDirectory).mode & 0o777, 0o700);
  });

  it('is not disturbed by clients that speak nonsense or break off', async () => {
    for (const nonsense of [
      'GET / HTTP/1.1\r\n\r\n',
      'Content-Length: 10\r\n\r\n{"json',
      'Content-Length: x\r\n\r\n{}',
    ]) {
      const socket = connect(announced().address);
      socket.on('error', () => {});
      socket.end(nonsense);
      await new Promise((resolve) => socket.once('close', resolve));
    }
    assert.equal((await guest.status()).deployment, 'Litware');
  });
});
