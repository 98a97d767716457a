import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { startLanguageClient } from '../../support/languageClient.ts';

const server = join(projectFolder, 'src', 'languageServer', 'main.ts');
const commandLine = join(projectFolder, 'src', 'cli', 'main.ts');
const uri = 'file:///a.topology.yaml';

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly ended: Promise<number | null>;
}

function run(...words: readonly string[]): Running {
  const child = spawn(process.execPath, ['--no-warnings', ...words], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  return { child, connection, ended: once(child, 'exit').then(([code]) => code) };
}

const initialize = (connection: MessageConnection, processId: number | null = null): Promise<unknown> =>
  connection.sendRequest('initialize', { processId, rootUri: null, capabilities: {} });

describe('The life of the server', function () {
  this.timeout(20_000);

  it('ends with 0 after a shutdown, and with 1 without one', async () => {
    const [orderly, hasty] = [run(server, '--stdio'), run(server, '--stdio')];
    await Promise.all([initialize(orderly.connection), initialize(hasty.connection)]);
    await orderly.connection.sendRequest('shutdown');
    await orderly.connection.sendNotification('exit');
    await hasty.connection.sendNotification('exit');
    assert.deepEqual(await Promise.all([orderly.ended, hasty.ended]), [0, 1]);
  });

  it('ends when the client closes its end, and when the process of the client is gone', async () => {
    const [closed, orphaned] = [run(server, '--stdio'), run(server, '--stdio')];
    const editor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await Promise.all([initialize(closed.connection), initialize(orphaned.connection, editor.pid ?? null)]);
    closed.child.stdin?.end();
    editor.kill();
    assert.deepEqual(await Promise.all([closed.ended, orphaned.ended]), [1, 1]);
  });

  it('is the same when the command line starts it, whatever else an editor adds', async () => {
    const { connection, ended } = run(commandLine, 'language-server', '--stdio', `--clientProcessId=${process.pid}`);
    await initialize(connection);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await ended, 0);
  });

  it('goes on after messages that are none', async () => {
    const { child, connection, ended } = run(server, '--stdio');
    const say = (content: string): unknown =>
      child.stdin?.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
    await initialize(connection);
    say('{ "jsonrpc": "2.0", ');
    say('[1, 2]');
    say('null');
    say('{"jsonrpc":"2.0","id":77}');
    say('{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":null}}');
    say('{"jsonrpc":"2.0","method":"textDocument/didChange","params":[1]}');
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'x', version: 1, text: 'a: 1' },
    });
    assert.ok(await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }));
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await ended, 0);
  });
});

describe('Requests that cannot be answered', () => {
  const refusals: readonly (readonly [string, object, number])[] = [
    ['textDocument/hover', {}, -32602],
    ['textDocument/hover', { textDocument: { uri } }, -32602],
    ['textDocument/hover', { textDocument: { uri }, position: { line: -1, character: 'x' } }, -32602],
    ['textDocument/codeAction', { textDocument: { uri }, range: {}, context: { diagnostics: [] } }, -32602],
    ['textDocument/diagnostic', { textDocument: 7 }, -32602],
    ['textDocument/nonsense', {}, -32601],
    ['initialize', { processId: null, rootUri: null, capabilities: {} }, -32600],
  ];

  for (const [method, parameters, code] of refusals) {
    it(`get the protocol's error: ${method} with ${JSON.stringify(parameters)}`, async () => {
      await using client = await startLanguageClient({ inProcess: true });
      await client.open(uri, 'lyncTopology: 1\n');
      await assert.rejects(client.connection.sendRequest(method, parameters), { code });
      assert.deepEqual(
        client.log.filter(({ type }) => type === 1),
        [],
      );
    });
  }

  it('get one before the start and after the shutdown', async () => {
    const early = run(server, '--stdio');
    const hover = { textDocument: { uri }, position: { line: 0, character: 0 } };
    await assert.rejects(early.connection.sendRequest('textDocument/hover', hover), { code: -32002 });
    await initialize(early.connection);
    await early.connection.sendRequest('shutdown');
    await assert.rejects(early.connection.sendRequest('textDocument/hover', hover), { code: -32600 });
    await early.connection.sendNotification('exit');
    assert.equal(await early.ended, 0);
  });
});

describe('The trace of the server', () => {
  it('is written while the client wants it', async () => {
    await using client = await startLanguageClient({ inProcess: true });
    const traced: string[] = [];
    client.connection.onNotification('$/logTrace', ({ message }: { message: string }) => void traced.push(message));
    await client.open(uri, 'lyncTopology: 1\n');
    await client.hover(uri, 0);
    await client.connection.sendNotification('$/setTrace', { value: 'messages' });
    await client.hover(uri, 0);
    await client.connection.sendNotification('$/setTrace', { value: 'off' });
    await client.hover(uri, 0);
    assert.deepEqual(
      traced.map((line) => line.replace(/[\d.]+ ms/, 'N ms')),
      ['textDocument/hover: N ms'],
    );
    assert.ok(client.log.some(({ message }) => message.startsWith('textDocument/hover: ')));
  });
});
