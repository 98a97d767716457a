import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './folderLock.mjs';
import { BootstrapError, cacheFolder, projectFolder, tell } from './project.mjs';

const modulesFolder = join(projectFolder, 'node_modules');
const stampFile = join(modulesFolder, '.lync-topology-installed');
const lockfile = join(projectFolder, 'package-lock.json');
const progressMilliseconds = 3_000;
const linesOfNpmShown = 12;

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
    const { status, output } = await npm(['ci', '--ignore-scripts', '--include=dev', '--include=optional']);
    if (status !== 0) throw new BootstrapError(explain(status, output));
  } finally {
    clearInterval(progress);
  }
  tell(`Installed in ${seconds()} s.`);
}

/**
 * @param {string[]} args
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function npm(args) {
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--prefer-offline'];
  const script = process.env['npm_execpath'];
  const [command, first] = script?.endsWith('npm-cli.js') ? [process.execPath, [script]] : ['npm', []];
  const shell = process.platform === 'win32' && command === 'npm';
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args, ...quiet], {
      cwd: projectFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) =>
      reject(new BootstrapError(`npm could not be started (${error.message}). Install npm.`)),
    );
    child.on('close', (status) => resolve({ status, output }));
  });
}

/**
 * @param {number | null} status
 * @param {string} output what npm said
 */
function explain(status, output) {
  const registry = process.env['npm_config_registry'] ?? 'the npm registry';
  const lines = output.split('\n').filter((line) => line.replace(/^npm error/, '').trim() !== '');
  const said = lines.length === 0 ? '' : `\nnpm said:\n${lines.slice(0, linesOfNpmShown).join('\n')}`;
  const code = /\b(?:code|errno) (E[A-Z0-9_]+|[A-Z_]*CERT[A-Z_]*)/.exec(output)?.[1];
  const remedy =
    remedies.find(({ codes }) => code !== undefined && codes.test(code))?.sentence ??
    'Read what npm said below, mend it, and run the same command again.';
  const cause = `The dependencies could not be installed: npm ci ended with ${code ?? `status ${status}`}.`;
  return `${cause} ${remedy.replace('{registry}', registry)}${said}`;
}

const remedies = [
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)$/,
    sentence:
      '{registry} cannot be reached from this machine. Check the network and the proxy (npm config get proxy), or name a ' +
      'registry that can be reached (npm config set registry URL), then run the same command again.',
  },
  {
    codes: /CERT|SSL/,
    sentence:
      'The certificate of {registry} is not trusted here. Name the certificate authority of your network ' +
      '(NODE_EXTRA_CA_CERTS=FILE, or npm config set cafile FILE), then run the same command again.',
  },
  {
    codes: /^(E401|E403|E407)$/,
    sentence:
      '{registry} or the proxy refuses access. Log in (npm login) or set the proxy’s credentials, then run again.',
  },
  { codes: /^ENOSPC$/, sentence: 'The disk is full. Free about 1 GB, then run the same command again.' },
  {
    codes: /^(EACCES|EPERM|EROFS)$/,
    sentence: 'The folder of the project cannot be written to. Give yourself write access to it, then run again.',
  },
];
