import assert from 'node:assert/strict';
import { openWorkbench, takeScreenshot, type Workbench } from '../support/workbench.ts';
import { openFile, runCommand, treeRows, treeView } from '../support/workbenchActions.ts';

describe('a window on the sample', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });

  after(() => workbench[Symbol.asyncDispose]());

  it('shows the topology file and opens it', async () => {
    const editor = await openFile(workbench.page, 'litware.topology.yaml');
    assert.match(await editor.innerText(), /lyncTopology/);
    const files = await treeRows(treeView(workbench.page, 'litware'));
    assert.deepEqual(
      files.map(({ label, level }) => ({ label, level })),
      [{ label: 'litware.topology.yaml', level: 1 }],
    );
    await takeScreenshot(workbench.page, 'window-with-topology');
  });

  it('runs a command of the palette', async () => {
    await runCommand(workbench.page, 'View: Toggle Primary Side Bar Visibility');
    await workbench.page.locator('.part.sidebar').waitFor({ state: 'hidden' });
  });
});
