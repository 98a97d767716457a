import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { connectEmbedded } from '../../src/deployments/embedded.ts';
import { createDeployments, type Deployments } from '../../src/extension/deployments.ts';
import { engineHostProcess } from '../../src/extension/engineHostProcess.ts';
import { waitUntil } from '../support/waitUntil.ts';

const extension = vscode.extensions.getExtension('lync-topology.lync-topology');
assert.ok(extension);

describe('a topology file that is changed while its engine runs', () => {
  let folder: string;
  let topology: vscode.Uri;
  let deployments: Deployments;
  const written = new vscode.EventEmitter<vscode.Uri>();
  const unpublished: string[] = [];
  const errors: unknown[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'publication-'));
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    topology = vscode.Uri.file(join(folder, 'litware.topology.yaml'));
    cpSync(join(workspace, 'litware.topology.yaml'), topology.fsPath);
    deployments = createDeployments({
      topologies: {
        files: [topology],
        active: topology,
        onDidChange: new vscode.EventEmitter<void>().event,
        onDidChangeContent: written.event,
        found: Promise.resolve(),
        choose: async () => topology,
        require: async () => topology,
        dispose: () => {},
      },
      connect: () =>
        connectEmbedded({
          topologyFile: topology.fsPath,
          dataDirectory: join(folder, '.lync'),
          backgroundCycles: false,
          unpublished: true,
          engine: engineHostProcess(extension.extensionUri),
        }),
      onUnpublished: (changed) => unpublished.push(changed.fsPath),
      onError: (error) => errors.push(error),
    });
  });
  after(async () => {
    await deployments[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is offered to be published, and the engine works with the one before until it is', async () => {
    const connection = await deployments.active?.connection();
    assert.ok(connection);
    const text = readFileSync(topology.fsPath, 'utf8');
    writeFileSync(topology.fsPath, text.replace('syncInterval: 00:02:00', 'syncInterval: 00:09:00'));
    written.fire(topology);
    await waitUntil('the offer is made', () => unpublished.length > 0);
    assert.equal((await connection.status()).backgroundCycles.syncInterval, 120_000);
    await connection.execute({ operation: 'Publish-CsTopology', parameters: {} });
    assert.equal((await connection.status()).backgroundCycles.syncInterval, 540_000);
    assert.equal(await deployments.active?.connection(), connection);
    assert.deepEqual(errors, []);
  });
});
