import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { endWithParentVariable, watchAnyParent } from './parent.mjs';
import { BootstrapError, cacheFolder, projectFolder } from './project.mjs';

/**
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {'inherit' | 'toStandardError'} [standardOutput]
 * @property {boolean} [endWithParent] also end the program when the process that started this one has died
 */

/**
 * Runs a program on Node 24 with this process's standard streams and signals, and resolves to its exit status. A
 * program that was ended by a signal ends this process by the same one.
 *
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<number>}
 */
export function runOnNode24(args, { cwd, standardOutput = 'inherit', endWithParent = false }) {
  const node = node24();
  const child = spawn(node, args, {
    cwd,
    stdio: ['inherit', standardOutput === 'inherit' ? 'inherit' : 2, 'inherit'],
    env: { ...environmentFor(node), ...(endWithParent ? { [endWithParentVariable]: 'yes' } : {}) },
  });
  const stopForwarding = forwardSignals(child);
  const stopWatching = endWithParent ? watchAnyParent(() => child.kill('SIGTERM')) : () => {};
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new BootstrapError(`Node 24 (${node}) could not be started: ${error.message}. Delete node_modules, run again.`),
      ),
    );
    child.on('close', (status, signal) => {
      stopForwarding();
      stopWatching();
      if (signal !== null) process.kill(process.pid, signal);
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** The Node 24 that npm installed, or the running one if it is new enough. */
function node24() {
  const name = `node24-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const installed = join(
    projectFolder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(installed)) return installed;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  throw new BootstrapError(
    `Node 24 is needed, this is Node ${process.versions.node}, and the package ${name} is not installed. ` +
      'Where the npm registry has no Node for this platform, install Node 24 from nodejs.org and run again with it; ' +
      'otherwise delete node_modules and run again without --omit=optional.',
  );
}

/** @param {string} node */
function environmentFor(node) {
  const { INIT_CWD: _callersFolder, ...inherited } = process.env;
  const pathName = Object.keys(inherited).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    NODE_COMPILE_CACHE: join(cacheFolder, 'compiled'),
    ...inherited,
    [pathName]: [dirname(node), inherited[pathName]].filter(Boolean).join(delimiter),
  };
}

/**
 * Ctrl+C in a terminal reaches the whole foreground group, so the program has it already; sent from elsewhere it
 * reaches this process alone and is handed on.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  /** @param {NodeJS.Signals} signal */
  const handle = (signal) => {
    if (signal !== 'SIGINT' || !inTerminal) child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}
