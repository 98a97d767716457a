// Stands in for the VS Code executable where the desktop one cannot be had: takes the arguments that
// @vscode/test-electron gives (--extensionDevelopmentPath=, --extensionTestsPath=, a workspace folder), runs the tests
// in the extension host of VS Code's server with a headless browser as its window, and exits with their result.
// Of its own: --keep-workspace-trust, --settings=JSON.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { cacheFolder } from '../bootstrap/project.mjs';
import { testOutputMark, testOutputMarkVariable } from '../testCounts.ts';
import { launchBrowser } from './browser.ts';
import { openScratch, type Scratch } from './scratch.ts';
import { isKnownWarning, startServer } from './server.ts';

const args = process.argv.slice(2);
const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const pathOf = (name: string) => {
  const path = option(name);
  return path === undefined ? undefined : resolve(path);
};

const died = 70;

/** What the window and the extension host have logged besides the tests' output; kept only where the tests failed. */
const log: string[] = [];

const scratch = openScratch();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void leave(scratch, 130));
}
const status = await run(scratch).catch(explain);
if (status !== 0) keepLog();
await leave(scratch, status);

/** Resolves to the exit status of the tests. */
async function run(scratch: Scratch): Promise<number> {
  const workspace = args.find((arg) => !arg.startsWith('--')) ?? scratch.folder;
  const settings = option('settings');
  const [server, browser] = await Promise.all([
    startServer(scratch, {
      workspaceTrust: args.includes('--keep-workspace-trust'),
      settings: settings === undefined ? undefined : JSON.parse(settings),
      environment: { [testOutputMarkVariable]: testOutputMark },
    }),
    launchBrowser(scratch),
  ]);
  log.push(...server.log);
  const page = await browser.newPage();
  const finished = new Promise<number>((resolve, reject) => {
    const fail = (cause: string) => reject(new Error(`${cause} before the tests ended.`));
    browser.on('disconnected', () => fail('The browser died'));
    page.on('crash', () => fail('The window crashed'));
    void page
      .exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => print(type, values))
      .catch(reject);
    void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code)).catch(reject);
  });
  await page.goto(
    server.address(resolve(workspace), {
      extensionDevelopmentPath: pathOf('extensionDevelopmentPath'),
      extensionTestsPath: pathOf('extensionTestsPath'),
    }),
  );
  return finished;
}

/** A line of the extension host or of the window arrives as a format string with its arguments. */
function print(type: string, values: unknown[]): void {
  const line = format(...values);
  if (line.startsWith(testOutputMark)) process.stdout.write(`${line.slice(testOutputMark.length)}\n`);
  else if (!isKnownWarning(line)) log.push(`[${type}] ${line}`);
}

function keepLog(): void {
  const folder = join(cacheFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `extension-host-${process.pid}.log`);
  writeFileSync(file, `${log.join('\n')}\n`);
  console.error(`What the window logged is in ${file}`);
}

function explain(error: unknown): number {
  console.error(error instanceof Error ? error.message : String(error));
  return died;
}

async function leave(scratch: Scratch, status: number): Promise<void> {
  await scratch[Symbol.asyncDispose]();
  process.exit(status);
}
