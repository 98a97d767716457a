import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';
import { countsVariable, judge, parseCounts } from '../../scripts/testCounts.ts';
import { processesMarked } from '../support/processes.ts';
import { waitUntil } from '../support/waitUntil.ts';

const markName = 'LYNC_TOPOLOGY_TEST_OF_TEST_HOST';
const startMilliseconds = 120_000;

describe('a run in the extension host', function () {
  this.timeout(2 * startMilliseconds);
  let folder: string;
  let countsFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-'));
    countsFile = join(folder, 'counts.json');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is green where every test passes', async () => {
    const { status, output } = await finished(start('green'));
    assert.equal(status, 0, output);
    assert.deepEqual(counts(), { passed: 1, failed: 0, skipped: 0 });
  });

  it('is red where a test fails', async () => {
    const { status, output } = await finished(start('red'));
    assert.notEqual(status, 0, output);
    assert.match(output, /1 failing/);
    assert.deepEqual(judge(counts(), status), { passed: 1, failed: 1, skipped: 0 });
  });

  it('leaves no process and no folder when it is killed (Linux)', async function () {
    if (process.platform !== 'linux') return this.skip();
    const mark = randomUUID();
    const run = start('hanging', { [markName]: mark });
    const output = collect(run);
    const marked = () => processesMarked(`${markName}=${mark}`);
    try {
      const workspace = await waitUntil('the suite runs', () => /has (\S+) open, and says so/.exec(output())?.[1], {
        deadline: startMilliseconds,
        seen: output,
      });
      assert.ok(existsSync(workspace));
      const running = marked().map(({ command }) => command);
      for (const part of ['server-main.js', '--type=extensionHost', 'chromium', 'watchdog.ts', 'launcher.ts']) {
        assert.ok(
          running.some((command) => command.includes(part)),
          `${part} is not among ${running.join('\n')}`,
        );
      }
      run.kill('SIGKILL');
      await waitUntil('every process has ended', () => marked().length === 0, { seen: marked });
      assert.ok(!existsSync(workspace), `${workspace} is still there`);
    } finally {
      for (const { pid } of marked()) process.kill(pid, 'SIGKILL');
    }
  });

  function start(fixture: string, environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const program = join(projectFolder, 'scripts', 'testHost', 'runExtensionTests.ts');
    return spawn(process.execPath, [program, `test/fixtures/testHost/${fixture}`], {
      cwd: projectFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [countsVariable]: countsFile, ...environment },
    });
  }

  function counts() {
    return parseCounts(readFileSync(countsFile, 'utf8'));
  }
});

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

async function finished(child: ChildProcess): Promise<{ status: number | null; output: string }> {
  const output = collect(child);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output: output() };
}
