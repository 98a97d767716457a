import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../support/waitUntil.ts';
import { say } from './inProcess.ts';
import { at, type Folder, sampleFolder } from './support.ts';

const machines = `
virtualMachines:
  ATL-FE-001: { primaryHost: hv-atl-01, replicaHost: hv-dal-01, disks: [os.vhdx] }
`;

/** One story on one machine: the steps build on each other. */
describe('virtual machines on the command line', () => {
  let folder: Folder;
  let options: readonly string[];
  before(() => {
    folder = sampleFolder();
    options = ['--topology', join(folder.path, 'litware.topology.yaml')];
    appendFileSync(join(folder.path, 'litware.topology.yaml'), machines);
  });
  after(() => folder[Symbol.dispose]());

  const json = async (words: readonly string[]) => {
    const { status, out } = await say([...words, '--json', ...options]);
    const value: unknown = JSON.parse(out);
    return { status, value };
  };
  const disk = (host: string): string => join(folder.data, 'hosts', host, 'ATL-FE-001', 'os.vhdx');
  const state = async (): Promise<unknown> => at((await json(['Get-VMReplication'])).value, 0, 'ReplicationState');

  it('init makes their disks, and they replicate', async () => {
    const { value } = await json(['init']);
    assert.equal(at(value, 'created', 'virtualDisks'), 2);
    assert.equal(await state(), 'Replicating');
  });

  it('a changed disk requires a resynchronisation, which sends what differs', async () => {
    appendFileSync(disk('hv-atl-01'), Buffer.alloc(100_000, 7));
    assert.equal(await state(), 'WaitingForStartResynchronize');
    const { out } = await say(['status', ...options]);
    assert.match(out, /ATL-FE-001 {2}virtual machine on hv-atl-01/);
    assert.match(out, /hv-dal-01 +replica, WaitingForStartResynchronize, Critical\n +A resynchronisation is required/);
    const { status, value } = await json(['Resume-VMReplication', '-VMName', 'atl-fe-001', '-Resynchronize']);
    assert.equal(status, 0);
    assert.deepEqual([at(value, 'ReturnValue'), at(value, 'SentBytes')], [0, 100_000]);
    assert.ok(readFileSync(disk('hv-dal-01')).equals(readFileSync(disk('hv-atl-01'))));
    assert.equal(await state(), 'Replicating');
  });

  it('refuses what nothing requires, and forces it after a suspension', async () => {
    const resume = ['Resume-VMReplication', '-VMName', 'ATL-FE-001', '-Resynchronize'];
    const refused = await json(resume);
    assert.deepEqual([refused.status, at(refused.value, 'error', 'code')], [2, 'replication-state-invalid']);
    assert.equal((await json(['Suspend-VMReplication', '-VMName', 'ATL-FE-001'])).status, 0);
    assert.equal(await state(), 'Suspended');
    const { value } = await json(resume);
    assert.deepEqual([at(value, 'ReturnValue'), at(value, 'SentBytes')], [0, 0]);
    assert.equal(await state(), 'Replicating');
  });

  it('waits for the end with -AsJob where it is the engine, and returns at once with the job where one stays', async () => {
    const asJob = ['Resume-VMReplication', '-VMName', 'ATL-FE-001', '-Resynchronize', '-AsJob'];
    appendFileSync(disk('hv-atl-01'), Buffer.alloc(70_000, 8));
    const waited = await json(asJob);
    assert.equal(at(waited.value, 'ReturnValue'), 0);
    assert.ok(readFileSync(disk('hv-dal-01')).equals(readFileSync(disk('hv-atl-01'))));
    appendFileSync(disk('hv-atl-01'), Buffer.alloc(70_000, 9));
    const engine = folder.start(['serve', '--json']);
    await engine.line((line) => line.includes('"serving"'));
    const started = await json(asJob);
    assert.deepEqual([at(started.value, 'ReturnValue'), at(started.value, 'Job', 'JobType')], [4096, 107]);
    await waitUntil('the replica is the same', async () => (await state()) === 'Replicating');
    engine.child.kill('SIGINT');
    await engine.finished;
    assert.ok(readFileSync(disk('hv-dal-01')).equals(readFileSync(disk('hv-atl-01'))));
  });

  it('names a host that is stopped', async () => {
    await json(['fault', 'stop', 'hv-dal-01']);
    assert.equal(await state(), 'Error');
    const { status, value } = await json(['Resume-VMReplication', '-VMName', 'ATL-FE-001', '-Resynchronize']);
    assert.deepEqual([status, at(value, 'error', 'code')], [2, 'server-stopped']);
    await json(['fault', 'start', 'hv-dal-01']);
    assert.equal(await state(), 'Replicating');
  });
});
