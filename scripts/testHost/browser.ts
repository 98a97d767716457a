import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { chromiumFolder } from './cachedTools.ts';
import type { Scratch } from './scratch.ts';

interface Executable {
  path: string;
  environment: NodeJS.ProcessEnv;
}

const namesOnPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const tryMilliseconds = 20_000;

/** Starts a headless Chromium: the one named by LYNC_TOPOLOGY_CHROMIUM, one of the PATH that works, or the cached one. */
export async function launchBrowser(scratch: Scratch): Promise<Browser> {
  const found = await findChromium();
  const { path, environment } = found === undefined ? await cachedChromium(scratch) : { path: found, environment: {} };
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none', '--use-angle=swiftshader'],
    env: Object.fromEntries(
      Object.entries({ ...scratch.environment, HOME: scratch.folder, ...environment }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
    // This process ends on signals in its own order; the scratch ends the browser in any case.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** The executable of a Chromium that works here, fetched if need be; undefined stands for the one in the cache. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env['LYNC_TOPOLOGY_CHROMIUM'];
  if (named !== undefined) return named;
  for (const path of onPath()) {
    if (await works(path)) return path;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `No Chromium was found for ${process.platform}-${process.arch}, and the npm registry has one for linux-x64 only. ` +
        'Install Chromium or Chrome, or name one with LYNC_TOPOLOGY_CHROMIUM=FILE.',
    );
  }
  await chromiumFolder();
  return undefined;
}

function onPath(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return namesOnPath.flatMap((name) => folders.map((folder) => join(folder, name))).filter((path) => existsSync(path));
}

/** A browser may be there and lack a library, or be a note that it must be installed another way. */
async function works(path: string): Promise<boolean> {
  try {
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--dump-dom', 'data:text/html,<p>ready</p>'];
    const { stdout } = await promisify(execFile)(path, args, { timeout: tryMilliseconds, killSignal: 'SIGKILL' });
    return stdout.includes('<p>ready</p>');
  } catch {
    return false;
  }
}

async function cachedChromium(scratch: Scratch): Promise<Executable> {
  const folder = await chromiumFolder();
  const fontConfiguration = join(scratch.folder, 'fonts.conf');
  writeFileSync(fontConfiguration, fontsConf(join(folder, 'fonts'), join(scratch.folder, 'fontcache')));
  return {
    path: join(folder, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: [folder, join(folder, 'al2023', 'lib')].join(delimiter),
      FONTCONFIG_FILE: fontConfiguration,
    },
  };
}

/** The file that comes with the browser names a folder that does not exist; without a font it dies at an input box. */
function fontsConf(fonts: string, cache: string): string {
  const folders = [fonts, '/usr/share/fonts', '/usr/local/share/fonts'].map((folder) => `  <dir>${folder}</dir>`);
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    ...folders,
    `  <cachedir>${cache}</cachedir>`,
    '  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>',
    '  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>',
    '</fontconfig>',
    '',
  ].join('\n');
}
