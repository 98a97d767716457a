import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { LyncTopologyError } from '../../src/core/errors.ts';
import { readAnnouncement } from '../../src/core/storage/claim.ts';
import { connectEmbedded } from '../../src/deployments/embedded.ts';
import { engineHostProcess } from '../../src/extension/engineHostProcess.ts';
import { createSession, type Session } from '../../src/extension/session.ts';
import { waitUntil } from '../support/waitUntil.ts';

const extension = vscode.extensions.getExtension('lync-topology.lync-topology');
assert.ok(extension);

describe('a session', () => {
  let folder: string;
  let session: Session;
  const errors: unknown[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'session-'));
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const topologyFile = join(folder, 'litware.topology.yaml');
    cpSync(join(workspace, 'litware.topology.yaml'), topologyFile);
    errors.length = 0;
    session = createSession({
      connect: () =>
        connectEmbedded({
          topologyFile,
          dataDirectory: join(folder, '.lync'),
          backgroundCycles: false,
          engine: engineHostProcess(extension.extensionUri),
        }),
      onError: (error) => errors.push(error),
    });
  });

  afterEach(async () => {
    await session[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('connects only when something needs the deployment', async () => {
    assert.equal(session.state.kind, 'idle');
    const connection = await session.connection();
    assert.equal(session.state.kind, 'connected');
    assert.equal(session.live, false);
    assert.equal(session.store.current, undefined);
    assert.equal(await session.connection(), connection);
  });

  it('takes in every change while it is held live, and none when nobody holds it', async () => {
    const held = session.holdLive();
    const second = session.holdLive();
    await waitUntil('the status is known', () => session.store.current !== undefined);
    assert.equal(session.store.current?.initialized, false);
    const connection = await session.connection();
    await connection.execute({ operation: 'init', parameters: {} });
    await waitUntil('the change has arrived', () => session.store.current?.initialized);
    held[Symbol.dispose]();
    held[Symbol.dispose]();
    assert.equal(session.live, true);
    second[Symbol.dispose]();
    assert.equal(session.live, false);
    assert.deepEqual(errors, []);
  });

  it('fails with the reason, and tries again at the next call', async () => {
    const topologyFile = join(folder, 'litware.topology.yaml');
    const aside = join(folder, 'aside');
    cpSync(topologyFile, aside);
    rmSync(topologyFile);
    await assert.rejects(
      () => session.connection(),
      (error) => error instanceof LyncTopologyError && error.code === 'topology-not-found',
    );
    assert.equal(session.state.kind, 'failed');
    cpSync(aside, topologyFile);
    await session.connection();
    assert.equal(session.state.kind, 'connected');
  });

  it('goes on with another engine when its own was killed, and keeps what it shows meanwhile', async () => {
    using _held = session.holdLive();
    await waitUntil('the status is known', () => session.store.current !== undefined);
    const connection = await session.connection();
    const killed = readAnnouncement(connection.dataDirectory)?.pid;
    assert.ok(killed);
    process.kill(killed, 'SIGKILL');
    await waitUntil(
      'another engine runs',
      () => ![killed, undefined].includes(readAnnouncement(connection.dataDirectory)?.pid),
    );
    assert.notEqual(session.store.current, undefined);
    await connection.execute({ operation: 'init', parameters: {} });
    await waitUntil('its changes arrive', () => session.store.current?.initialized);
  });

  it('goes on with what it shows when it is restarted', async () => {
    using _held = session.holdLive();
    await waitUntil('the status is known', () => session.store.current !== undefined);
    const before = await session.connection();
    await session.restart();
    assert.notEqual(await session.connection(), before);
    assert.notEqual(session.store.current, undefined);
    await waitUntil('it is live again', () => session.live);
  });
});
