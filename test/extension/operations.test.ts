import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as z from 'zod';
import { describeParameters } from '../../src/core/operations/parameters.ts';
import { operations } from '../../src/core/operations/registry.ts';
import { commandOf } from '../../src/extension/names.ts';

const atlanta = 'atl-cs-001.litwareinc.com';
const dallas = 'dal-cs-001.litwareinc.com';

const statusSchema = z.object({
  PoolFqdn: z.string(),
  BackupModules: z.array(z.object({ Identity: z.string(), ExportStatus: z.string(), ImportStatus: z.string() })),
});
const mirrorSchema = z.array(
  z.object({ DatabaseName: z.string(), StateOnPrimary: z.string(), StateOnMirror: z.string() }),
);
const planSchema = z.object({ ready: z.boolean(), powershell: z.string(), confirmation: z.string().optional() });

function run(command: string, parameters: Readonly<Record<string, unknown>>): Thenable<unknown> {
  return vscode.commands.executeCommand(`lyncTopology.${command}`, parameters);
}

async function exportStates(pool: string): Promise<Record<string, string>> {
  const { BackupModules } = statusSchema.parse(await run('getCsBackupServiceStatus', { PoolFqdn: pool }));
  return Object.fromEntries(BackupModules.map(({ Identity, ExportStatus }) => [Identity, ExportStatus]));
}

async function statesOnPrimary(): Promise<string[]> {
  const states = mirrorSchema.parse(await run('getCsDatabaseMirrorState', { PoolFqdn: atlanta, DatabaseType: 'User' }));
  return states.map(({ StateOnPrimary }) => StateOnPrimary);
}

describe('the operations as commands', () => {
  before(async () => {
    await vscode.workspace.getConfiguration('lyncTopology').update('background.enabled', false);
    await run('initializeDataDirectory', {});
    await run('seed', { Users: 40, Conferences: 8, ContentFiles: 60, ContentBytes: 600_000 });
  });

  after(async () => {
    await vscode.workspace.getConfiguration('lyncTopology').update('background.enabled', undefined);
  });

  it('show that what was seeded waits, and after a synchronisation that the partner has it', async () => {
    const before = await exportStates(atlanta);
    assert.notEqual(before['ConfServices.DataConf'], 'FinalState');
    await run('invokeCsBackupServiceSync', { PoolFqdn: atlanta });
    const { 'ConfServices.DataConf': content, 'UserServices.PresenceFocus': users } = await exportStates(atlanta);
    assert.deepEqual([content, users], ['FinalState', 'FinalState']);
  });

  it('watch until Steady State and say that it is reached', async () => {
    await run('invokeCsBackupServiceSync', { PoolFqdn: dallas });
    const result = z
      .object({ outcome: z.string() })
      .parse(await run('watchUntilSteadyState', { PoolFqdn: dallas, Until: 'FinalState' }));
    assert.equal(result.outcome, 'reached');
  });

  it('plan without changing anything, by -WhatIf as well', async () => {
    const request = { PoolFqdn: atlanta, DatabaseType: 'User', NewPrincipal: 'mirror' };
    const plan = planSchema.parse(await run('invokeCsDatabaseFailover', { ...request, WhatIf: true }));
    assert.deepEqual(plan, {
      ready: true,
      powershell: `Invoke-CsDatabaseFailover -PoolFqdn '${atlanta}' -DatabaseType 'User' -NewPrincipal 'mirror'`,
      confirmation: 'Fail over to atl-sql-002.litwareinc.com',
    });
    assert.deepEqual(
      await run('showPlan', { operation: 'Invoke-CsDatabaseFailover', parameters: request }),
      await run('invokeCsDatabaseFailover', { ...request, WhatIf: true }),
    );
    assert.deepEqual(await statesOnPrimary(), ['Principal', 'Principal', 'Principal']);
  });

  it('are all reachable, and refuse in words a parameter that they do not have', async () => {
    for (const definition of operations) {
      const required = describeParameters(definition).filter((parameter) => parameter.required);
      const parameters = { ...Object.fromEntries(required.map(({ name }) => [name, 'x'])), NoSuchParameter: 1 };
      await assert.rejects(
        async () => vscode.commands.executeCommand(commandOf(definition.name), parameters),
        (error) =>
          error instanceof Error && error.message !== '' && !/Something went wrong|not found/.test(error.message),
        definition.name,
      );
    }
  });

  it('fail databases over and back when the caller confirms', async () => {
    const request = { PoolFqdn: atlanta, DatabaseType: 'User', Confirm: false };
    await run('invokeCsDatabaseFailover', { ...request, NewPrincipal: 'mirror' });
    assert.deepEqual(await statesOnPrimary(), ['Mirror', 'Mirror', 'Mirror']);
    await run('invokeCsDatabaseFailover', { ...request, NewPrincipal: 'primary' });
    assert.deepEqual(await statesOnPrimary(), ['Principal', 'Principal', 'Principal']);
  });

  it('restore what a pool lost', async () => {
    await run('fault', { Action: 'lose', Target: '\\\\atl-fs-001.litwareinc.com\\LyncShare' });
    await assert.rejects(async () => run('restoreConferenceContents', { PoolFqdn: atlanta }), /is missing/);
    // The share comes back empty, as a new disk would.
    await run('initializeDataDirectory', {});
    const result = z
      .object({ Restored: z.object({ items: z.number() }), RestoredFrom: z.string() })
      .parse(await run('restoreConferenceContents', { PoolFqdn: atlanta }));
    assert.equal(result.RestoredFrom, dallas);
    assert.ok(result.Restored.items > 0);
  });

  it('refuse with object, cause and remedy, and change nothing', async () => {
    await assert.rejects(
      async () => run('invokeCsBackupServiceSync', { PoolFqdn: 'atl-cs-01.litwareinc.com' }),
      /has no pool atl-cs-01\.litwareinc\.com\. Did you mean atl-cs-001\.litwareinc\.com\?/,
    );
    await assert.rejects(
      async () => run('invokeCsBackupServiceSync', { PoolFqdn: atlanta, BackupModule: 'Conferences' }),
      /no Backup Service module Conferences/,
    );
    await run('fault', { Action: 'stop', Target: 'atl-sql-002.litwareinc.com' });
    const refused = { PoolFqdn: atlanta, DatabaseType: 'User', NewPrincipal: 'mirror', Confirm: false };
    await assert.rejects(async () => run('invokeCsDatabaseFailover', refused), /atl-sql-002/);
    await run('fault', { Action: 'clear' });
    assert.deepEqual(await statesOnPrimary(), ['Principal', 'Principal', 'Principal']);
  });

  it('refuse on the deployment that this version does not have', async () => {
    const settings = vscode.workspace.getConfiguration('lyncTopology');
    await settings.update('deployment', 'powershell');
    try {
      await assert.rejects(async () => run('getCsBackupServiceStatus', { PoolFqdn: atlanta }), /not available yet/);
    } finally {
      await settings.update('deployment', undefined);
    }
  });
});
