import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../support/waitUntil.ts';
import { openWorkbench, takePicturesOfFailures, takeScreenshot, type Workbench } from '../support/workbench.ts';
import {
  chooseInContextMenu,
  chooseInQuickPick,
  clickInlineAction,
  clickModalButton,
  clickNotificationButton,
  expandTreeRow,
  modalText,
  openViewContainer,
  runCommand,
  someFrameShows,
  treeRows,
  treeView,
  waitForNotification,
  waitForTreeRow,
} from '../support/workbenchActions.ts';
import { commandLine, makeSample } from './samples.ts';

const seattle = 'sea-cs-001.fabrikam.com';
const denver = 'den-cs-001.fabrikam.com';

const drill = `lyncDrill: 1
drill: Clients at work
description: The clients of Denver work, and nothing breaks.
objective: databaseFailover
load:
  - { pool: ${denver}, rate: 20 }
steps:
  - name: Clients work
    clients: 5
expect:
  lostRows: 0
`;

/** One story on one deployment: the steps build on each other. */
describe('failing over in a window', function () {
  this.timeout(240_000);
  let workspace: string;
  let workbench: Workbench;
  let page: Page;
  let status: Locator;
  let jobs: Locator;

  const run = async (...args: readonly string[]): Promise<void> => {
    const { status: exit, output } = await commandLine(workspace, ...args);
    assert.equal(exit, 0, output);
  };

  before(async () => {
    workspace = await makeSample(join(mkdtempSync(join(tmpdir(), 'fabrikam-')), 'fabrikam'), 'fabrikam');
    writeFileSync(join(workspace, 'clients.drill.yaml'), drill);
    workbench = await openWorkbench({
      workspace,
      settings: { 'lyncTopology.mirroring.partnerTimeout': 2 },
      viewport: { width: 1280, height: 1500 },
    });
    ({ page } = workbench);
    status = treeView(page, 'Status');
    jobs = treeView(page, 'Jobs');
    await openViewContainer(page, 'Lync Topology');
    await waitForTreeRow(status, `Pool ${seattle}`);
  });

  after(async () => {
    await workbench?.[Symbol.asyncDispose]();
    rmSync(join(workspace, '..'), { recursive: true, force: true });
  });

  takePicturesOfFailures(() => page);

  it('shows partners with their roles, the witness, the servers of Persistent Chat and virtual machines', async () => {
    await expandTreeRow(status, new RegExp(`^User databases of ${seattle}`));
    await expandTreeRow(status, new RegExp(`^Database rtcxds of ${seattle}`));
    await waitForTreeRow(status, /^Witness sea-sql-003\S+, witness, connected/);
    const rows = (await treeRows(status)).map(({ label, description }) => `${label}: ${description}`);
    for (const row of [
      'sea-sql-001: Principal',
      'sea-sql-002: Mirror',
      'sea-sql-003: witness, connected',
      'sea-pc-101: active · Seattle',
      'den-pc-101: idle · Denver',
      'SEA-OWA-001: Replicating',
    ])
      assert.ok(rows.includes(row), `${row} is missing in\n${rows.join('\n')}`);
    await takeScreenshot(page, 'failovers-1-tree');
  });

  it('shows an automatic failover while it happens', async () => {
    await run('fault', 'stop', 'sea-sql-001.fabrikam.com');
    await waitForTreeRow(status, new RegExp(`^User databases of ${seattle}, no principal`));
    await waitForTreeRow(status, new RegExp(`^User databases of ${seattle}, disconnected · sea-sql-002`));
    await takeScreenshot(page, 'failovers-2-failed-over');
    await run('fault', 'start', 'sea-sql-001.fabrikam.com');
    await waitForTreeRow(status, new RegExp(`^User databases of ${seattle}, synchronized · sea-sql-002`));
  });

  it('suspends the replication of a virtual machine and resynchronises its replica', async () => {
    const machine = 'SEA-MON-001';
    await chooseInContextMenu(status, machine, 'Suspend Replication');
    await waitForTreeRow(status, `Virtual machine ${machine}, Suspended`);
    await chooseInContextMenu(status, machine, 'Resynchronise Replica');
    await waitForNotification(page, 'The replica of SEA-MON-001 is the same again');
    await waitForTreeRow(status, `Virtual machine ${machine}, Replicating`);
    await waitForTreeRow(jobs, /Resynchronise the replica of SEA-MON-001, completed/);
  });

  it('fails a pool over by the tree: plan, confirmation, and the step that could not run with its cause', async () => {
    for (const pool of [seattle, denver]) await run('Invoke-CsBackupServiceSync', '-PoolFqdn', pool, '-Wait');
    await run('fault', 'read-only', seattle);
    await run('load', '-PoolFqdn', denver, '--duration', '1s', '--rate', '20');
    await chooseInContextMenu(status, 'den-cs-001', 'Fail Over Pool');
    assert.match(await modalText(page), /Fail over the pool den-cs-001\S+ to sea-cs-001/);
    await clickModalButton(page, `Fail over to ${seattle}`);
    await waitForTreeRow(status, `Pool ${denver}, failing over to sea-cs-001`);
    const failed = await waitForNotification(page, /Step 2 of 5 .* could not run/);
    await takeScreenshot(page, 'failovers-4-failed');
    await clickNotificationButton(failed, 'Show Report');
    await waitUntil('the report says where it stopped', () => someFrameShows(page, 'Stopped: 1 of 5 steps is done'));
    await takeScreenshot(page, 'failovers-4-stopped');
  });

  it('goes on with that step when its cause is mended, marks the pool, and brings it home', async () => {
    await run('fault', 'clear');
    await clickInlineAction(jobs, /^Fail over the pool den-cs-001.*failed/, 'Run Again');
    await clickModalButton(page, `Fail over to ${seattle}`);
    await waitForTreeRow(status, `Pool ${denver}, failed over to sea-cs-001`);
    await page.getByText('Fabrikam: den-cs-001 failed over to sea-cs-001').waitFor();
    const done = await waitForNotification(page, `${denver} is failed over: its users are served by ${seattle}`);
    await clickNotificationButton(done, 'Show Report');
    await waitUntil('the report says that it went on', () => someFrameShows(page, 'taken up again once'));
    await takeScreenshot(page, 'failovers-5-report');
    await chooseInContextMenu(status, 'den-cs-001', 'Fail Back Pool');
    await clickModalButton(page, 'Fail back');
    await waitForNotification(page, `${denver} serves its users again`);
    await waitForTreeRow(status, new RegExp(`^Pool ${denver}, (Final|Steady|Non-Steady) State`));
  });

  it('fails Persistent Chat over by the tree, and marks the pool', async () => {
    for (const server of ['sea-sql-011', 'sea-sql-012']) await run('fault', 'stop', `${server}.fabrikam.com`);
    await waitForTreeRow(status, 'Persistent Chat pool sea-pc-001.fabrikam.com, 2 databases down');
    await chooseInContextMenu(status, 'sea-pc-001', 'Fail Over Persistent Chat');
    assert.match(await modalText(page), /Remove log shipping from the backup database/);
    await clickModalButton(page, 'Fail over Persistent Chat');
    await waitForTreeRow(status, 'Persistent Chat pool sea-pc-001.fabrikam.com, failed over');
    await waitForTreeRow(status, 'Chat server den-pc-101.fabrikam.com, active');
    await waitForTreeRow(status, 'Chat server sea-pc-101.fabrikam.com, idle');
    await waitForNotification(page, /Persistent Chat of sea-pc-001\S+ is failed over: den-pc-101/);
    await takeScreenshot(page, 'failovers-6-over');
    await run('fault', 'clear');
  });

  it('forces service by the tree, and names how much was lost when the principal is back', async () => {
    const users = `User databases of ${denver}`;
    await run('fault', 'stop', 'den-sql-002.fabrikam.com');
    await run('load', '-PoolFqdn', denver, '--duration', '1s', '--rate', '20');
    await run('fault', 'stop', 'den-sql-001.fabrikam.com');
    await run('fault', 'start', 'den-sql-002.fabrikam.com');
    await waitForTreeRow(status, `${users}, no principal`);
    await chooseInContextMenu(status, new RegExp(`^${users}`), 'Force Service');
    await chooseInQuickPick(page, /^mirror/);
    assert.match(await modalText(page), /Every commit of rtcxds/);
    await takeScreenshot(page, 'failovers-7-plan');
    await clickModalButton(page, 'den-sql-002');
    await waitForTreeRow(status, `${users}, disconnected · den-sql-002`);
    await run('fault', 'start', 'den-sql-001.fabrikam.com');
    await waitForTreeRow(status, `${users}, suspended · den-sql-002`);
    await expandTreeRow(status, new RegExp(`^${users}`));
    await expandTreeRow(status, new RegExp(`^Database rtcxds of ${denver}`));
    await waitForTreeRow(status, /Lost by force \d+ commits/);
    await takeScreenshot(page, 'failovers-7-lost');
  });

  it('runs a drill from its file and shows its report', async () => {
    await runCommand(page, 'Lync: Run a Drill (drill)');
    await chooseInQuickPick(page, 'clients.drill.yaml');
    await clickModalButton(page, 'Run the drill');
    const done = await waitForNotification(page, 'The drill Clients at work passed');
    await clickNotificationButton(done, 'Show Report');
    await waitUntil('its report is shown', () => someFrameShows(page, 'Recovery'));
    await takeScreenshot(page, 'failovers-8-report');
  });
});
