// Opens VS Code with the extension and the sample, to try everything by hand: npm start [-- OPTION …]
//   --browser           the VS Code from the npm registry, even where a desktop VS Code is installed
//   --sample NAME       another sample: "fabrikam" has witnesses, Persistent Chat, virtual machines and an Edge pool
//   --folder FOLDER     opens this folder instead of a copy of the sample, which is kept from one start to the next
//   --fresh             begins with a new copy of the sample
//   --workspace-trust   folders are untrusted until one says otherwise

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { watchParent } from './bootstrap/parent.mjs';
import { cacheFolder, projectFolder } from './bootstrap/project.mjs';
import { openScratch } from './testHost/scratch.ts';
import { startServer } from './testHost/server.ts';

const { values: options } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    folder: { type: 'string' },
    sample: { type: 'string', default: 'litware' },
    fresh: { type: 'boolean', default: false },
    'workspace-trust': { type: 'boolean', default: false },
  },
});

const playground = join(cacheFolder, 'playground');
const code = options.browser ? undefined : onPath('code');
const workspace = options.folder === undefined ? copyOfSample() : resolve(options.folder);
if (code === undefined) await serve();
else process.exitCode = openDesktop(code);

function openDesktop(code: string): number {
  const trust = options['workspace-trust'] ? [] : ['--disable-workspace-trust'];
  const args = ['--new-window', ...trust, `--extensionDevelopmentPath=${projectFolder}`, workspace];
  console.log(`Opening ${workspace} in ${code}.`);
  return spawnSync(code, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
}

/** Runs the VS Code from the npm registry until Ctrl+C. */
async function serve(): Promise<void> {
  const ended = untilEnded();
  await using scratch = openScratch();
  const token = randomBytes(16).toString('hex');
  const server = await startServer(scratch, {
    dataFolder: join(playground, 'vscode'),
    workspaceTrust: options['workspace-trust'],
    // Whoever can open the address can run programs as this user, and other users reach the loopback interface too.
    token,
  });
  const address = server.address(workspace, { extensionDevelopmentPath: projectFolder });
  console.log(`VS Code with the extension and ${workspace}:\n\n  ${address}\n`);
  openInBrowser(address);
  console.log('Ctrl+C ends it.');
  const cause = await Promise.race([ended, server.closed]);
  console.log(`\n${cause}`);
}

function untilEnded(): Promise<string> {
  return new Promise((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end('Ended.'));
    watchParent(() => end('Ended with npm.'));
  });
}

function copyOfSample(): string {
  const { sample } = options;
  const name = `${sample}.topology.yaml`;
  const original = join(projectFolder, 'samples', sample, name);
  if (!existsSync(original)) throw new Error(`There is no sample ${sample}.`);
  const folder = join(playground, sample);
  if (options.fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, name))) cpSync(original, join(folder, name));
  return folder;
}

/** Shows the address where there is something to show it with; it has been printed in any case. */
function openInBrowser(address: string): void {
  const opener = browserOpener();
  if (opener === undefined) return;
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`${opener} could not open it; open the address above by hand.`));
  child.unref();
}

function browserOpener(): string | undefined {
  if (process.platform === 'darwin') return 'open';
  if (process.platform === 'win32') return 'explorer.exe';
  const hasDisplay = process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
  return hasDisplay ? onPath('xdg-open') : undefined;
}

function onPath(name: string): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`] : [name];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find((path) => existsSync(path));
}
