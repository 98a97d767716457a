import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startLanguageClient } from '../../support/languageClient.ts';
import { largeTopology } from '../../support/largeTopology.ts';
import { editAtRandom } from './randomEdits.ts';

describe('Random edits over the protocol', function () {
  this.timeout(120_000);
  const { stackTraceLimit } = Error;
  before(() => {
    // Every error of the YAML library takes a stack trace, which nobody reads.
    Error.stackTraceLimit = 0;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('leave the server with what one says that has just opened the text', async () => {
    const { edits, comparisons, mostLines } = await editAtRandom({ seed: 50, edits: 2_000 });
    assert.ok(
      edits >= 2_000 && comparisons > 200 && mostLines > 1_000,
      JSON.stringify({ edits, comparisons, mostLines }),
    );
  });

  it('leave nothing behind in memory', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    assert.ok(typeof collect === 'function');
    await using client = await startLanguageClient({
      inProcess: true,
      capabilities: { textDocument: { diagnostic: {} } },
    });
    const uri = 'file:///long.topology.yaml';
    const text = largeTopology(2_000);
    await client.open(uri, text, { unreported: true });
    const at = text.indexOf('release') - 1;
    const edit = async (times: number): Promise<number> => {
      for (let index = 0; index < times; index += 1) {
        await client.type(uri, at, at, ` # ${index}\n   `);
        await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
        await client.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri } });
        await client.type(uri, at, at + ` # ${index}\n   `.length, '');
      }
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await edit(60);
    const grown = (await edit(120)) - before;
    assert.ok(grown < 2_000_000, `${grown} bytes after 240 more edits`);
  });
});
