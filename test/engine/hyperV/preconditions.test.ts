/** What must hold before a resynchronisation changes anything (domain E.1, E.4, E.5), each not holding once. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createVhdx } from '../../../src/core/hyperV/format/createVhdx.ts';
import { startOperation } from '../../../src/core/operations/run.ts';
import { quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { type Machines, machineDeployment, machineName, openMachines } from './machines.ts';
import { changeDisk } from './rig.ts';

const [primary, replica, extended] = ['hv-atl-01', 'hv-dal-01', 'hv-phx-01'];
const hosts = [primary, replica, extended];
const day = 86_400_000;

/** What is missing, the error that says so, how it comes about, and the parameters of the operation. */
type Case = readonly [
  what: string,
  refusal: { readonly code: string; readonly object?: string },
  arrange: () => Promise<void> | void,
  parameters?: Readonly<Record<string, unknown>>,
];

/** One engine for all of them: what is refused changes nothing, and the disks are put back. */
describe('no replica is touched', () => {
  let directory: TestDirectory;
  let machines: Machines;
  let release: (() => void) | undefined;

  before(async () => {
    directory = testDirectory('lync-machine-preconditions-');
    machines = await openMachines({}, directory);
    for (const host of hosts) cpSync(machines.mark(host, ''), `${directory.root}/kept/${host}`, { recursive: true });
  });
  beforeEach(() => changeDisk(machines.disk(primary), [{ offset: 4 * 1024 ** 2, length: 10, byte: 5 }]));
  afterEach(async () => {
    release?.();
    release = undefined;
    await machines.engine.lab.clearFaults();
    for (const host of hosts)
      cpSync(`${directory.root}/kept/${host}`, machines.mark(host, ''), { recursive: true, preserveTimestamps: true });
  });
  after(() => machines[Symbol.asyncDispose]());

  const cases: readonly Case[] = [
    ['of a machine that the topology does not have', { code: 'machine-unknown' }, () => {}, { VMName: 'NOBODY' }],
    ['of a machine that is not replicated', { code: 'machine-not-replicated' }, () => {}, { VMName: 'LONE' }],
    ['while the host of the machine is stopped', { code: 'server-stopped', object: primary }, () => stop(primary)],
    ['while the host of the replica is stopped', { code: 'server-stopped', object: replica }, () => stop(replica)],
    [
      'while the host of the extended replica is stopped',
      { code: 'server-stopped', object: extended },
      () => stop(extended),
      { ReplicationRelationshipType: 'Extended' },
    ],
    [
      'while a disk of the machine is not there',
      { code: 'virtual-disk-missing' },
      () => rmSync(machines.disk(primary)),
    ],
    [
      'while a disk of the replica is not there',
      { code: 'virtual-disk-missing' },
      () => rmSync(machines.disk(replica, 'data.vhdx')),
    ],
    [
      'while a disk of the machine is no virtual disk',
      { code: 'virtual-disk-invalid' },
      () => writeFileSync(machines.disk(primary), 'something else'),
    ],
    [
      'while the two disks have different sizes for the machine',
      { code: 'replication-state-invalid' },
      () => {
        rmSync(machines.disk(replica));
        createVhdx(machines.disk(replica), { type: 'Dynamic', virtualSize: 1024 ** 3 });
      },
    ],
    [
      'while nothing requires it and replication is not suspended',
      { code: 'replication-state-invalid' },
      () => resynchronize({ ReplicationRelationshipType: 'Extended' }),
      { ReplicationRelationshipType: 'Extended' },
    ],
    [
      'of an extended replica while the replica that it comes from is half merged',
      { code: 'replication-state-invalid' },
      () => {
        const mark = machines.mark(replica, '.merging');
        writeFileSync(mark, '{}');
        release = () => rmSync(mark);
      },
      { ReplicationRelationshipType: 'Extended' },
    ],
    ['while another job works on it', { code: 'lease-held' }, hold],
    ['before the past', { code: 'argument-invalid' }, () => {}, at(-day)],
    ['more than seven days ahead', { code: 'argument-invalid' }, () => {}, at(8 * day)],
    ['at what is no time', { code: 'argument-invalid' }, () => {}, { ResynchronizeStartTime: 'soon' }],
  ];

  for (const [what, refusal, arrange, parameters = {}] of cases)
    it(what, async () => {
      await arrange();
      const before = world();
      await assert.rejects(resynchronize(parameters), refusal);
      assert.deepEqual(world(), before);
    });

  it('before the data directory is initialised', async () => {
    using other = testDirectory('lync-machine-preconditions-');
    await using engine = await other.open({ deployment: machineDeployment() });
    const request = { operation: 'Resume-VMReplication', parameters: { VMName: machineName, Resynchronize: true } };
    const refused = startOperation(engine, request, { ...quietRun, onVerbose: () => {} });
    await assert.rejects(refused, { code: 'data-directory-missing' });
    assert.deepEqual(engine.jobs.list(), []);
  });

  /** As a surface does it: refused at once, or its job fails. */
  async function resynchronize(parameters: Readonly<Record<string, unknown>>): Promise<void> {
    const request = {
      operation: 'Resume-VMReplication',
      parameters: { VMName: machineName, Resynchronize: true, ...parameters },
    };
    const { ended } = await startOperation(machines.engine, request, { ...quietRun, onVerbose: () => {} });
    const { error } = await ended;
    if (error !== undefined) throw error;
  }

  function world() {
    const disks = hosts.flatMap((host) =>
      ['os.vhdx', 'data.vhdx'].map((name) => {
        const file = machines.disk(host, name);
        return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'not there';
      }),
    );
    return { disks, status: machines.engine.hyperV.status() };
  }

  async function stop(host = ''): Promise<void> {
    await machines.engine.lab.fault('stop', host);
  }

  function hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const leases = [`machine/${machineName}/replica`];
    machines.engine.jobs.start({ operation: 'seed', title: 'Another', parameters: {}, leases }, () => promise);
    release = resolve;
  }
});

function at(away: number): Readonly<Record<string, unknown>> {
  return { ResynchronizeStartTime: new Date(Date.now() + away).toISOString() };
}
