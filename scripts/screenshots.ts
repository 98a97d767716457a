/**
 * `npm run screenshots`: takes the pictures of the README from the real workbench, with real data in it, into
 * `media/screenshots`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { waitUntil } from '../test/support/waitUntil.ts';
import { openWorkbench } from '../test/support/workbench.ts';
import {
  clickInlineAction,
  clickModalButton,
  expandTreeRow,
  modalText,
  openFile,
  openViewContainer,
  treeView,
  waitForTreeRow,
} from '../test/support/workbenchActions.ts';
import { commandLine, dallas, makeSample } from '../test/workbench/samples.ts';
import { projectFolder } from './bootstrap/project.mjs';

const pictures = join(projectFolder, 'media', 'screenshots');
const temporary = mkdtempSync(join(tmpdir(), 'lync-topology-pictures-'));
try {
  mkdirSync(pictures, { recursive: true });
  await takePictures(await makeSample(join(temporary, 'litware')));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

async function takePictures(workspace: string): Promise<void> {
  await using workbench = await openWorkbench({
    workspace,
    settings: { 'lyncTopology.background.enabled': false, 'editor.minimap.enabled': false },
    viewport: { width: 1280, height: 860 },
  });
  const { page } = workbench;
  const status = treeView(page, 'Status');
  await openViewContainer(page, 'Lync Topology');
  await waitForTreeRow(status, 'Pool atl-cs-001.litwareinc.com');
  await openFile(page, 'litware.topology.yaml');

  await commandLine(workspace, 'Invoke-CsBackupServiceSync', '-PoolFqdn', 'atl-cs-001.litwareinc.com', '-Wait');
  await waitForTreeRow(status, `Pool ${dallas}, Not Initialized`);
  await expandTreeRow(status, /^Module ConfServices\.DataConf of atl-cs-001/);
  await waitForTreeRow(status, 'nothing waiting');
  await picture(page, 'status');

  await clickInlineAction(status, /^User databases of atl-cs-001/, 'Fail Over to the Mirror');
  await modalText(page);
  await planIsShown(page);
  await picture(page, 'failover-plan');
  await clickModalButton(page, 'Cancel');

  const editor = await openFile(page, 'litware.topology.yaml');
  await editor.locator('.view-line').filter({ hasText: 'edition: Enterprise' }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('d');
  await page.keyboard.press('Escape');
  await page.locator('.squiggly-error').first().waitFor();
  await page.keyboard.press('ControlOrMeta+.');
  await page.locator('.action-widget').getByText('Enterprise').first().waitFor();
  await picture(page, 'quick-fix');
}

/** The preview is a page of its own inside the page, and takes its time the first time. */
async function planIsShown(page: Page): Promise<void> {
  const shown = async (): Promise<boolean> => {
    const counts = page.frames().map((frame) =>
      frame
        .getByText('What must hold')
        .count()
        .catch(() => 0),
    );
    return (await Promise.all(counts)).some((count) => count > 0);
  };
  await waitUntil('the preview shows the plan', shown);
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  console.log(`media/screenshots/${name}.png`);
}
