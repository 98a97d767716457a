import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../bootstrap/folderLock.mjs';
import { npm } from '../bootstrap/npm.mjs';
import { cacheFolder, tell } from '../bootstrap/project.mjs';

/** It carries the server and the web workbench of VS Code 1.139.1. */
const codeServerVersion = '4.139.1';
const chromiumVersion = '153.0.0';
/** The browser brings one proportional font; an editor needs one of fixed width, and pictures one with Chinese. */
const fontPackages = { 'dejavu-fonts-ttf': '2.37.3', '@expo-google-fonts/noto-sans-tc': '0.4.3' };
const fontFiles = ['dejavu-fonts-ttf/ttf/DejaVuSansMono*.ttf', '@expo-google-fonts/noto-sans-tc/400Regular/*.ttf'];

const toolsFolder = join(cacheFolder, 'test-host');
const progressMilliseconds = 5_000;

/**
 * The folder of VS Code's server in the cache, fetched on first use. Where two processes ask at once, one fetches and
 * the other waits.
 */
export async function vsCodeServerFolder(): Promise<string> {
  const folder = await cached(`code-server-${codeServerVersion}`, 'VS Code (about 600 MB on disk)', async (partial) => {
    await install(partial, `code-server@${codeServerVersion}`);
    await npmInstall(join(partial, inside));
  });
  return join(folder, inside);
}

const inside = join('node_modules', 'code-server', 'lib', 'vscode');

/** The folder of the unpacked browser in the cache, with the libraries and fonts that a bare machine lacks. */
export function chromiumFolder(): Promise<string> {
  return cached(`chromium-${chromiumVersion}-fonts`, 'Chromium (about 220 MB on disk)', async (partial) => {
    const packed = join(partial, 'packed');
    mkdirSync(packed);
    const fonts = Object.entries(fontPackages).map(([name, version]) => `${name}@${version}`);
    await install(packed, `@sparticuz/chromium@${chromiumVersion}`, ...fonts);
    await unpackChromium(packed, partial);
    const modules = join(packed, 'node_modules');
    for (const file of globSync(fontFiles, { cwd: modules })) {
      copyFileSync(join(modules, file), join(partial, 'fonts', basename(file)));
    }
    rmSync(packed, { recursive: true });
  });
}

async function cached(name: string, title: string, fetch: (partial: string) => Promise<void>): Promise<string> {
  const folder = join(toolsFolder, name);
  if (existsSync(folder)) return folder;
  return withLock(
    join(toolsFolder, `${name}.lock`),
    (holder) => tell(`Waiting for process ${holder}, which is fetching ${title} …`),
    async () => {
      if (existsSync(folder)) return folder;
      removeLeftovers(name);
      const partial = mkdtempSync(join(toolsFolder, `${name}.partial-`));
      await withProgress(title, () => fetch(partial));
      renameSync(partial, folder);
      return folder;
    },
  );
}

/** What a fetch that was killed has left. */
function removeLeftovers(name: string): void {
  for (const entry of readdirSync(toolsFolder)) {
    if (entry.startsWith(`${name}.partial-`)) rmSync(join(toolsFolder, entry), { recursive: true, force: true });
  }
}

async function withProgress(title: string, work: () => Promise<void>): Promise<void> {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1_000);
  tell(`Fetching ${title} from the npm registry, once …`);
  const progress = setInterval(() => tell(`  ${seconds()} s`), progressMilliseconds);
  try {
    await work();
  } finally {
    clearInterval(progress);
  }
  tell(`Fetched ${title} in ${seconds()} s.`);
}

async function install(folder: string, ...specifications: string[]): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  await npmInstall(folder, ...specifications);
}

async function npmInstall(folder: string, ...specifications: string[]): Promise<void> {
  await npm(
    ['install', '--omit=dev', '--ignore-scripts', ...specifications],
    folder,
    'The test host could not be fetched',
  );
}

/** The package unpacks into the temporary folder of the process, and its libraries only where this variable is set. */
async function unpackChromium(packed: string, target: string): Promise<void> {
  const program = fileURLToPath(new URL('./unpackChromium.ts', import.meta.url));
  const child = spawn(process.execPath, [program, packed], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TMPDIR: target, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0 || statSync(join(target, 'chromium')).size === 0) {
    throw new Error(`Chromium could not be unpacked into ${target} (status ${status}). Is the disk full?`);
  }
}
