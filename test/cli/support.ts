/** Runs the real command line in processes of its own, in temporary folders. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, globSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';

export const atlanta = 'atl-cs-001.litwareinc.com';
export const dallas = 'dal-cs-001.litwareinc.com';
export const atlantaShare = '\\\\atl-fs-001.litwareinc.com\\LyncShare';

export const smallSeed = ['--users', '40', '--conferences', '10', '--content-files', '60', '--content-bytes', '600000'];

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** The first line of standard output, from now on, that fulfils the condition. */
  line(condition: (line: string) => boolean): Promise<string>;
}

export interface Folder extends Disposable {
  readonly path: string;
  readonly data: string;
  cli(args: readonly string[], input?: string): Promise<Finished>;
  /** Standard input stays open when `input` is null. */
  start(args: readonly string[], input?: string | null): Running;
  /** The one JSON document that the command writes. */
  json(args: readonly string[], input?: string): Promise<{ readonly status: number | null; readonly value: unknown }>;
}

/** A folder with the sample topology in it. */
export function sampleFolder(): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lync-cli-')));
  copyFileSync(join(projectFolder, 'samples/litware/litware.topology.yaml'), join(path, 'litware.topology.yaml'));
  const running = new Set<ChildProcess>();
  const start = (args: readonly string[], input: string | null = ''): Running => {
    const child = spawn(process.execPath, ['--no-warnings', program(), ...args], {
      cwd: path,
      env: { ...process.env, NO_COLOR: '1' },
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    child.stdin.on('error', () => {});
    if (input !== null) child.stdin.end(input);
    return follow(child);
  };
  const cli = (args: readonly string[], input?: string): Promise<Finished> => start(args, input).finished;
  return {
    path,
    data: join(path, '.lync'),
    cli,
    start,
    json: async (args, input) => {
      const { status, out } = await cli([...args, '--json'], input);
      return { status, value: JSON.parse(out) };
    },
    [Symbol.dispose]: () => {
      for (const child of running) child.kill('SIGKILL');
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function follow(child: ChildProcess): Running {
  let out = '';
  let err = '';
  const waiting = new Set<(line: string) => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      for (const listener of waiting) listener(line);
    });
  }
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal, out, err }));
  });
  return {
    child,
    finished,
    line: (condition) => {
      const found = Promise.withResolvers<string>();
      const listener = (line: string): void => {
        if (condition(line)) found.resolve(line);
      };
      waiting.add(listener);
      void finished.then((end) => found.reject(new Error(`it ended with ${end.status} instead: ${end.err}`)));
      return found.promise.finally(() => waiting.delete(listener));
    },
  };
}

let chosen: string | undefined;

/** The bundle when it is newer than the sources, as it starts faster; otherwise the sources. */
function program(): string {
  chosen ??= bundleIsFresh() ? join(projectFolder, 'dist/cli.js') : join(projectFolder, 'src/cli/main.ts');
  return chosen;
}

function bundleIsFresh(): boolean {
  const bundle = statSync(join(projectFolder, 'dist/cli.js'), { throwIfNoEntry: false });
  if (bundle === undefined) return false;
  const sources = globSync('src/{cli,core,deployments,engineHost}/**/*.ts', { cwd: projectFolder });
  return sources.every((file) => statSync(join(projectFolder, file)).mtimeMs < bundle.mtimeMs);
}

/** `value.path.to.it`, checked at every step. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) throw new Error(`no ${key} in ${JSON.stringify(current)}`);
    current = Reflect.get(current, key);
  }
  return current;
}
