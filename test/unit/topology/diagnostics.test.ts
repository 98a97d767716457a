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
});
