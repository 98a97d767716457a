import assert from 'node:assert/strict';
import type { DeploymentStatus, JobStatus, Progress, ReplicationStatus } from '../../src/core/status.ts';
import { virtualMachineRows } from '../../src/extension/views/virtualMachineOutline.ts';

const replica: ReplicationStatus = {
  id: 'machine/ATL-FE-001/replica',
  RelationshipType: 'Simple',
  PrimaryServer: 'hv-atl-01',
  ReplicaServer: 'hv-dal-01',
  ReplicationState: 3,
  ReplicationHealth: 1,
  explanation: 'The replica holds what the source holds.',
};
const extended: ReplicationStatus = {
  ...replica,
  id: 'machine/ATL-FE-001/extended',
  RelationshipType: 'Extended',
  PrimaryServer: 'hv-dal-01',
  ReplicaServer: 'hv-phx-01',
};

function job(progress?: Progress): JobStatus {
  return {
    id: 'job/7',
    operation: 'Resume-VMReplication',
    title: 'Resynchronise the replica of ATL-FE-001',
    parameters: {},
    state: 'running',
    operator: 'tester',
    queuedAt: '2013-04-01T10:00:00.000Z',
    resumed: 0,
    ...(progress !== undefined && { progress }),
  };
}

function rows(relationships: readonly ReplicationStatus[], jobs: readonly JobStatus[] = []) {
  const machine = { id: 'machine/ATL-FE-001', name: 'ATL-FE-001', primaryHost: 'hv-atl-01', disks: ['os.vhdx'] };
  const status: DeploymentStatus = {
    revision: 1,
    deployment: 'Litware',
    dataDirectory: '/data',
    initialized: true,
    sites: [],
    pools: [],
    pairs: [],
    virtualMachines: [{ ...machine, relationships }],
    jobs,
    faults: [],
    backgroundCycles: { running: false, syncInterval: 120_000 },
  };
  const [section] = virtualMachineRows(status);
  const [row] = section?.children ?? [];
  assert.ok(section !== undefined && row !== undefined);
  return { status, section, row };
}

describe('virtual machines in the status tree', () => {
  it('are absent without one', () => {
    const { status } = rows([]);
    assert.deepEqual(virtualMachineRows({ ...status, virtualMachines: [] }), []);
  });

  it('show the state of each of their replicas', () => {
    const { section, row } = rows([replica, { ...extended, ReplicationState: 9, ReplicationHealth: 3 }]);
    assert.equal(row.description, 'Replicating, Waiting to start resynchronization');
    assert.deepEqual(row.subject, { kind: 'virtualMachine', machine: 'ATL-FE-001' });
    assert.equal(row.context, ' virtualMachine replicated replicating resynchronizable ');
    assert.deepEqual(
      row.children.map(({ label, description, context }) => [label, description, context]),
      [
        ['Replica', 'Replicating · hv-dal-01', ' replica simple '],
        ['Extended replica', 'Waiting to start resynchronization · hv-phx-01', ' replica extended '],
      ],
    );
    assert.deepEqual(
      [section, ...row.children].map(({ icon }) => icon.color),
      ['list.errorForeground', 'testing.iconPassed', 'list.errorForeground'],
    );
  });

  it('show how far the job has come that resynchronises one, and no other job', () => {
    const half: Progress = {
      phase: 'Comparing',
      done: 512,
      total: 1024,
      unit: 'bytes',
      bytesDone: 512,
      bytesTotal: 1024,
    };
    const running = { ...replica, ReplicationState: 10, ReplicationHealth: 2, job: 'job/7' } as const;
    const { row } = rows([running, extended], [{ ...job(), id: 'job/6' }, job(half)]);
    assert.equal(row.description, 'Resynchronizing · 50 %, Replicating');
    assert.equal(row.icon.name, 'sync~spin');
    assert.equal(row.spoken, 'Virtual machine ATL-FE-001, Resynchronizing · 50 %, Replicating');
    const [simple] = row.children;
    assert.equal(simple?.icon.name, 'sync~spin');
    assert.match(simple.tooltip ?? '', /\| Job \| Comparing: /);
    assert.equal(rows([running], [job()]).row.description, 'Resynchronizing');
    assert.equal(rows([running], []).row.description, 'Resynchronizing');
  });

  it('show a suspension, a start that is scheduled, and what is wrong with its remedy', () => {
    const error = {
      code: 'server-stopped',
      kind: 'failed',
      object: 'hv',
      message: 'It is stopped.',
      remedy: 'Start it.',
    } as const;
    const shown = (change: Partial<ReplicationStatus>) => rows([{ ...replica, ...change }]).row.children[0];
    assert.equal(shown({ ReplicationState: 7, ReplicationHealth: 2 })?.icon.color, 'list.warningForeground');
    assert.match(shown({ ReplicationState: 11 })?.description ?? '', /^Resynchronization suspended/);
    assert.match(shown({ startAt: '2013-04-02T02:00:00.000Z' })?.tooltip ?? '', /Starts at/);
    const critical = shown({ ReplicationState: 8, ReplicationHealth: 3, error });
    assert.match(critical?.description ?? '', /^Critical/);
    assert.match(critical?.tooltip ?? '', /Start it\./);
  });

  it('without a replica are said to be so', () => {
    const { row } = rows([]);
    assert.equal(row.description, 'not replicated');
    assert.equal(row.context, ' virtualMachine ');
  });
});
