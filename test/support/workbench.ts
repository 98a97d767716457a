import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { cacheFolder, projectFolder } from '../../scripts/bootstrap/project.mjs';
import { launchBrowser } from '../../scripts/testHost/browser.ts';
import { openScratch, type Scratch } from '../../scripts/testHost/scratch.ts';
import { installVsix, type KeyBinding, startServer, type VsCodeServer } from '../../scripts/testHost/server.ts';

export interface WorkbenchChoices {
  /** The folder to open; a copy of the sample deployment where none is given. */
  workspace?: string;
  /** A packed extension to install; the extension under development where none is given. */
  vsix?: string;
  /** Whether folders start out untrusted, with the question that people get. */
  workspaceTrust?: boolean;
  settings?: Record<string, unknown>;
  keyBindings?: readonly KeyBinding[];
  /** Keeps data and extensions across two openings; the settings of the window are in the browser and not kept. */
  dataFolder?: string;
  viewport?: { width: number; height: number };
}

export interface Workbench extends AsyncDisposable {
  page: Page;
  server: VsCodeServer;
  scratch: Scratch;
  workspace: string;
  /** A second window on the same server, for the same folder unless another is named. */
  openWindow(workspace?: string): Promise<Page>;
}

/** What would stand in the way of a test or of a picture. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.editor.useModal': 'off',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
};

const startMilliseconds = 60_000;
const actionMilliseconds = 30_000;

/** Opens a real workbench with the extension: VS Code's server and a headless browser, both gone when disposed. */
export async function openWorkbench(choices: WorkbenchChoices = {}): Promise<Workbench> {
  const scratch = openScratch();
  try {
    const workspace = choices.workspace ?? copyOfSample(scratch);
    const dataFolder = choices.dataFolder ?? join(scratch.folder, 'd');
    if (choices.vsix !== undefined) await installVsix(scratch, choices.vsix, dataFolder);
    const [server, browser] = await Promise.all([
      startServer(scratch, {
        dataFolder,
        workspaceTrust: choices.workspaceTrust,
        settings: { ...quietSettings, ...choices.settings },
        keyBindings: choices.keyBindings,
      }),
      launchBrowser(scratch),
    ]);
    const extensionDevelopmentPath = choices.vsix === undefined ? projectFolder : undefined;
    const openWindow = async (folder = workspace) => {
      const page = await browser.newPage({ viewport: choices.viewport ?? { width: 1280, height: 800 } });
      page.setDefaultTimeout(actionMilliseconds);
      await page.goto(server.address(folder, { extensionDevelopmentPath }), { timeout: startMilliseconds });
      await page
        .locator('.monaco-workbench .part.statusbar .statusbar-item')
        .first()
        .waitFor({ timeout: startMilliseconds });
      return page;
    };
    return {
      page: await openWindow(),
      server,
      scratch,
      workspace,
      openWindow,
      async [Symbol.asyncDispose]() {
        await browser.close();
        await scratch[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}

/** Takes a picture for people to look at, into the cache. */
export async function takeScreenshot(page: Page, name: string): Promise<string> {
  const folder = join(cacheFolder, 'screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, timeout: 2 * startMilliseconds });
  return path;
}

/** Takes a picture of the page after each test of the surrounding suite that failed. */
export function takePicturesOfFailures(page: () => Page): void {
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await takeScreenshot(page(), `failed ${this.currentTest.title}`.replaceAll(/[^a-zA-Z]+/g, '-').slice(0, 80));
  });
}

function copyOfSample(scratch: Scratch): string {
  const folder = join(scratch.folder, 'litware');
  mkdirSync(folder);
  cpSync(join(projectFolder, 'samples', 'litware', 'litware.topology.yaml'), join(folder, 'litware.topology.yaml'));
  return folder;
}
