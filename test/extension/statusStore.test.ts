import assert from 'node:assert/strict';
import type { DeploymentStatus, JobStatus, PoolStatus } from '../../src/core/status.ts';
import { createStatusStore } from '../../src/extension/statusStore.ts';

function pool(fqdn: string, state: PoolStatus['service']['state'] = 'running'): PoolStatus {
  return {
    id: `pool/${fqdn}`,
    fqdn,
    site: 'Atlanta',
    service: { state, stoppedServers: [] },
    modules: [],
    databases: [],
  };
}

function job(number: number): JobStatus {
  return {
    id: `job/${number}`,
    operation: 'seed',
    title: 'Fill',
    parameters: {},
    state: 'running',
    operator: 'somebody',
    queuedAt: '2026-01-01T00:00:00Z',
    resumed: 0,
  };
}

const initial: DeploymentStatus = {
  revision: 7,
  deployment: 'Litware',
  dataDirectory: '/data',
  initialized: true,
  sites: [{ id: 'site/Atlanta', name: 'Atlanta' }],
  pools: [pool('a.litwareinc.com'), pool('b.litwareinc.com')],
  pairs: [],
  jobs: [],
  faults: [{ id: 'fault/stop/x', kind: 'stop', target: 'x', since: '2026-01-01T00:00:00Z' }],
  backgroundCycles: { running: true, syncInterval: 1000 },
};

describe('the status store', () => {
  it('changes only what a change names, and keeps the objects of everything else', () => {
    const store = createStatusStore();
    store.replace(initial);
    assert.equal(store.apply({ revision: 8, pools: [pool('b.litwareinc.com', 'stopped')] }), true);
    assert.equal(store.current?.pools[0], initial.pools[0]);
    assert.equal(store.current?.pools[1]?.service.state, 'stopped');
    assert.equal(store.current?.sites, initial.sites);
    assert.equal(store.current?.faults, initial.faults);
  });

  it('keeps the objects of a status that was read again and says the same', () => {
    const store = createStatusStore();
    store.replace(initial);
    let told = 0;
    store.onDidChange(() => {
      told += 1;
    });
    store.replace(structuredClone(initial));
    assert.equal(store.current, initial);
    assert.equal(told, 0);
  });

  it('adds what is new and takes faults that ended away', () => {
    const store = createStatusStore();
    store.replace(initial);
    store.apply({ revision: 8, jobs: [job(1)], faults: [] });
    assert.deepEqual(store.current?.jobs, [job(1)]);
    assert.deepEqual(store.current?.faults, []);
  });

  it('ignores a change that it has already, and says when it missed one', () => {
    const store = createStatusStore();
    store.replace(initial);
    assert.equal(store.apply({ revision: 7, initialized: false }), true);
    assert.equal(store.current?.initialized, true);
    assert.equal(store.apply({ revision: 9, initialized: false }), false);
    assert.equal(store.current?.initialized, true);
  });

  it('takes the status of an engine that counts its revisions anew', () => {
    const store = createStatusStore();
    store.replace(initial);
    store.replace({ ...initial, revision: 1, initialized: false });
    assert.equal(store.current?.initialized, false);
    assert.equal(store.apply({ revision: 2, initialized: true }), true);
    assert.equal(store.current?.initialized, true);
  });
});
