import type { Locator, Page } from 'playwright-core';
import { waitUntil } from './waitUntil.ts';

/** A visible row of a tree view, as a screen reader is told it. */
export interface TreeRow {
  label: string;
  /** The grey text after the label. */
  description: string;
  /** 1 for the top. */
  level: number;
  /** Undefined where the row has no children. */
  expanded: boolean | undefined;
  /** The label for accessibility, which also carries what icons and colours say. */
  spoken: string;
}

const row = '.monaco-list-row[role="treeitem"]';

/** Runs a command of the palette by its title, for example `Lync: Show Plan`; waits until the palette offers it. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor();
  await input.fill(`>${title}`);
  const offered = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  await offered.waitFor();
  await offered.click();
}

/** Chooses an entry of a quick pick that is open or about to open. */
export async function chooseInQuickPick(page: Page, text: string | RegExp): Promise<void> {
  const entry = page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: text }).first();
  await entry.waitFor();
  await entry.click();
}

/** Opens a file of the workspace by its name and waits for its text. */
export async function openFile(page: Page, name: string): Promise<Locator> {
  await page.keyboard.press('ControlOrMeta+P');
  const input = page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor();
  await input.fill(name);
  const found = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first();
  await found.waitFor();
  await found.click();
  const editor = page.locator('.editor-instance .monaco-editor').first();
  await editor.locator('.view-line').first().waitFor();
  return editor;
}

/** Shows a view container by the title of its icon in the activity bar. */
export async function openViewContainer(page: Page, title: string): Promise<void> {
  const icon = page.locator(`.activitybar .action-item a.action-label[aria-label^="${title}"]`).first();
  await icon.waitFor();
  const shown = page.locator('.sidebar .composite.title h2').filter({ hasText: title });
  if (!(await shown.isVisible())) await icon.click();
}

/** The tree view with this title, in whatever container is shown. */
export function treeView(page: Page, title: string): Locator {
  return page.locator('.pane').filter({ has: page.locator(`.pane-header .title:text-is("${title}")`) });
}

/** The rows that are on screen, top to bottom. */
export async function treeRows(view: Locator): Promise<TreeRow[]> {
  return view.locator(row).evaluateAll((elements) =>
    elements
      .map((element) => ({ element, index: Number(element.getAttribute('data-index')) }))
      .sort((first, second) => first.index - second.index)
      .map(({ element }) => {
        const expanded = element.getAttribute('aria-expanded');
        return {
          label: element.querySelector('.label-name')?.textContent ?? '',
          description: element.querySelector('.label-description')?.textContent ?? '',
          level: Number(element.getAttribute('aria-level')),
          expanded: expanded === null ? undefined : expanded === 'true',
          spoken: element.getAttribute('aria-label') ?? '',
        };
      }),
  );
}

/** Waits until a row's text (label, description or what is spoken) matches. */
export async function waitForTreeRow(view: Locator, text: string | RegExp): Promise<TreeRow> {
  const matches = (value: string) => (typeof text === 'string' ? value.includes(text) : text.test(value));
  return waitUntil(
    `the tree has a row ${text}`,
    async () =>
      (await treeRows(view)).find(
        ({ label, description, spoken }) => matches(`${label} ${description}`) || matches(spoken),
      ),
    { seen: () => treeRows(view) },
  );
}

/** Expands a row with the given label, if it is not; waits until it is. */
export async function expandTreeRow(view: Locator, label: string | RegExp): Promise<void> {
  const found = treeRow(view, label);
  await found.waitFor();
  if ((await found.getAttribute('aria-expanded')) !== 'true') await found.locator('.monaco-tl-twistie').click();
  await waitUntil(`${label} is expanded`, async () => (await found.getAttribute('aria-expanded')) === 'true');
}

/** Clicks an action that a row shows in line, by its title. */
export async function clickInlineAction(view: Locator, label: string | RegExp, action: string): Promise<void> {
  const found = treeRow(view, label);
  await found.hover();
  await found.locator(`.actions a[aria-label^="${action}"]`).click();
}

/** Chooses from the context menu of a row. */
export async function chooseInContextMenu(view: Locator, label: string | RegExp, item: string): Promise<void> {
  await treeRow(view, label).click({ button: 'right' });
  await chooseInOpenMenu(view.page(), item);
}

/** Chooses from the menu that is open or about to open. A menu that has just opened takes no click yet. */
export async function chooseInOpenMenu(page: Page, item: string): Promise<void> {
  const entry = page.locator('.context-view .action-menu-item').filter({ hasText: item }).first();
  await entry.waitFor();
  await waitUntil(`the menu has taken "${item}"`, async () => {
    await entry.click({ timeout: 1_000 }).catch(() => {});
    return !(await entry.isVisible());
  });
}

/** The text of the modal dialog that is open or about to open. */
export async function modalText(page: Page): Promise<string> {
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  return (await dialog.locator('.dialog-message-container').innerText()).trim();
}

/** Clicks a button of the modal dialog by its text and waits until the dialog is gone. */
export async function clickModalButton(page: Page, text: string): Promise<void> {
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  await dialog.locator('.monaco-button').filter({ hasText: text }).first().click();
  await dialog.waitFor({ state: 'detached' });
}

/**
 * Waits for a notification with this text, in the notification centre: the workbench shows no toasts while it is driven
 * by tests.
 */
export async function waitForNotification(page: Page, text: string | RegExp): Promise<Locator> {
  const notification = page.locator('.notifications-center .monaco-list-row').filter({ hasText: text }).first();
  await waitUntil(`there is a notification ${text}`, async () => {
    if (await notification.isVisible()) return true;
    await showNotifications(page);
    return notification.isVisible();
  });
  return notification;
}

/** Opens the notification centre, where it is closed and there is something in it. */
async function showNotifications(page: Page): Promise<void> {
  if (await page.locator('.notifications-center.visible').isVisible()) return;
  if (await page.locator('.quick-input-widget').isVisible()) return;
  const bell = page.locator('#status\\.notifications a').first();
  await bell.click({ timeout: 1_000 }).catch(() => {});
}

/** Clicks a button of a notification. */
export async function clickNotificationButton(notification: Locator, text: string): Promise<void> {
  await notification.locator('.monaco-button').filter({ hasText: text }).first().click();
}

/** The texts of the rows of the Problems panel, top to bottom; opens it. */
export async function problems(page: Page): Promise<string[]> {
  const panel = page.locator('.markers-panel');
  if (!(await panel.isVisible())) await runCommand(page, 'Problems: Focus on Problems View');
  await panel.waitFor();
  return panel.locator('.monaco-list-row').allInnerTexts();
}

/** Waits until the Problems panel has a row that matches. */
export async function waitForProblem(page: Page, text: RegExp): Promise<string> {
  return waitUntil(`a problem matches ${text}`, async () => (await problems(page)).find((row) => text.test(row)), {
    seen: () => problems(page),
  });
}

/** Whether a web view shows a text: its document lies in frames of its own. */
export async function someFrameShows(page: Page, text: string): Promise<boolean> {
  const texts = await Promise.all(
    page.frames().map((frame) =>
      frame
        .locator('body')
        .innerText({ timeout: 1_000 })
        .catch(() => ''),
    ),
  );
  return texts.some((shown) => shown.includes(text));
}

/** A row by its whole label, the first on screen; by what is spoken of it where rows share a label. */
function treeRow(view: Locator, label: string | RegExp): Locator {
  if (typeof label !== 'string') return view.getByRole('treeitem', { name: label }).first();
  // The text of a label may lie in an element of its own below it, where a match is marked.
  const whole = new RegExp(`^${label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
  const name = view.page().locator('.label-name', { hasText: whole });
  return view.locator(row).filter({ has: name }).first();
}
