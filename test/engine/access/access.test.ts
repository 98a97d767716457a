import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { AdminRole } from '../../../src/core/topology/model.ts';
import { createEngineApi } from '../../../src/engineHost/api.ts';
import { atlanta, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';

const adminRoles: readonly AdminRole[] = [
  { name: 'Owners', template: 'CsAdministrator', cmdlets: [], members: ['LITWARE\\olga'] },
  { name: 'DrOperators', template: 'CsHelpDesk', cmdlets: ['Invoke-CsBackupServiceSync'], members: ['dora'] },
  { name: 'Viewers', template: 'CsViewOnlyAdministrator', cmdlets: [], members: ['LITWARE\\vera'] },
];
const deployment = { ...litware, adminRoles };
const user = { displayName: 'A', enabled: 1, homePool: atlanta, changedAt: '2026-01-01T00:00:00Z' };
const change = { table: 'users', key: { sipAddress: 'sip:a@litwareinc.com' }, value: user };

describe('roles on every surface', () => {
  let directory: TestDirectory;
  let engine: Engine | undefined;

  beforeEach(async () => {
    directory = testDirectory();
    await asOperator('LITWARE\\olga', (api) => api.execute({ operation: 'init', parameters: {} }));
  });
  afterEach(async () => {
    await engine?.[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  /** One engine at a time, as whoever starts it. */
  async function asOperator<T>(
    operator: string,
    work: (api: ReturnType<typeof createEngineApi>, opened: Engine) => Promise<T>,
  ): Promise<T> {
    engine = await directory.open({ deployment, operator });
    try {
      return await work(createEngineApi(engine), engine);
    } finally {
      await engine[Symbol.asyncDispose]();
      engine = undefined;
    }
  }

  const refused = { code: 'role-missing', kind: 'refused' } as const;

  it('refuse what a viewer may not do, change nothing, and put it on record', async () => {
    await asOperator('vera', async (api, opened) => {
      const attempts: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['fault', () => api.execute({ operation: 'fault', parameters: { Action: 'stop', Target: atlanta } })],
        ['init', () => api.execute({ operation: 'init', parameters: {} })],
        ['seed', () => api.start({ operation: 'seed', parameters: {} })],
        ['load', () => api.commit(atlanta, 'rtcxds', [change])],
        [
          'Invoke-CsBackupServiceSync',
          () => api.start({ operation: 'Invoke-CsBackupServiceSync', parameters: { PoolFqdn: atlanta } }),
        ],
      ];
      for (const [name, attempt] of attempts) {
        await assert.rejects(attempt, {
          ...refused,
          object: 'vera',
          message: new RegExp(`vera may not run ${name}: `),
        });
        const [record] = opened.audit.list(1);
        assert.deepEqual([record?.operator, record?.operation, record?.outcome], ['vera', name, 'refused']);
        assert.match(record?.detail ?? '', /only Viewers/);
      }
      assert.deepEqual(opened.lab.faults(), []);
      assert.deepEqual(
        opened.jobs.list().filter(({ operator }) => operator === 'vera'),
        [],
      );
      assert.equal(opened.lab.readRow(atlanta, 'rtcxds', 'users', change.key), undefined);
    });
  });

  it('let a viewer look, and somebody without a role not even that, on record too', async () => {
    const look = { operation: 'Get-CsDatabaseMirrorState', parameters: { PoolFqdn: atlanta } };
    await asOperator('vera', (api) => api.execute(look));
    await asOperator('nobody', async (api, opened) => {
      await assert.rejects(() => api.execute(look), { ...refused, message: /gives this account no role/ });
      assert.equal(opened.audit.list(1)[0]?.outcome, 'refused');
    });
  });

  it('let a custom role run what it names beside its template, and name it to those refused', async () => {
    const sync = { operation: 'Invoke-CsBackupServiceSync', parameters: { PoolFqdn: atlanta } };
    await asOperator('DORA', async (api) => {
      const job = await api.start(sync);
      assert.equal((await api.jobEnded(job.id)).state, 'completed');
      await assert.rejects(() => api.execute({ operation: 'fault', parameters: { Action: 'list' } }), refused);
    });
    await asOperator('vera', async (api) => {
      await assert.rejects(() => api.start(sync), { remedy: /CsServerAdministrator, Owners, DrOperators/ });
    });
  });

  it('decide who may cancel a job', async () => {
    const job = await asOperator('olga', (api) => api.start({ operation: 'seed', parameters: { Users: 0 } }));
    await asOperator('vera', async (api, opened) => {
      await assert.rejects(() => api.cancelJob(job.id), { ...refused, message: /may not cancel job\/\d+ \(seed\)/ });
      assert.equal(opened.audit.list(1)[0]?.outcome, 'refused');
    });
    await asOperator('olga', async (api) => assert.equal((await api.cancelJob(job.id)).id, job.id));
  });

  it('are a precondition of every plan', async () => {
    const request = { operation: 'fault', parameters: { Action: 'list' } };
    await asOperator('vera', async (api) => {
      const plan = await api.plan(request);
      assert.equal(plan.ready, false);
      assert.deepEqual([plan.preconditions[0]?.met, plan.preconditions[0]?.evidence], [false, 'Roles: Viewers.']);
      assert.match(plan.preconditions[0]?.remedy ?? '', /CsAdministrator, Owners/);
    });
    await asOperator('olga', async (api) => assert.equal((await api.plan(request)).ready, true));
  });

  it('are shown by Get-CsAdminRole, by name and by cmdlet', async () => {
    await asOperator('vera', async (api) => {
      const ask = (parameters: Readonly<Record<string, unknown>>) =>
        api.execute({ operation: 'Get-CsAdminRole', parameters });
      assert.deepEqual(await ask({ Identity: 'droperators' }), [
        {
          Identity: 'DrOperators',
          IsStandardRole: false,
          Template: 'CsHelpDesk',
          Cmdlets: ['Get-CsAdminRole', 'Invoke-CsBackupServiceSync'],
          Members: ['dora'],
        },
      ]);
      assert.deepEqual(names(await ask({ Cmdlet: 'backupservicesync' })), [
        'CsAdministrator',
        'CsServerAdministrator',
        'Owners',
        'DrOperators',
      ]);
      assert.equal(names(await ask({})).length, 14);
      await assert.rejects(() => ask({ Identity: 'DrOperator' }), { code: 'role-unknown', remedy: /DrOperators/ });
      await assert.rejects(() => ask({ Cmdlet: 'Invoke-CsNothing' }), { code: 'argument-invalid' });
      const plan = await api.plan({ operation: 'Get-CsAdminRole', parameters: { Cmdlet: 'Invoke-CsPoolFailOver' } });
      assert.equal(plan.powershell, "Get-CsAdminRole | Where-Object {$_.Cmdlets -match 'Invoke-CsPoolFailOver'}");
    });
  });

  it('leave a record that "audit" shows, also by outcome', async () => {
    await asOperator('vera', async (api) => {
      await assert.rejects(() => api.execute({ operation: 'fault', parameters: { Action: 'clear' } }), refused);
      const records = await api.execute({ operation: 'audit', parameters: { Outcome: 'refused' } });
      assert.ok(Array.isArray(records) && records.length === 1);
      const all = await api.execute({ operation: 'audit', parameters: { Last: 1 } });
      assert.deepEqual(all, records);
    });
  });
});

function names(roles: unknown): readonly unknown[] {
  assert.ok(Array.isArray(roles));
  return roles.map((role) => role.Identity);
}
