import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  type DocumentDiagnosticReport,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';

const misspelled = 'lyncTopology: 1\ndeployment: Litware\npols: {}\n';
const right = 'lyncTopology: 1\ndeployment: Litware\n';
const pulling = { textDocument: { diagnostic: {}, publishDiagnostics: {} }, workspace: { workspaceFolders: true } };

let folder: string;
const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
const write = (name: string, text: string | Buffer): Promise<void> => writeFile(join(folder, name), text);
const start = (
  capabilities: object,
  folders: readonly string[] = [pathToFileURL(folder).href],
): Promise<LanguageClient> => startLanguageClient({ inProcess: true, capabilities, folders });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lync-topology-workspace-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('Diagnostics that the client asks for', () => {
  const pull = (client: LanguageClient, uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> =>
    client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri }, previousResultId });

  it('are those of the text as it is, and unchanged where nothing else is to be said', async () => {
    await using client = await start(pulling, []);
    await client.open('file:///a.topology.yaml', misspelled, { unreported: true });
    const first = await pull(client, 'file:///a.topology.yaml');
    assert.ok(first.kind === 'full');
    assert.deepEqual(
      first.items.map(({ code, range }) => [code, range.start]),
      [['unknown-key', { line: 2, character: 0 }]],
    );
    assert.deepEqual(await pull(client, 'file:///a.topology.yaml', first.resultId), {
      kind: 'unchanged',
      resultId: first.resultId,
    });
    await client.type('file:///a.topology.yaml', 0, 0, '# one line more\n');
    const second = await pull(client, 'file:///a.topology.yaml', first.resultId);
    assert.ok(second.kind === 'full' && second.items[0]?.range.start.line === 3);
  });

  it('are not pushed to it as well', async () => {
    await using client = await start(pulling, []);
    const pushed: unknown[] = [];
    client.connection.onNotification('textDocument/publishDiagnostics', (parameters) => void pushed.push(parameters));
    await client.open('file:///a.topology.yaml', misspelled, { unreported: true });
    await pull(client, 'file:///a.topology.yaml');
    await client.connection.sendNotification('textDocument/didClose', {
      textDocument: { uri: 'file:///a.topology.yaml' },
    });
    assert.deepEqual(
      await pull(client, 'file:///a.topology.yaml').then((report) => 'items' in report && report.items),
      [],
    );
    assert.deepEqual(pushed, []);
  });
});

describe('Diagnostics of the workspace', () => {
  const pull = async (
    client: LanguageClient,
    previous: readonly WorkspaceDocumentDiagnosticReport[] = [],
  ): Promise<readonly WorkspaceDocumentDiagnosticReport[]> => {
    const previousResultIds = previous.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' }));
    const report = await client.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds,
    });
    return report.items;
  };
  const codes = (reports: readonly WorkspaceDocumentDiagnosticReport[]): Record<string, unknown> =>
    Object.fromEntries(
      reports.map((report) => [
        decodeURI(report.uri).split(/[\\/]/).at(-1),
        report.kind === 'full' ? report.items.map(({ code }) => code) : report.kind,
      ]),
    );

  it('speak of every topology file, of the open ones as they are in the editor', async () => {
    await mkdir(join(folder, 'deep', 'deeper'), { recursive: true });
    await mkdir(join(folder, 'node_modules'));
    await symlink(folder, join(folder, 'deep', 'round'));
    for (const name of ['a.topology.yaml', 'deep/deeper/b c.topology.yml', 'node_modules/c.topology.yaml', 'd.yaml'])
      await write(name, misspelled);
    await write('e.topology.yaml', Buffer.from('lyncTopology: 1\ndeployment: B\xfcro\n', 'latin1'));
    await using client = await start(pulling);
    await client.open(uriOf('a.topology.yaml'), right, { unreported: true });
    const reports = await pull(client);
    assert.deepEqual(codes(reports), {
      'a.topology.yaml': [],
      'b c.topology.yml': ['unknown-key'],
      'e.topology.yaml': ['yaml-syntax'],
    });
    assert.deepEqual(
      reports.map(({ version }) => version),
      [1, null, null],
    );
  });

  it('are unchanged, changed or gone as the files are', async () => {
    for (const name of ['a', 'b', 'c']) await write(`${name}.topology.yaml`, misspelled);
    await using client = await start(pulling);
    const first = await pull(client);
    await write('b.topology.yaml', right);
    await rm(join(folder, 'c.topology.yaml'));
    assert.deepEqual(codes(await pull(client, first)), {
      'a.topology.yaml': 'unchanged',
      'b.topology.yaml': [],
      'c.topology.yaml': [],
    });
  });

  it('follow the settings', async () => {
    await write('a.topology.yaml', misspelled);
    await using client = await start(pulling);
    const first = await pull(client);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { diagnostics: { severity: { 'unknown-key': 'off' } } },
    });
    assert.deepEqual(codes(await pull(client, first)), { 'a.topology.yaml': [] });
  });

  it('come in parts with progress where the client wants that', async () => {
    for (let index = 0; index < 45; index += 1) await write(`${index}.topology.yaml`, misspelled);
    await using client = await start(pulling);
    const said: { token: string; value: { kind?: string; items?: readonly unknown[] } }[] = [];
    client.connection.onNotification('$/progress', (parameters) => void said.push(parameters));
    const report = await client.connection.sendRequest('workspace/diagnostic', {
      previousResultIds: [],
      workDoneToken: 'work',
      partialResultToken: 'parts',
    });
    assert.deepEqual(report, { items: [] });
    const of = (token: string) => said.filter((each) => each.token === token).map(({ value }) => value);
    assert.deepEqual(
      of('parts').map(({ items }) => items?.length),
      [20, 20, 5],
    );
    assert.deepEqual(
      of('work').map(({ kind }) => kind),
      ['begin', 'report', 'report', 'end'],
    );
  });

  it('end when they are cancelled', async () => {
    for (let index = 0; index < 50; index += 1) await write(`${index}.topology.yaml`, misspelled);
    await using client = await start(pulling);
    const cancelling = new CancellationTokenSource();
    const emptied: string[] = [];
    client.connection.onNotification('$/progress', ({ value }: { value: WorkspaceDiagnosticReportPartialResult }) => {
      for (const item of value.items) if (item.kind === 'full' && item.items.length === 0) emptied.push(item.uri);
      cancelling.cancel();
    });
    const request = client.connection.sendRequest(
      'workspace/diagnostic',
      { previousResultIds: [{ uri: uriOf('9.topology.yaml'), value: 'before' }], partialResultToken: 'parts' },
      cancelling.token,
    );
    await assert.rejects(request, { code: -32800 });
    assert.deepEqual(emptied, [], 'a file that was not reached is not gone');
  });

  it('follow folders that come and go', async () => {
    await write('a.topology.yaml', misspelled);
    await using client = await start(pulling, []);
    assert.deepEqual(await pull(client), []);
    const event = { added: [{ uri: pathToFileURL(folder).href, name: 'a' }], removed: [] };
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    assert.deepEqual(codes(await pull(client)), { 'a.topology.yaml': ['unknown-key'] });
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [], removed: event.added },
    });
    assert.deepEqual(await pull(client), []);
  });

  it('look again at once for a file that the client says is new, and has it ask again', async () => {
    await using client = await startLanguageClient({
      inProcess: true,
      folders: [pathToFileURL(folder).href],
      capabilities: {
        ...pulling,
        workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, diagnostics: { refreshSupport: true } },
      },
    });
    await client.registered('workspace/didChangeWatchedFiles');
    assert.deepEqual(await pull(client), []);
    const refreshed = new Promise((resolve) => {
      client.connection.onRequest('workspace/diagnostic/refresh', () => {
        resolve(undefined);
        return null;
      });
    });
    await write('a.topology.yaml', misspelled);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('a.topology.yaml'), type: 1 }],
    });
    await refreshed;
    assert.deepEqual(codes(await pull(client)), { 'a.topology.yaml': ['unknown-key'] });
  });

  it('are pushed to a client that does not ask, and taken back', async () => {
    await write('a.topology.yaml', misspelled);
    await using client = await start({ workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } });
    const uri = uriOf('a.topology.yaml');
    await client.diagnosticsWhere(uri, ({ diagnostics }) => diagnostics.length === 1);
    await client.open(uri, right);
    await client.diagnosticsWhere(uri, ({ diagnostics }) => diagnostics.length === 0);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await client.diagnosticsWhere(uri, ({ diagnostics }) => diagnostics.length === 1);
    await rm(join(folder, 'a.topology.yaml'));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 3 }] });
    await client.diagnosticsWhere(uri, ({ diagnostics }) => diagnostics.length === 0);
  });
});
