import assert from 'node:assert/strict';
import { readTopology } from '../../../src/core/topology/document.ts';
import { TopologyDocument } from './imports.ts';
import { completed } from './marked.ts';

const broken = completed('backupService: { syncInterval: 00:00:01 }\n');

function codesOf(text: string): readonly string[] {
  return TopologyDocument.open(text).diagnostics.map((diagnostic) => diagnostic.code);
}

describe('Severities and suppressions', () => {
  it('takes severities from the settings, and takes them back', () => {
    const document = TopologyDocument.open(broken, { severities: { 'sync-interval-range': 'hint' } });
    const severity = () => document.diagnostics.find(({ code }) => code === 'sync-interval-range')?.severity;
    assert.equal(severity(), 'hint');
    document.setSeverities({ 'sync-interval-range': 'off' });
    assert.equal(severity(), undefined);
    document.setSeverities({});
    assert.equal(severity(), 'error');
  });

  it('never makes worse what a rule reports as mild', () => {
    const text = completed(
      'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules: [PresenceFocus, CMSMaster]\n',
    );
    const severities = (setting: 'error' | 'hint' | 'off') =>
      TopologyDocument.open(text, { severities: { 'unknown-backup-module': setting } })
        .diagnostics.filter(({ code }) => code === 'unknown-backup-module')
        .map(({ severity }) => severity);
    assert.deepEqual(severities('error'), ['hint', 'hint']);
    assert.deepEqual(severities('off'), []);
  });

  for (const [title, fragment] of [
    ['its own line', 'backupService: { syncInterval: 00:00:01 } # lync-topology-disable-line sync-interval-range\n'],
    [
      'the line below',
      '# lync-topology-disable-next-line unknown-key sync-interval-range\nbackupService: { syncInterval: 00:00:01 }\n',
    ],
  ] as const) {
    it(`is switched off by a comment for ${title}`, () => {
      assert.ok(codesOf(broken).includes('sync-interval-range'));
      assert.ok(!codesOf(completed(fragment)).includes('sync-interval-range'));
      const other = fragment.replaceAll('sync-interval-range', 'interval-range');
      assert.ok(codesOf(completed(other)).includes('sync-interval-range'), 'another code switches nothing off');
    });
  }
});

describe('readTopology', () => {
  it('gives the model with defaults, and says whether it may be acted upon', () => {
    const { deployment, operable } = readTopology(
      completed('poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, DAL-cs-001.litwareinc.com]\n'),
    );
    assert.equal(operable, true);
    assert.equal(deployment.backupService.syncInterval, 120_000);
    assert.deepEqual(deployment.poolPairs, [
      {
        pools: ['atl-cs-001.litwareinc.com', 'dal-cs-001.litwareinc.com'],
        backupModules: ['UserServices.PresenceFocus', 'ConfServices.DataConf', 'CentralMgmt.CMSMaster'],
      },
    ]);
  });

  it('leaves out what it does not understand, and says so', () => {
    const { deployment, operable } = readTopology(
      completed(
        'pools:\n  a.litwareinc.com: { site: Atlanta, edition: Standard, release: 2013 }\n  b.litwareinc.com: { site: Atlanta }\n',
      ),
    );
    assert.deepEqual(
      deployment.pools.map((pool) => [pool.fqdn, pool.release]),
      [['a.litwareinc.com', '2013']],
    );
    assert.equal(operable, false);
  });

  it('is not operable with an error that the settings hide', () => {
    const text = completed('pools:\n  a.litwareinc.com: { site: Atlanta, edition: Standard, release: 2013 }\n');
    assert.equal(readTopology(text, { severities: { 'wrong-type': 'off' } }).operable, false);
  });

  it('reads module names in any spelling', () => {
    const { deployment } = readTopology(
      completed(
        'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules: [dataconf, CMSMaster, ConfServices.DataConf]\n',
      ),
    );
    assert.deepEqual(deployment.poolPairs[0]?.backupModules, ['ConfServices.DataConf', 'CentralMgmt.CMSMaster']);
  });

  it('gives Persistent Chat pools, machines and roles, and leaves out what they need and do not have', () => {
    const { deployment } = readTopology(
      completed(`persistentChatPools:
  pc.litwareinc.com:
    nextHop: atl-cs-001.litwareinc.com
    servers: { pc1.litwareinc.com: { site: Atlanta, active: true }, pc2.litwareinc.com: { site: Dallas, active: false } }
    logShippingShare: \\\\fs.litwareinc.com\\Logs\\Chat
    databases:
      PersistentChat: { primary: a\\C, mirror: b\\C, witness: c\\W, backup: d\\C, backupMirror: e\\C }
      PersistentChatCompliance: { backup: d\\C }
virtualMachines:
  VM-1:
    primaryHost: hv-1
    replicaHost: hv-2
    extendedReplicaHost: hv-3
    disks: [os.vhdx, os.vhdx]
    autoResynchronize: { enabled: true, end: "07:30" }
  VM-2: { primaryHost: hv-1 }
  VM-3: { replicaHost: hv-1 }
adminRoles:
  DrOperators: { template: CsHelpDesk, cmdlets: [Move-CsUser], members: [vera] }
  Nobody: { members: [vera] }
`),
    );
    const instance = (server: string, name = 'C') => ({ server, instance: name });
    assert.deepEqual(deployment.persistentChatPools, [
      {
        fqdn: 'pc.litwareinc.com',
        nextHop: 'atl-cs-001.litwareinc.com',
        servers: [
          { fqdn: 'pc1.litwareinc.com', site: 'Atlanta', active: true },
          { fqdn: 'pc2.litwareinc.com', site: 'Dallas', active: false },
        ],
        logShippingShare: { server: 'fs.litwareinc.com', share: 'Logs', folder: 'Chat' },
        databases: {
          PersistentChat: {
            primary: instance('a'),
            mirror: instance('b'),
            witness: instance('c', 'W'),
            backup: instance('d'),
            backupMirror: instance('e'),
          },
        },
      },
    ]);
    assert.deepEqual(deployment.virtualMachines, [
      {
        name: 'VM-1',
        primaryHost: 'hv-1',
        replicaHost: 'hv-2',
        extendedReplicaHost: 'hv-3',
        disks: ['os.vhdx'],
        autoResynchronize: { enabled: true, start: 18 * 60 + 30, end: 7 * 60 + 30 },
      },
      {
        name: 'VM-2',
        primaryHost: 'hv-1',
        disks: [],
        autoResynchronize: { enabled: false, start: 18 * 60 + 30, end: 6 * 60 },
      },
    ]);
    assert.deepEqual(deployment.adminRoles, [
      { name: 'DrOperators', template: 'CsHelpDesk', cmdlets: ['Move-CsUser'], members: ['vera'] },
    ]);
  });
});
