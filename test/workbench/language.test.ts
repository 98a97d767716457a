import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../support/waitUntil.ts';
import { openWorkbench, takePicturesOfFailures, takeScreenshot, type Workbench } from '../support/workbench.ts';
import {
  chooseInQuickPick,
  openFile,
  problems,
  runCommand,
  someFrameShows,
  waitForProblem,
} from '../support/workbenchActions.ts';
import { atlanta, dallas, makeSample } from './samples.ts';

const sample = 'litware.topology.yaml';

/** Each feature once, as a person meets it. */
describe('the language of topologies', function () {
  this.timeout(240_000);
  let workbench: Workbench;
  let page: Page;
  let editor: Locator;
  let file: string;

  before(async () => {
    const workspace = await makeSample(join(mkdtempSync(join(tmpdir(), 'litware-')), 'litware'));
    workbench = await openWorkbench({
      workspace,
      settings: {
        'lyncTopology.background.enabled': false,
        '[lync-topology]': {
          'editor.codeActionsOnSave': { 'source.fixAll.lyncTopology': 'explicit' },
          'editor.formatOnSave': true,
        },
        'editor.minimap.enabled': false,
      },
    });
    ({ page } = workbench);
    file = join(workbench.workspace, sample);
    editor = await openFile(page, sample);
  });

  after(async () => {
    await workbench[Symbol.asyncDispose]();
    rmSync(dirname(workbench.workspace), { recursive: true, force: true });
  });
  takePicturesOfFailures(() => page);

  it('shows colours, lenses and what is left out', async () => {
    await editor.locator('.codelens-decoration').filter({ hasText: 'Plan failover' }).first().waitFor();
    await editor.locator('.view-line').filter({ hasText: 'deployment: Litware' }).first().waitFor();
    await takeScreenshot(page, 'language-lenses');
  });

  it('completes a name with what it is', async () => {
    await goTo('    site: Atlanta');
    await page.keyboard.press('End');
    await page.keyboard.press('ControlOrMeta+Backspace');
    await page.keyboard.press('ControlOrMeta+Space');
    const offered = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'Dallas' }).first();
    await offered.waitFor();
    await takeScreenshot(page, 'language-completion');
    await page.keyboard.type('Atl');
    await page.keyboard.press('Enter');
    await waitForLine('    site: Atlanta');
  });

  it('tells on hover what a name names', async () => {
    await goTo(`  - pools: [${atlanta}`);
    await page.keyboard.press('ControlOrMeta+K');
    await page.keyboard.press('ControlOrMeta+I');
    const hover = page.locator('.monaco-hover').filter({ hasText: dallas }).first();
    await hover.waitFor();
    await takeScreenshot(page, 'language-hover');
    await page.keyboard.press('Escape');
  });

  it('goes to the definition, and shows every use', async () => {
    await goTo(`  - pools: [${atlanta}`);
    await runCommand(page, 'Peek References');
    const peek = page.locator('.peekview-widget');
    await peek.waitFor();
    await peek.getByText('References (').first().waitFor();
    await takeScreenshot(page, 'language-references');
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'hidden' });
    await page.keyboard.press('F12');
    await waitUntil('the cursor is at the pool', async () => (await cursorLine()) === lineOf(`  ${atlanta}:`));
  });

  it('renames a thing everywhere', async () => {
    await page.keyboard.press('F2');
    const input = page.locator('.rename-box input');
    await input.waitFor();
    assert.equal(await input.inputValue(), atlanta);
    await takeScreenshot(page, 'language-rename');
    await input.fill('atl-cs-009.litwareinc.com');
    await page.keyboard.press('Enter');
    await waitForLine('  atl-cs-009.litwareinc.com:');
    await page.keyboard.press('ControlOrMeta+Z');
    await waitForLine(`  ${atlanta}:`);
  });

  it('shows what a pool is backed by', async () => {
    await goTo(`  ${atlanta}:`);
    await runCommand(page, 'Peek Call Hierarchy');
    const peek = page.locator('.peekview-widget');
    await peek.locator('.monaco-list-row').filter({ hasText: dallas }).first().waitFor();
    await takeScreenshot(page, 'language-hierarchy');
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'hidden' });
  });

  it('finds things by their names, in the file and in the workspace', async () => {
    await page.keyboard.press('ControlOrMeta+Shift+O');
    await page.locator('.quick-input-widget input[type="text"]').fill('@');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: dallas }).first().waitFor();
    await takeScreenshot(page, 'language-outline');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+T');
    await page.locator('.quick-input-widget input[type="text"]').fill('#dalcs');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: dallas }).first().waitFor();
    await takeScreenshot(page, 'language-workspace-symbols');
    await page.keyboard.press('Escape');
  });

  it('folds', async () => {
    await runCommand(page, 'Fold All');
    await waitUntil('the lines of pools are hidden', async () => !(await visibleText()).includes('fileShare'));
    await takeScreenshot(page, 'language-folded');
    await runCommand(page, 'Unfold All');
  });

  it('mends and formats what is saved', async () => {
    const text = readFileSync(file, 'utf8');
    await goTo('    edition: Enterprise');
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('   ');
    await page.locator('.squiggly-error').first().waitFor();
    await page.keyboard.press('ControlOrMeta+S');
    await waitUntil('the file is as it was', () => readFileSync(file, 'utf8') === text, {
      seen: () => readFileSync(file, 'utf8').slice(0, 500),
    });
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  });

  it('shows the state of what is written while it is measured, and plans from there', async () => {
    await goTo('pools:');
    await runCommand(page, 'Lync: Show Status');
    const lens = editor.locator('.codelens-decoration');
    await lens
      .filter({ hasText: /Non-Steady State|Not Initialized/ })
      .first()
      .waitFor();
    await lens.filter({ hasText: 'Fail over to atl-sql-002' }).first().waitFor();
    await takeScreenshot(page, 'language-live-lenses');
    const plan = page.locator('.tab').filter({ hasText: 'Plan of Invoke-CsPoolFailOver' });
    // A lens that is drawn anew at this moment takes no click.
    await waitUntil('the lens has taken the click', async () => {
      await lens
        .getByText('Plan failover')
        .first()
        .click({ timeout: 1_000 })
        .catch(() => {});
      return plan.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
    });
    await waitUntil('the plan is shown', () => someFrameShows(page, 'Invoke-CsPoolFailOver'));
    await takeScreenshot(page, 'language-plan');
    await openFile(page, sample);
  });

  it('lists the problems of files that are closed, and checks them as a task', async () => {
    const draft = join(workbench.workspace, 'draft.topology.yaml');
    writeFileSync(draft, 'lyncTopology: 1\ndeployment: Draft\nsits: {}\n');
    await waitForProblem(page, /sits/);
    // Of several topologies none is the one that the window works with, until somebody chooses.
    await goTo('pools:');
    await editor
      .locator('.codelens-decoration')
      .filter({ hasText: 'Plan failover' })
      .first()
      .waitFor({ state: 'detached' });
    await runCommand(page, 'Tasks: Run Task');
    await chooseInQuickPick(page, /lync-topology/);
    await chooseInQuickPick(page, /validate/);
    // What a terminal shows is painted; that the task ended, and how, stands beside its name.
    await page
      .locator('.part.panel .action-item')
      .filter({ hasText: 'validate - Task' })
      .locator('.codicon-error')
      .waitFor();
    await takeScreenshot(page, 'language-task');
    const listed = (await problems(page)).filter((row) => row.includes('sits'));
    assert.equal(listed.length, 1, listed.join('\n'));
    await takeScreenshot(page, 'language-problems');
  });

  async function goTo(text: string): Promise<void> {
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+G');
    const input = page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor();
    await input.fill(`:${lineOf(text)}:${text.length}`);
    await page.keyboard.press('Enter');
    await waitUntil(`the cursor is in ${text}`, async () => (await cursorLine()) === lineOf(text));
  }

  /** The first line that begins so in the sample, from 1. */
  function lineOf(text: string): number {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.findIndex((line) => line.startsWith(text)) + 1;
  }

  async function cursorLine(): Promise<number | undefined> {
    const status = await page.locator('#status\\.editor\\.selection').innerText();
    return Number(/Ln (\d+)/.exec(status)?.[1]);
  }

  async function waitForLine(text: string): Promise<void> {
    await waitUntil(`there is a line ${text}`, async () => (await visibleText()).includes(text), { seen: visibleText });
  }

  async function visibleText(): Promise<string> {
    const lines = await editor.locator('.view-line').allInnerTexts();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }
});
