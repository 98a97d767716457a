import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { openWorkbench, takeScreenshot, type Workbench } from '../support/workbench.ts';
import {
  chooseInQuickPick,
  clickNotificationButton,
  openViewContainer,
  runCommand,
  treeView,
  waitForNotification,
  waitForTreeRow,
} from '../support/workbenchActions.ts';

describe('the first steps, in an empty folder', function () {
  this.timeout(240_000);
  let folder: string;
  let workbench: Workbench;
  let page: Page;
  let status: Locator;

  before(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'first-')), 'rehearsal');
    mkdirSync(folder);
    workbench = await openWorkbench({ workspace: folder, viewport: { width: 1440, height: 900 } });
    ({ page } = workbench);
    status = treeView(page, 'Status');
    await openViewContainer(page, 'Lync Topology');
  });

  after(async () => {
    await workbench[Symbol.asyncDispose]();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('lead from the tour and the empty view to the sample', async () => {
    await runCommand(page, 'Lync: Open the Tour');
    await page.getByText('Rehearse with Lync Topology').first().waitFor();
    await takeScreenshot(page, 'tour');
    await takeScreenshot(page, 'first-steps-1-no-topology');
    await status.getByRole('button', { name: 'Create Sample Topology' }).click();
    await page.locator('.tab').filter({ hasText: 'litware.topology.yaml' }).waitFor();
    assert.match(readFileSync(join(folder, 'litware.topology.yaml'), 'utf8'), /deployment: Litware/);
  });

  it('lead from the sample to its data directory', async () => {
    const button = status.getByRole('button', { name: 'Initialise Data Directory' });
    await button.waitFor();
    await takeScreenshot(page, 'first-steps-2-no-data-directory');
    await button.click();
    await waitForTreeRow(status, 'Pool atl-cs-001.litwareinc.com');
    await waitForTreeRow(status, 'Next: fill the pools with sample data');
    assert.ok(existsSync(join(folder, '.lync', 'servers')));
  });

  it('lead on to sample data, the first synchronisation and Steady State', async () => {
    const ready = await waitForNotification(page, 'The data directory is ready: 20 databases, 2 shares');
    await takeScreenshot(page, 'first-steps-3-initialised');
    await clickNotificationButton(ready, 'Fill with Sample Data');
    await waitForTreeRow(treeView(page, 'Jobs'), 'Fill the pools with sample data');
    await takeScreenshot(page, 'first-steps-4-filling');
    const filled = await waitForNotification(page, 'The pools are filled with sample data');
    await clickNotificationButton(filled, 'Synchronise');
    await chooseInQuickPick(page, 'atl-cs-001.litwareinc.com');
    await chooseInQuickPick(page, 'All modules');
    const sent = await waitForNotification(page, 'dal-cs-001.litwareinc.com has everything');
    await takeScreenshot(page, 'first-steps-5-synchronised');
    await clickNotificationButton(sent, 'Watch');
    await waitForNotification(page, 'atl-cs-001.litwareinc.com has reached Steady State');
    await takeScreenshot(page, 'first-steps-6-steady-state');
  });
});
