import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../support/waitUntil.ts';
import { openWorkbench, takePicturesOfFailures, takeScreenshot, type Workbench } from '../support/workbench.ts';
import {
  chooseInContextMenu,
  chooseInOpenMenu,
  chooseInQuickPick,
  clickInlineAction,
  clickModalButton,
  clickNotificationButton,
  expandTreeRow,
  modalText,
  openFile,
  openViewContainer,
  runCommand,
  someFrameShows,
  treeRows,
  treeView,
  waitForNotification,
  waitForTreeRow,
} from '../support/workbenchActions.ts';
import { atlanta, commandLine, dallas, makeSample } from './samples.ts';

/** Both pools have a row of that label. */
const atlantaUser = /^User databases of atl-cs-001/;

/** More than is written while a window is loaded: a job of it is cancelled when it has been seen. */
const seedForLong = {
  key: 'ctrl+f9',
  command: 'lyncTopology.seed',
  args: { Users: 200_000, Conferences: 0, ContentFiles: 0, ContentBytes: 0 },
};

const manualCycles = { 'lyncTopology.background.enabled': false };

describe('operating the deployment in a window', function () {
  this.timeout(240_000);
  let workspace: string;
  let workbench: Workbench;
  let page: Page;
  let status: Locator;
  let jobs: Locator;

  before(async () => {
    workspace = await makeSample(join(mkdtempSync(join(tmpdir(), 'litware-')), 'litware'));
    workbench = await openWorkbench({
      workspace,
      settings: manualCycles,
      keyBindings: [seedForLong],
      viewport: { width: 1280, height: 1000 },
    });
    ({ page } = workbench);
    status = treeView(page, 'Status');
    jobs = treeView(page, 'Jobs');
    await openViewContainer(page, 'Lync Topology');
    await waitForTreeRow(status, 'Pool atl-cs-001.litwareinc.com');
  });

  after(async () => {
    await workbench[Symbol.asyncDispose]();
    rmSync(join(workspace, '..'), { recursive: true, force: true });
  });

  takePicturesOfFailures(() => page);

  it('shows sites, pools, modules, databases and pairs with their states', async () => {
    const rows = await treeRows(status);
    const text = rows.map(({ level, label, description }) => `${' '.repeat(level - 1)}${label}: ${description}`);
    assert.deepEqual(text.slice(0, 9), [
      'Next: synchronise a pool: ',
      'Litware: Not Initialized',
      ' Atlanta: Primary data centre',
      '  atl-cs-001: Not Initialized',
      '   PresenceFocus: Not Initialized',
      '   DataConf: Not Initialized',
      '   CMSMaster: Not Initialized',
      '   User: synchronized · atl-sql-001',
      '   CentralMgmt: synchronized · atl-sql-001',
    ]);
    assert.ok(text.includes('   atl-cs-001 → dal-cs-001: Not Initialized'), text.join('\n'));
    await takeScreenshot(page, 'tree-not-synchronised');
  });

  it('shows a synchronisation that the command line started, without a refresh, and keeps its expansion', async () => {
    const module = /^Module ConfServices\.DataConf of atl-cs-001/;
    await expandTreeRow(status, module);
    await waitForTreeRow(status, 'Last cycle');
    const shape = async () => (await treeRows(status)).map(({ label, expanded }) => `${label} ${expanded}`);
    const before = (await shape()).filter((row) => !row.startsWith('Next'));
    const { status: exit, output } = await commandLine(
      workspace,
      'Invoke-CsBackupServiceSync',
      '-PoolFqdn',
      atlanta,
      '-Wait',
    );
    assert.equal(exit, 0, output);
    await waitForTreeRow(status, `Module ConfServices.DataConf of ${atlanta}, Final State`);
    await waitForTreeRow(jobs, 'Synchronise all modules of atl-cs-001');
    assert.deepEqual((await shape()).slice(0, before.length), before);
    await takeScreenshot(page, 'tree-synchronised-by-command-line');
  });

  it('watches what is not reached yet, and stops when it is told to', async () => {
    await clickInlineAction(status, 'dal-cs-001', 'Watch');
    const watching = await waitForNotification(page, `Watching ${dallas}`);
    await watching.getByText('ConfServices.DataConf: Not Initialized').waitFor();
    await takeScreenshot(page, 'watching');
    await clickNotificationButton(watching, 'Cancel');
    await watching.waitFor({ state: 'detached' });
  });

  it('synchronises a pool by its item in the tree', async () => {
    await clickInlineAction(status, 'dal-cs-001', 'Synchronise');
    const done = await waitForNotification(page, `${atlanta} has everything of ${dallas} now`);
    await takeScreenshot(page, 'synchronised-by-tree');
    await clickNotificationButton(done, 'Watch');
    await waitForNotification(page, `${dallas} has reached Steady State`);
    await waitForTreeRow(status, `Pool ${dallas}, Final State`);
  });

  it('asks by quick picks when it is called from the palette', async () => {
    await runCommand(page, 'Lync: Synchronise Backup Service (Invoke-CsBackupServiceSync)');
    await page.locator('.quick-input-widget').getByText(`Backup pool ${dallas}`).waitFor();
    await takeScreenshot(page, 'synchronise-which-pool');
    await chooseInQuickPick(page, atlanta);
    await page.locator('.quick-input-widget').getByText('All modules').waitFor();
    await takeScreenshot(page, 'synchronise-which-module');
    await chooseInQuickPick(page, 'ConfServices.DataConf');
    await waitForNotification(page, `${dallas} has everything of ${atlanta} already`);
  });

  it('watches until the state is reached', async () => {
    await clickInlineAction(status, 'atl-cs-001', 'Watch');
    await waitForNotification(page, `${atlanta} has reached Steady State`);
  });

  it('cancels a job that another process started, in its item', async () => {
    const seeding = commandLine(workspace, 'seed', '--users', '20000', '--content-files', '0', '--content-bytes', '0');
    const title = 'Fill the pools with sample data';
    await waitForTreeRow(jobs, /Fill the pools with sample data \d+ %/);
    await takeScreenshot(page, 'job-running');
    await clickInlineAction(jobs, title, 'Cancel Job');
    await waitForTreeRow(jobs, `${title}, cancelled`);
    const { status: exit, output } = await seeding;
    assert.equal(exit, 1, output);
  });

  it('shows a second window the same', async () => {
    const second = await workbench.openWindow();
    const other = treeView(second, 'Status');
    const words = async (view: Locator) => (await treeRows(view)).map(({ spoken }) => spoken).slice(0, 5);
    await openViewContainer(second, 'Lync Topology');
    await waitForTreeRow(other, `Pool ${atlanta}`);
    const bothShowTheSame = async () => isDeepStrictEqual(await words(other), await words(status));
    await waitUntil('both windows show the same', bothShowTheSame);
    await clickInlineAction(status, 'atl-cs-001', 'Synchronise');
    await waitForTreeRow(other, `Pool ${atlanta}, Final State`);
    await waitUntil('both windows show the same', bothShowTheSame);
    await second.close();
  });

  it('acts on the pool at the cursor of the topology file', async () => {
    const editor = await openFile(page, 'litware.topology.yaml');
    const line = editor.locator('.view-line').filter({ hasText: 'site: Dallas' }).first();
    await line.click();
    await line.click({ button: 'right' });
    const menu = page.locator('.context-view .action-menu-item');
    await menu.filter({ hasText: 'Lync' }).first().hover();
    await menu.filter({ hasText: 'Show Backup Service Status' }).first().waitFor();
    await takeScreenshot(page, 'editor-menu');
    await chooseInOpenMenu(page, 'Show Backup Service Status');
    await page
      .locator('.tab')
      .filter({ hasText: `Get-CsBackupServiceStatus ${dallas}` })
      .waitFor();
    await takeScreenshot(page, 'backup-service-status');
  });

  it('shows the plan of a failover beside a question whose button says the verb, and does nothing when it is left', async () => {
    await clickInlineAction(status, atlantaUser, 'Fail Over to the Mirror');
    const text = await modalText(page);
    await waitUntil('the plan is shown beside it', () => someFrameShows(page, 'Every precondition holds'));
    assert.match(text, /Fail over the User databases of atl-cs-001\.litwareinc\.com to atl-sql-002/);
    assert.match(text, /refused while it changes roles/);
    await takeScreenshot(page, 'failover-plan-and-question');
    await clickModalButton(page, 'Cancel');
    await page.locator('.tab').filter({ hasText: 'Plan of Invoke-CsDatabaseFailover' }).waitFor();
    assert.match((await waitForTreeRow(status, 'User databases of atl-cs-001')).spoken, /atl-sql-001$/);
  });

  it('fails over by the tree and back by the palette', async () => {
    await clickInlineAction(status, atlantaUser, 'Fail Over to the Mirror');
    await clickModalButton(page, 'Fail over to atl-sql-002.litwareinc.com');
    await waitForNotification(page, /rtcxds, rtcshared, rtcab .* served by atl-sql-002/);
    await waitForTreeRow(status, /User databases of atl-cs-001\S+, synchronized · atl-sql-002/);
    await takeScreenshot(page, 'failed-over');
    await runCommand(page, 'Lync: Fail Over Databases (Invoke-CsDatabaseFailover)');
    await chooseInQuickPick(page, atlanta);
    await chooseInQuickPick(page, 'rtcxds, rtcshared, rtcab');
    await page.locator('.quick-input-widget').getByText('Is the principal now').waitFor();
    await takeScreenshot(page, 'fail-back-which-role');
    await chooseInQuickPick(page, /^primary/);
    await clickModalButton(page, 'Fail over to atl-sql-001.litwareinc.com');
    await waitForTreeRow(status, /User databases of atl-cs-001\S+, synchronized · atl-sql-001/);
  });

  it('offers no button where a failover would be refused, and says why and what to do', async () => {
    const stopped = await commandLine(workspace, 'fault', 'stop', 'atl-sql-002.litwareinc.com');
    assert.equal(stopped.status, 0, stopped.output);
    await waitForTreeRow(status, `Pool ${atlanta}, 5 databases exposed`);
    await chooseInContextMenu(status, atlantaUser, 'Fail Over to the Mirror');
    await waitForNotification(page, /rtcxds cannot be failed over/);
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    await waitUntil('the page says what stands in the way', () => someFrameShows(page, 'What stands in the way'));
    assert.equal(await page.locator('.tab').filter({ hasText: 'Plan of Invoke-CsDatabaseFailover' }).count(), 1);
    await takeScreenshot(page, 'failover-refused');
    const cleared = await commandLine(workspace, 'fault', 'clear');
    assert.equal(cleared.status, 0, cleared.output);
    await waitForTreeRow(status, /User databases of atl-cs-001\S+, synchronized · atl-sql-001/);
  });

  it('runs an operation by a key with its parameters, and follows its jobs again after it was reloaded', async () => {
    const title = 'Fill the pools with sample data';
    await page.keyboard.press('Control+F9');
    await waitForTreeRow(jobs, /Fill the pools with sample data \d+ %/);
    await page.reload();
    await waitForTreeRow(jobs, /Fill the pools with sample data \d+ %/);
    await waitForNotification(page, title);
    await takeScreenshot(page, 'reloaded');
    await clickInlineAction(jobs, title, 'Cancel Job');
    await waitForTreeRow(jobs, `${title}, cancelled`);
  });

  it('shows the log of a job', async () => {
    await jobs.locator('.monaco-list-row').first().click();
    await page.locator('.editor-instance .view-line').filter({ hasText: 'started by' }).first().waitFor();
    await takeScreenshot(page, 'job-log');
  });
});
