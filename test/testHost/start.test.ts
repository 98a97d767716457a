import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';
import { launchBrowser } from '../../scripts/testHost/browser.ts';
import { openScratch } from '../../scripts/testHost/scratch.ts';
import { processesMarked } from '../support/processes.ts';
import { waitUntil } from '../support/waitUntil.ts';

const markName = 'LYNC_TOPOLOGY_TEST_OF_START';

describe('npm start without a desktop VS Code', () => {
  it('prints an address that opens the sample, and leaves nothing after Ctrl+C (Linux)', async function () {
    if (process.platform !== 'linux') return this.skip();
    this.timeout(180_000);
    await using scratch = openScratch();
    const mark = randomUUID();
    const program = join(projectFolder, 'scripts', 'start.ts');
    const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...withoutDisplay } = process.env;
    const run = spawn(process.execPath, [program, '--browser'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...withoutDisplay, [markName]: mark },
    });
    const marked = () => processesMarked(`${markName}=${mark}`);
    try {
      let output = '';
      run.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      const address = await waitUntil('the address is printed', () => /http:\S+/.exec(output)?.[0], {
        deadline: 120_000,
        seen: () => output,
      });
      const browser = await launchBrowser(scratch);
      const page = await browser.newPage();
      await page.goto(address);
      await page.getByRole('treeitem', { name: /litware\.topology\.yaml/ }).waitFor({ timeout: 60_000 });
      const answer = await fetch(address.replace(/tkn=[^&]*/, 'tkn=wrong'));
      assert.equal(answer.status, 403, 'someone without the secret gets in');
      await browser.close();
      run.kill('SIGINT');
      const [status] = await once(run, 'close');
      assert.equal(status, 0);
      await waitUntil('every process has ended', () => marked().length === 0, { seen: marked });
    } finally {
      for (const { pid } of marked()) process.kill(pid, 'SIGKILL');
    }
  });
});
