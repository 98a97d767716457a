import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './folderLock.mjs';
import { npm } from './npm.mjs';
import { cacheFolder, projectFolder, tell } from './project.mjs';

const modulesFolder = join(projectFolder, 'node_modules');
const stampFile = join(modulesFolder, '.lync-topology-installed');
const lockfile = join(projectFolder, 'package-lock.json');
const progressMilliseconds = 3_000;

/** Installs the dependencies of `package-lock.json` unless exactly they are installed. Safe to call side by side. */
export async function installDependencies() {
  if (isStamped()) return;
  await withLock(
    join(cacheFolder, 'install.lock'),
    (holder) => tell(`Waiting for process ${holder}, which is installing the dependencies of this folder …`),
    async () => {
      if (isStamped()) return;
      if (!installedAsLocked()) await runNpmCi();
      writeFileSync(stampFile, fingerprint());
    },
  );
}

function isStamped() {
  try {
    return readFileSync(stampFile, 'utf8') === fingerprint();
  } catch {
    return false;
  }
}

function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  return `${hash} ${process.platform} ${process.arch}\n`;
}

/** What npm itself noted about the folder, so that an installation made by hand is not made again. */
function installedAsLocked() {
  const noted = packagesOf(join(modulesFolder, '.package-lock.json'));
  const wanted = packagesOf(lockfile);
  if (noted === undefined || wanted === undefined) return false;
  for (const [path, { version, optional }] of wanted) {
    const found = noted.get(path);
    if (found === undefined ? !optional : found.version !== version) return false;
  }
  return [...noted.keys()].every((path) => wanted.has(path)) && existsSync(esbuildBinaryFolder());
}

/** A `node_modules` that was copied from another platform has everything but the binaries of this one. */
function esbuildBinaryFolder() {
  return join(modulesFolder, '@esbuild', `${process.platform}-${process.arch}`);
}

/** @param {string} file */
function packagesOf(file) {
  try {
    const { packages } = JSON.parse(readFileSync(file, 'utf8'));
    /** @type {Map<string, { version: string, optional: boolean, here: boolean }>} */
    const found = new Map();
    for (const [path, entry] of Object.entries(packages)) {
      if (path === '') continue;
      const here = isFor(entry.os, process.platform) && isFor(entry.cpu, process.arch);
      found.set(path, { version: entry.version, optional: entry.optional === true, here });
    }
    return found;
  } catch {
    return undefined;
  }
}

/**
 * @param {string[] | undefined} allowed what a package says it is for
 * @param {string} actual
 */
function isFor(allowed, actual) {
  return allowed === undefined || allowed.includes(actual);
}

async function runNpmCi() {
  const wanted = [...(packagesOf(lockfile) ?? [])].filter(([, { here }]) => here).map(([path]) => path);
  tell(`Installing ${wanted.length} packages into node_modules (npm ci), once …`);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1_000);
  const progress = setInterval(() => {
    const there = wanted.filter((path) => existsSync(join(projectFolder, path, 'package.json'))).length;
    tell(`  ${seconds()} s, ${there} of ${wanted.length} in place`);
  }, progressMilliseconds);
  try {
    const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional'];
    await npm(args, projectFolder, 'The dependencies could not be installed');
  } finally {
    clearInterval(progress);
  }
  tell(`Installed in ${seconds()} s.`);
}
