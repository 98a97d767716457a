import assert from 'node:assert/strict';
import type { DeploymentStatus, ExportStatus, PersistentChatStatus, PoolStatus } from '../../src/core/status.ts';
import { deploymentLevel, deploymentWords, poolLevel, poolWords } from '../../src/extension/views/states.ts';

function pool(fqdn: string, exported: ExportStatus, service: PoolStatus['service']['state'] = 'running'): PoolStatus {
  return {
    id: `pool/${fqdn}`,
    fqdn,
    site: 'Atlanta',
    service: { state: service, stoppedServers: [] },
    OverallExportStatus: exported,
    OverallImportStatus: 'NormalState',
    modules: [],
    databases: [],
  };
}

function deployment(pools: readonly PoolStatus[], initialized = true): DeploymentStatus {
  return {
    revision: 1,
    deployment: 'Litware',
    dataDirectory: '/data',
    initialized,
    sites: [],
    pools,
    pairs: [],
    jobs: [],
    faults: [],
    backgroundCycles: { running: false, syncInterval: 1000 },
  };
}

describe('the state of a deployment', () => {
  it('is that of its weakest pool', () => {
    const status = deployment([pool('a.litwareinc.com', 'FinalState'), pool('b.litwareinc.com', 'SteadyState')]);
    assert.equal(deploymentWords(status), 'Steady State');
  });

  it('names the pool that needs somebody', () => {
    const status = deployment([
      pool('a.litwareinc.com', 'FinalState'),
      pool('b.litwareinc.com', 'FinalState', 'stopped'),
    ]);
    assert.equal(deploymentWords(status), 'b stopped');
    assert.equal(deploymentLevel(status), 'error');
  });

  it('marks a pool that is failed over, and says where its users are', () => {
    const failover = { state: 'FailedOver', backup: 'b.litwareinc.com', disaster: true, since: '2013-04-01' } as const;
    const failedOver: PoolStatus = { ...pool('a.litwareinc.com', 'FinalState'), failover };
    assert.equal(poolWords(failedOver), 'failed over to b');
    assert.equal(poolLevel(failedOver), 'attention');
    assert.equal(deploymentWords(deployment([failedOver])), 'a failed over to b');
  });

  it('counts Persistent Chat pools, and names the one that needs somebody', () => {
    const chat: PersistentChatStatus = {
      id: 'persistentChat/pc.litwareinc.com',
      fqdn: 'pc.litwareinc.com',
      PoolState: 'Normal',
      servers: [{ id: 'one', fqdn: 'pc1.litwareinc.com', site: 'Atlanta', active: true, running: true }],
      databases: [],
      unshippedMessages: 0,
      lostMessages: 0,
    };
    const pools = [pool('a.litwareinc.com', 'SteadyState')];
    const shown = (change: Partial<PersistentChatStatus>) => {
      const status = { ...deployment(pools), persistentChat: [{ ...chat, ...change }] };
      return [deploymentLevel(status), deploymentWords(status)];
    };
    assert.deepEqual(shown({}), ['good', 'Steady State']);
    assert.deepEqual(shown({ PoolState: 'FailedOver' }), ['attention', 'pc failed over']);
    assert.deepEqual(shown({ servers: [] }), ['error', 'pc no active server runs']);
    const error = {
      code: 'server-stopped',
      kind: 'failed',
      object: 'hv',
      message: 'It is stopped.',
      remedy: 'Start it.',
    } as const;
    assert.deepEqual(shown({ logShipping: { running: true, error } }), ['error', 'pc log shipping stopped']);
    const alone = { ...deployment([]), persistentChat: [chat] };
    assert.deepEqual([deploymentLevel(alone), deploymentWords(alone)], ['good', 'pc Normal']);
  });

  it('is not alarming while there is no data directory yet', () => {
    const status = deployment([pool('a.litwareinc.com', 'FinalState', 'stopped')], false);
    assert.equal(deploymentLevel(status), 'unknown');
    assert.equal(deploymentWords(status), 'data directory not initialised');
  });
});
