import assert from 'node:assert/strict';
import type { DatabaseStatus, PoolStatus } from '../../src/core/status.ts';
import { databaseTypeRows } from '../../src/extension/views/databaseOutline.ts';

const mirrored: DatabaseStatus = {
  id: 'pool/a.litwareinc.com/database/rtcxds',
  DatabaseType: 'User',
  DatabaseName: 'rtcxds',
  StateOnPrimary: 'Principal',
  StateOnMirror: 'Mirror',
  MirroringStatusOnPrimary: 'synchronized',
  MirroringStatusOnMirror: 'synchronized',
  primary: 'sql1.litwareinc.com\\RTC',
  mirror: 'sql2.litwareinc.com\\RTC',
  principal: 'primary',
  witness: 'sql3.litwareinc.com\\WITNESS',
  witnessState: 'connected',
  sendQueue: 0,
  redoQueue: 0,
  explanation: '',
};

function typeRow(change: Partial<DatabaseStatus> = {}) {
  const pool: PoolStatus = {
    id: 'pool/a.litwareinc.com',
    fqdn: 'a.litwareinc.com',
    site: 'Atlanta',
    service: { state: 'running', stoppedServers: [] },
    modules: [],
    databases: [{ ...mirrored, ...change }],
  };
  const [row] = databaseTypeRows(pool);
  assert.ok(row);
  return row;
}

function details(change: Partial<DatabaseStatus> = {}) {
  return typeRow(change).children[0]?.children ?? [];
}

describe('databases in the status tree', () => {
  it('show which partner has which role, and the witness, in words and in what is spoken', () => {
    assert.deepEqual(
      details().map(({ label, description }) => `${label}: ${description}`),
      ['sql1: Principal', 'sql2: Mirror', 'sql3: witness, connected', 'Waiting: nothing to send or redo'],
    );
    assert.deepEqual(
      details({ witnessState: 'disconnected' })
        .slice(0, 3)
        .map(({ spoken }) => spoken),
      [
        'Primary sql1.litwareinc.com\\RTC, Principal, synchronized',
        'Mirror sql2.litwareinc.com\\RTC, Mirror, synchronized',
        'Witness sql3.litwareinc.com\\WITNESS, witness, disconnected',
      ],
    );
  });

  it('show a partner that is away with a shape of its own', () => {
    const away = { StateOnMirror: 'DatabaseInaccessibleOrMirroringNotEnabled', MirroringStatusOnMirror: '' } as const;
    const [, mirror] = details(away);
    assert.deepEqual([mirror?.description, mirror?.icon.name], ['not accessible', 'debug-disconnect']);
  });

  it('name what a forced failover lost', () => {
    const time = '2013-04-01T10:00:00.000Z';
    const first = [
      { sequence: 7, time, place: 'sql1\\RTC', operation: 'insert', table: 'Contact', key: 'Id=9' },
    ] as const;
    const lost = details({ lost: { commits: 2, rows: 3, first } }).at(-1);
    assert.equal(lost?.description, '2 commits');
    assert.match(lost.tooltip ?? '', /Contact Id=9/);
  });

  it('offer what can run where they are, and nothing else', () => {
    const { principal: _, ...none } = mirrored;
    const contexts = [typeRow(), typeRow({ principal: 'mirror' })].map(({ context }) => context);
    assert.deepEqual(contexts, [' databaseType onPrimary ', ' databaseType onMirror ']);
    const [row] = databaseTypeRows({
      id: 'pool/a',
      fqdn: 'a',
      site: 'Atlanta',
      service: { state: 'running', stoppedServers: [] },
      modules: [],
      databases: [none],
    });
    assert.equal(row?.context, ' databaseType noPrincipal ');
    const suspended = { MirroringStatusOnPrimary: 'suspended', MirroringStatusOnMirror: 'suspended' } as const;
    assert.equal(typeRow(suspended).context, ' databaseType onPrimary suspended ');
  });
});
