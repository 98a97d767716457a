import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';

const lockModule = pathToFileURL(join(projectFolder, 'scripts', 'bootstrap', 'folderLock.mjs')).href;

/** Says `waiting`, `in` and `out`; holds the lock until a line comes in. */
const program = `
  import { once } from 'node:events';
  import { withLock } from ${JSON.stringify(lockModule)};
  const say = (word) => process.stdout.write(word + '\\n');
  await withLock(process.argv[1], () => say('waiting'), async () => {
    say('in');
    await once(process.stdin, 'data');
    say('out');
  });
  process.exit();
`;

describe('the lock of a folder', () => {
  let folder: string;
  let file: string;
  const holders: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-'));
    file = join(folder, 'below', 'x.lock');
  });

  afterEach(() => {
    for (const holder of holders.splice(0)) holder.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('lets one process in and then the other', async () => {
    const first = hold();
    await said(first, 'in');
    const second = hold();
    await said(second, 'waiting');
    first.stdin?.write('go\n');
    await said(second, 'in');
    second.stdin?.write('go\n');
    await once(second, 'close');
    assert.ok(!existsSync(file));
  });

  it('does not wait for a process that was killed', async () => {
    const first = hold();
    await said(first, 'in');
    first.kill('SIGKILL');
    await once(first, 'close');
    assert.ok(existsSync(file));
    await said(hold(), 'in');
  });

  function hold(): ChildProcess {
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', program, file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    holders.push(holder);
    return holder;
  }
});

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.split('\n').includes(word)) resolve();
    });
    child.once('close', () => reject(new Error(`ended without saying “${word}”: ${text}`)));
  });
}
