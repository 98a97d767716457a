import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitUntil } from '../support/waitUntil.ts';
import { openWorkbench, takeScreenshot, type Workbench } from '../support/workbench.ts';
import { openFile, problems } from '../support/workbenchActions.ts';

describe('a topology file in the editor', function () {
  this.timeout(240_000);
  let workbench: Workbench;
  let page: Page;

  before(async () => {
    workbench = await openWorkbench();
    ({ page } = workbench);
  });

  after(() => workbench[Symbol.asyncDispose]());

  it('shows a diagnostic while one types, and the quick fix removes it', async () => {
    const editor = await openFile(page, 'litware.topology.yaml');
    await editor.locator('.view-line').filter({ hasText: 'edition: Enterprise' }).first().click();
    await page.keyboard.press('End');
    for (let typed = 0; typed < 'Enterprise'.length; typed += 1) await page.keyboard.press('Backspace');
    await page.keyboard.type('Enterprize', { delay: 20 });
    await page.keyboard.press('Escape');
    await page.locator('.squiggly-error').first().waitFor();
    await takeScreenshot(page, 'diagnostic-while-typing');
    await page.keyboard.press('ControlOrMeta+.');
    await page.locator('.action-widget').getByText('Enterprise').first().waitFor();
    await takeScreenshot(page, 'quick-fix');
    await page.keyboard.press('Enter');
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    const left = await problems(page);
    assert.deepEqual(
      left.filter((message) => message.includes('Enterprize')),
      [],
    );
  });

  it('says in the status bar how many pools and pairs there are', async () => {
    const item = page.locator('#status\\.languageStatus');
    await item.waitFor();
    await item.click();
    await waitUntil('the language status counts the pools', async () =>
      (await page.locator('.hover-language-status').allInnerTexts()).some((text) => text.includes('2 pools, 1 pair')),
    );
    await takeScreenshot(page, 'language-status');
  });
});
