/**
 * The documented failover of a pool (domain B.5), step by step as it is written, through the cmdlets that it names: for a pool
 * that is lost and for one that is left on purpose, with and without mirrors. Rows and files of both pools are the judge.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { contentFolder } from '../../../src/core/lab/names.ts';
import { executeOperation, planOperation } from '../../../src/core/operations/run.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { atlanta, dallas, type TestDirectory } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';
import {
  changeUser,
  completed,
  contentOf,
  type Prepared,
  prepared,
  resume,
  rowsOf,
  run,
  writeContent,
} from './poolRig.ts';

const signal = new AbortController().signal;
const pool = { PoolFqdn: atlanta };
const edgePool = { fqdn: 'edge.litwareinc.com', site: 'Dallas', nextHop: atlanta };
const atlantaServers = ['atl-sql-001', 'atl-sql-002', 'atl-fs-001'].map((name) => `${name}.litwareinc.com`);

const unmirrored: Deployment = {
  ...litware,
  pools: litware.pools.map((each) => {
    const primary = {
      server: each.fqdn === atlanta ? 'atl-sql-001.litwareinc.com' : 'dal-sql-001.litwareinc.com',
      instance: 'RTC',
    };
    return { ...each, databases: { User: { primary }, CentralMgmt: { primary } } };
  }),
};

for (const [name, deployment, mode] of [
  ['of a lost pool with mirrors', litware, 'disaster'],
  ['of a lost pool without mirrors', unmirrored, 'disaster'],
  ['of a pool that is left on purpose', litware, 'planned'],
] as const) {
  const isLost = mode === 'disaster';
  const isMirrored = deployment === litware;

  describe(`The documented failover ${name}`, function () {
    this.timeout(60_000);
    let template: Prepared;
    let directory: TestDirectory;
    let engine: Engine;

    before(async () => {
      template = await prepared(undefined, { deployment });
      directory = template.copy();
      await open({ ...deployment, edgePools: [edgePool] });
      writeDocument(atlanta, 'topology');
      await completed(engine, 'Invoke-CsBackupServiceSync', pool);
      if (!isLost) return;
      changeUser(engine, atlanta, 'lee', 'never replicated');
      for (const server of [...atlantaServers.slice(0, isMirrored ? 3 : 1), 'atl-fs-001.litwareinc.com', atlanta])
        await engine.lab.fault('stop', server);
    });
    after(async () => {
      await engine[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
      template[Symbol.dispose]();
    });

    async function open(topology: Deployment): Promise<void> {
      await engine?.[Symbol.asyncDispose]();
      engine = await directory.open({ resume, deployment: topology });
    }

    function writeDocument(at: string, document: string): void {
      const value = { version: 1, content: document, changedAt: '2013-04-01T00:00:00.000Z' };
      engine.lab.commit(at, 'xds', [{ table: 'documents', key: { name: document }, value }]);
    }

    const ask = async (operation: string, parameters: Record<string, unknown>): Promise<unknown> =>
      executeOperation(engine, { operation, parameters }, { signal, onProgress: () => {}, onVerbose: () => {} });

    const documents = (at: string): readonly unknown[] =>
      engine.databases
        .find(at, 'xds')
        .read((database) => database.prepare('select name, version from documents').all());

    const atlantaRows = (at: string): string => JSON.stringify(rowsOf(engine, at, atlanta));

    it('0. the Edge pool whose next hop it is stops it; its next hop is changed first', async () => {
      const parameters = isLost ? { ...pool, DisasterMode: true } : pool;
      await assert.rejects(run(engine, 'Invoke-CsPoolFailOver', parameters), { code: 'pool-next-hop' });
      await open({ ...deployment, edgePools: [{ ...edgePool, nextHop: dallas }] });
    });

    it('1. Invoke-CsManagementServerFailover -WhatIf says which pool hosts Central Management', async () => {
      const parameters = isLost ? storeOfDallas() : {};
      const plan = await planOperation(engine, { operation: 'Invoke-CsManagementServerFailover', parameters }, signal);
      assert.match(plan.title, new RegExp(`from ${atlanta} to ${dallas}`));
      assert.deepEqual(
        plan.preconditions.filter(({ met }) => !met),
        [],
      );
      assert.equal(engine.centralManagement.standing().active, atlanta, 'and changes nothing');
    });

    it('2. Get-CsPoolBackupRelationship gives its backup pool', async () => {
      assert.match(JSON.stringify(await ask('Get-CsPoolBackupRelationship', pool)), new RegExp(dallas));
    });

    it(`3. Get-CsManagementStoreReplicationStatus says whether it is alive: ${isLost ? 'it is not' : 'it is'}`, async () => {
      const store = await ask('Get-CsManagementStoreReplicationStatus', { CentralManagementStoreStatus: true });
      const { ActiveMasterFqdn, ActiveFileTransferAgents } = Object(store);
      assert.deepEqual([ActiveMasterFqdn, ActiveFileTransferAgents], isLost ? [null, null] : [atlanta, atlanta]);
    });

    if (isMirrored)
      it('4. Get-CsDatabaseMirrorState shows which of the two of the backup pool is principal', async () => {
        if (!isMirrored) return;
        const states = await ask('Get-CsDatabaseMirrorState', { PoolFqdn: dallas, DatabaseType: 'CentralMgmt' });
        assert.match(JSON.stringify(states), /"DatabaseName":"xds".*"StateOnPrimary":"Principal"/);
      });

    it('5. Invoke-CsManagementServerFailover makes its store the active one; every replica that answers is up to date', async () => {
      await completed(engine, 'Invoke-CsManagementServerFailover', isLost ? { ...storeOfDallas(), Force: true } : {});
      const store = await ask('Get-CsManagementStoreReplicationStatus', { CentralManagementStoreStatus: true });
      assert.deepEqual([Object(store).ActiveMasterFqdn, Object(store).ActiveFileTransferAgents], [dallas, dallas]);
      writeDocument(dallas, 'changed in Dallas');
      assert.throws(() => writeDocument(atlanta, 'split brain'));
      if (isLost) return;
      await completed(engine, 'Invoke-CsBackupServiceSync', { PoolFqdn: dallas });
      const [replica] = Object(await ask('Get-CsManagementStoreReplicationStatus', {}));
      assert.deepEqual([replica.ReplicaFqdn, replica.UpToDate], [atlanta, true]);
    });

    it(`7. Invoke-CsPoolFailOver${isLost ? ' -DisasterMode' : ''} serves its users from the backup pool`, async () => {
      if (!isLost) changeUser(engine, atlanta, 'lee', 'replicated by the failover');
      await completed(engine, 'Invoke-CsPoolFailOver', isLost ? { ...pool, DisasterMode: true } : pool);
      assert.throws(() => changeUser(engine, atlanta, 'kim', 'split brain'));
      changeUser(engine, dallas, 'kim', 'changed in Dallas');
      assert.match(atlantaRows(dallas), isLost ? /"displayName":"lee"/ : /replicated by the failover/);
    });

    it('8. its conference content is there, and worked with', () => {
      assert.equal(contentOf(directory.root, dallas)['ATL1/slides.txt'], 'first draft');
      writeContent(directory.root, dallas, 'ATL1/slides.txt', 'second draft');
      rmSync(join(directory.root, 'servers/dal-fs-001.litwareinc.com/LyncShare', contentFolder, 'ATL1/notes.txt'));
    });

    it('9. Invoke-CsPoolFailBack brings them home with everything; Central Management stays, both directions are steady', async () => {
      await engine.lab.clearFaults();
      const job = await completed(engine, 'Invoke-CsPoolFailBack', pool);
      assert.deepEqual(Object(job.result).Lost, isLost ? ['users sip:lee@litwareinc.com'] : []);
      assert.equal(atlantaRows(atlanta), atlantaRows(dallas));
      assert.match(atlantaRows(atlanta), /changed in Dallas/);
      const content = contentOf(directory.root, atlanta);
      assert.deepEqual(content, contentOf(directory.root, dallas));
      assert.deepEqual(content, { 'ATL1/slides.txt': 'second draft', 'DAL1/plan.txt': 'of Dallas' });
      await completed(engine, 'Invoke-CsBackupServiceSync', { PoolFqdn: dallas });
      assert.equal(engine.centralManagement.standing().active, dallas);
      assert.deepEqual(documents(atlanta), documents(dallas));
      for (const each of [atlanta, dallas])
        assert.equal((await engine.backupService.measurePool(each)).OverallExportStatus, 'FinalState');
      changeUser(engine, atlanta, 'kim', 'at home again');
      assert.throws(() => changeUser(engine, dallas, 'kim', 'split brain'));
    });

    function storeOfDallas(): Record<string, string> {
      const primary = { BackupSqlServerFqdn: 'dal-sql-001.litwareinc.com', BackupSqlInstanceName: 'RTC' };
      const mirror = { BackupMirrorSqlServerFqdn: 'dal-sql-002.litwareinc.com', BackupMirrorSqlInstanceName: 'RTC' };
      return isMirrored ? { ...primary, ...mirror } : primary;
    }
  });
}
