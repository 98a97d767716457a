import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { openWorkbench, takeScreenshot, type Workbench } from '../support/workbench.ts';
import {
  openFile,
  openViewContainer,
  runCommand,
  treeRows,
  treeView,
  waitForNotification,
  waitForTreeRow,
} from '../support/workbenchActions.ts';

describe('an untrusted workspace', function () {
  this.timeout(240_000);
  let workbench: Workbench;
  let page: Page;
  let status: Locator;

  before(async () => {
    workbench = await openWorkbench({
      workspaceTrust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
    ({ page } = workbench);
    status = treeView(page, 'Status');
  });

  after(() => workbench[Symbol.asyncDispose]());

  it('is checked and shown, without a state', async () => {
    await openFile(page, 'litware.topology.yaml');
    await page.locator('.squiggly-info').first().waitFor();
    assert.equal(await page.locator('.codelens-decoration').count(), 0, 'there are lenses that act');
    await openViewContainer(page, 'Lync Topology');
    await waitForTreeRow(status, 'Pool atl-cs-001.litwareinc.com, Enterprise');
    const rows = await treeRows(status);
    assert.equal(rows[0]?.description, 'not measured');
    await status.getByText('This workspace is not trusted').waitFor();
    await takeScreenshot(page, 'untrusted');
  });

  it('runs nothing, and says why', async () => {
    await runCommand(page, 'Lync: Initialise Data Directory (init)');
    await waitForNotification(page, 'This workspace is not trusted, so nothing is run in it');
    await takeScreenshot(page, 'untrusted-refusal');
    assert.ok(!existsSync(join(workbench.workspace, '.lync')), 'a data directory was made');
  });

  it('comes alive when it is trusted', async () => {
    await runCommand(page, 'Workspaces: Manage Workspace Trust');
    await page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: /^Trust/ })
      .first()
      .click();
    await openViewContainer(page, 'Lync Topology');
    await status.getByRole('button', { name: 'Initialise Data Directory' }).waitFor();
  });
});
