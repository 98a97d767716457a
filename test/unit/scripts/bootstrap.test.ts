import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';

const moduleUrl = (name: string) => pathToFileURL(join(projectFolder, 'scripts', 'bootstrap', name)).href;

/** Runs the program of its first argument on Node 24, in the folder of its second. */
const runner = `
  import { runOnNode24 } from ${JSON.stringify(moduleUrl('runOnNode24.mjs'))};
  process.exitCode = await runOnNode24([process.argv[1]], { cwd: process.argv[2] });
`;

/** Installs a package into the folder of its first argument. */
const installer = `
  import { npm } from ${JSON.stringify(moduleUrl('npm.mjs'))};
  await npm(['install', 'yaml'], process.argv[1], 'The dependencies could not be installed').catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
`;

describe('the bootstrap script', () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'lync-')));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('names the tasks there are where one is unknown, with the status for wrong usage', async () => {
    const run = spawn(process.execPath, [join(projectFolder, 'scripts', 'bootstrap.mjs'), 'nonsense']);
    const { status, errors, output } = await finished(run);
    assert.equal(status, 64);
    assert.match(errors, /no task “nonsense”.*demo, start, test/);
    assert.equal(output, '');
  });

  it('hands on standard streams, folder and exit status, and runs Node 24', async () => {
    const run = onNode24(`
      process.stdin.on('data', (text) => console.log(JSON.stringify([process.version, process.cwd(), String(text)])));
      process.stdin.on('end', () => process.exit(7));
    `);
    run.stdin?.end('hello');
    const { status, output } = await finished(run);
    assert.equal(status, 7);
    const [version, cwd, text] = JSON.parse(output);
    assert.match(version, /^v2[4-9]\./);
    assert.deepEqual([cwd, text], [folder, 'hello']);
  });

  it('hands on a signal and waits for the program to end in its own way', async () => {
    const run = onNode24(`
      process.on('SIGTERM', () => process.exit(9));
      process.stdin.resume();
      console.log('ready');
    `);
    await once(run.stdout ?? run, 'data');
    run.kill('SIGTERM');
    assert.equal((await finished(run)).status, 9);
  });

  it('ends by the signal that ended the program', async () => {
    const run = onNode24(`process.kill(process.pid, 'SIGKILL'); process.stdin.resume();`);
    assert.equal((await finished(run)).signal, 'SIGKILL');
  });

  it('says what is wrong and what to do where the registry cannot be reached', async () => {
    const registry = 'http://127.0.0.1:9/';
    const run = spawn(process.execPath, ['--input-type=module', '--eval', installer, folder], {
      env: {
        ...process.env,
        npm_config_registry: registry,
        npm_config_fetch_retries: '0',
        npm_config_cache: join(folder, 'cache'),
      },
    });
    const { status, errors } = await finished(run);
    assert.equal(status, 1);
    assert.match(errors, /^The dependencies could not be installed: npm install ended with ECONNREFUSED\./);
    assert.ok(errors.includes(`${registry} cannot be reached from this machine. Check the network`), errors);
  });

  function onNode24(program: string): ChildProcess {
    const file = join(folder, 'program.cjs');
    writeFileSync(file, program);
    return spawn(process.execPath, ['--input-type=module', '--eval', runner, file, folder]);
  }
});

interface Outcome {
  status: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  errors: string;
}

async function finished(child: ChildProcess): Promise<Outcome> {
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [status, signal] = await once(child, 'close');
  return { status, signal, output, errors };
}
