import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';
import { openWorkbench, takeScreenshot, type Workbench } from '../support/workbench.ts';
import { openFile, openViewContainer, waitForProblem } from '../support/workbenchActions.ts';

const maximumBytes = 1_000_000;

describe('the packed extension', function () {
  this.timeout(240_000);
  let folder: string;
  let vsix: string;
  let workbench: Workbench | undefined;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-'));
    vsix = join(folder, 'lync-topology.vsix');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(projectFolder, 'scripts', 'package.ts'), '--out', vsix],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  after(async () => {
    await workbench?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it('is small', () => {
    assert.ok(statSync(vsix).size <= maximumBytes, `${statSync(vsix).size} bytes`);
  });

  it('holds the published schema at its stable path', () => {
    // Names stand in an archive as they are.
    assert.ok(readFileSync(vsix).includes('extension/schemas/lync-topology.schema.json'));
  });

  it('is activated by the sample and finds a mistake in it', async () => {
    workbench = await openWorkbench({ vsix });
    const { page } = workbench;
    const editor = await openFile(page, 'litware.topology.yaml');
    await openViewContainer(page, 'Lync Topology');
    await page.getByText('Initialise Data Directory').first().waitFor();
    await editor.click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('notATopologyKey: 1');
    await waitForProblem(page, /notATopologyKey/);
    await takeScreenshot(page, 'vsix-running');
  });
});
