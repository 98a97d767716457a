import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { processesMarked } from '../../support/processes.ts';
import { waitUntil } from '../../support/waitUntil.ts';

const markName = 'LYNC_TOPOLOGY_TEST_OF_SCRATCH';
/** The holder, its watchdog, the child and the grandchild. */
const expectedProcesses = 4;

describe('a scratch', () => {
  let mark: string;
  let holder: ChildProcess;
  let folder: string;
  const marked = () => processesMarked(mark);

  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    mark = `${markName}=${randomUUID()}`;
    holder = spawn(process.execPath, [join(projectFolder, 'test', 'fixtures', 'scripts', 'scratchHolder.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, [markName]: mark.slice(markName.length + 1) },
    });
    const [line] = await once(holder.stdout ?? holder, 'data');
    folder = String(line).trim();
    await waitUntil('everything runs', () => marked().length === expectedProcesses, { seen: marked });
  });

  afterEach(() => {
    for (const { pid } of marked()) process.kill(pid, 'SIGKILL');
  });

  it('leaves nothing when it is disposed (Linux)', async () => {
    holder.stdin?.write('go\n');
    await once(holder, 'close');
    assert.deepEqual(marked(), []);
    assert.ok(!existsSync(folder));
  });

  it('leaves nothing when its process is killed (Linux)', async () => {
    holder.kill('SIGKILL');
    await waitUntil('everything has ended', () => marked().length === 0, { seen: marked });
    assert.ok(!existsSync(folder));
  });
});
