import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DatabaseStatus, DeploymentStatus, PoolStatus } from '../../src/core/status.ts';
import type { LensPlace } from '../../src/extension/lensPlaces.ts';
import { commandOfLens, lensesOf, lensSignature } from '../../src/extension/lensTexts.ts';
import { waitUntil } from '../support/waitUntil.ts';

const atlanta = 'atl-cs-001.litwareinc.com';
const dallas = 'dal-cs-001.litwareinc.com';

const database: DatabaseStatus = {
  id: `pool/${atlanta}/database/rtcxds`,
  DatabaseType: 'User',
  DatabaseName: 'rtcxds',
  StateOnPrimary: 'Principal',
  StateOnMirror: 'Mirror',
  MirroringStatusOnPrimary: 'synchronized',
  MirroringStatusOnMirror: 'synchronized',
  primary: 'sql1.litwareinc.com\\RTC',
  mirror: 'sql2.litwareinc.com\\RTC',
  principal: 'primary',
  sendQueue: 0,
  redoQueue: 0,
  explanation: '',
};
const pool: PoolStatus = {
  id: `pool/${atlanta}`,
  fqdn: atlanta,
  site: 'Atlanta',
  partner: dallas,
  service: { state: 'running', stoppedServers: [] },
  OverallExportStatus: 'SteadyState',
  OverallImportStatus: 'NormalState',
  modules: [],
  databases: [database],
};
const status: DeploymentStatus = {
  revision: 1,
  deployment: 'Litware',
  dataDirectory: '/d',
  initialized: true,
  sites: [],
  pools: [pool, { ...pool, id: `pool/${dallas}`, fqdn: dallas, partner: atlanta }],
  pairs: [
    {
      id: `pair/${atlanta}+${dallas}`,
      pools: [atlanta, dallas],
      directions: [
        {
          id: 'a',
          from: atlanta,
          to: dallas,
          ExportStatus: 'SteadyState',
          ImportStatus: 'NormalState',
          explanation: 'x',
        },
        {
          id: 'b',
          from: dallas,
          to: atlanta,
          ExportStatus: 'ErrorState',
          ImportStatus: 'NormalState',
          explanation: 'y',
        },
      ],
    },
  ],
  jobs: [],
  faults: [],
  backgroundCycles: { running: false, syncInterval: 120_000 },
};
const poolPlace: LensPlace = { kind: 'pool', pool: atlanta, line: 9 };
const databasePlace: LensPlace = { kind: 'databaseType', pool: atlanta, type: 'User', line: 17 };

function titles(place: LensPlace, of: DeploymentStatus | undefined): readonly (string | undefined)[] {
  return lensesOf(place, of).map((lens) => commandOfLens(lens, of)?.title);
}

describe('what lenses say', () => {
  it('is the state of a pool and what can be done about it', () => {
    assert.deepEqual(titles(poolPlace, status), ['$(pass)\u00a0Steady State', 'Synchronise', 'Plan failover']);
    const lenses = lensesOf(poolPlace, status).map((lens) => commandOfLens(lens, status));
    assert.deepEqual(
      lenses.map((command) => [command?.command, command?.arguments]),
      [
        ['lyncTopology.showStatus', undefined],
        ['lyncTopology.synchronize', [{ kind: 'pool', pool: atlanta }]],
        ['lyncTopology.showPlan', [{ operation: 'Invoke-CsPoolFailOver', subject: { kind: 'pool', pool: atlanta } }]],
      ],
    );
  });

  it('follows where a pool is served', () => {
    const failover = { state: 'FailedOver', backup: dallas, disaster: false, since: '2026-01-01T00:00:00Z' } as const;
    const away = { ...status, pools: [{ ...pool, failover }] };
    assert.deepEqual(titles(poolPlace, away), ['$(warning)\u00a0failed over to dal-cs-001', 'Plan failback']);
    const { partner: _, ...alone } = pool;
    assert.equal(titles(poolPlace, { ...status, pools: [alone] }).length, 1);
  });

  it('is the state of both directions of a pair, in whatever order it is written', () => {
    const place: LensPlace = { kind: 'pair', pools: [dallas.toUpperCase(), atlanta], line: 40 };
    assert.deepEqual(titles(place, status), [
      '$(error)\u00a0atl-cs-001 → dal-cs-001: Steady State · dal-cs-001 → atl-cs-001: Error State',
      'Watch until Steady State',
    ]);
  });

  it('is where databases are served, with the way to the other place', () => {
    assert.deepEqual(titles(databasePlace, status), ['$(pass)\u00a0synchronized · sql1', 'Fail over to sql2']);
    const onMirror = { ...status, pools: [{ ...pool, databases: [{ ...database, principal: 'mirror' as const }] }] };
    assert.deepEqual(titles(databasePlace, onMirror), ['$(pass)\u00a0synchronized · sql2', 'Fail back to sql1']);
    const { mirror: _, ...single } = database;
    assert.deepEqual(titles(databasePlace, { ...status, pools: [{ ...pool, databases: [single] }] }), []);
  });

  it('is no state while nobody measures', () => {
    assert.deepEqual(titles(poolPlace, undefined), ['not measured', 'Plan failover']);
    assert.deepEqual(titles(databasePlace, undefined), []);
    assert.deepEqual(titles(poolPlace, { ...status, initialized: false }), ['Initialise Data Directory']);
    assert.deepEqual(titles({ kind: 'pool', pool: 'new.litwareinc.com', line: 1 }, status), []);
  });

  it('is drawn again exactly when it would read differently', () => {
    const drawn = lensSignature(status);
    const changed = (change: Partial<PoolStatus>): readonly PoolStatus[] =>
      status.pools.map((one) => (one.fqdn === atlanta ? { ...one, ...change } : one));
    assert.equal(
      lensSignature({ ...status, revision: 2, faults: [], pools: status.pools.map((p) => ({ ...p })) }),
      drawn,
    );
    assert.notEqual(lensSignature({ ...status, pools: changed({ OverallExportStatus: 'FinalState' }) }), drawn);
    const databases = [{ ...database, principal: 'mirror' as const }];
    assert.notEqual(lensSignature({ ...status, pools: changed({ databases }) }), drawn);
    assert.notEqual(lensSignature(undefined), drawn);
  });
});

describe('the lenses of a topology file', () => {
  let document: vscode.TextDocument;

  before(async () => {
    const [file] = await vscode.workspace.findFiles('litware.topology.yaml');
    assert.ok(file);
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
  });

  const provided = async (resolve = 100): Promise<readonly vscode.CodeLens[]> =>
    (await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      resolve,
    )) ?? [];

  it('stand above pools and pairs, where the outline has them', async () => {
    const lenses = await waitUntil('there are lenses', async () => {
      const found = await provided();
      return found.length > 0 ? found : undefined;
    });
    const above = new Set(lenses.map(({ range }) => document.lineAt(range.start.line).text.trim()));
    for (const text of [`${atlanta}:`, `${dallas}:`, `- pools: [${atlanta}, ${dallas}]`])
      assert.ok(above.has(text), text);
    assert.ok(lenses.every(({ command }) => command !== undefined && command.title !== ''));
  });

  it('get their words only when they come into view', async () => {
    assert.ok((await provided(0)).every(({ command }) => command === undefined));
  });

  it('can be switched off', async () => {
    const settings = vscode.workspace.getConfiguration('lyncTopology');
    await settings.update('codeLenses', false);
    assert.deepEqual(await provided(), []);
    await settings.update('codeLenses', undefined);
    assert.notDeepEqual(await provided(), []);
  });
});
