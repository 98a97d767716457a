import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { SemanticTokens, SemanticTokensDelta, SemanticTokensLegend } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { semanticTokens } from '../../../src/core/topology/queries/semanticTokens.ts';
import { difference, type Encoded, encodeTokens } from '../../../src/languageServer/semanticTokens.ts';
import { createText } from '../../../src/languageServer/text.ts';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import { largeTopology } from '../../support/largeTopology.ts';
import { TopologyDocument } from '../topology/imports.ts';
import { blindEdit, knowingEdit, randomTopology, seededRandom } from '../topology/randomEdits.ts';

const litware = readFileSync(new URL('../../../samples/litware/litware.topology.yaml', import.meta.url), 'utf8');
const uri = 'file:///litware.topology.yaml';

const capabilities = {
  textDocument: {
    semanticTokens: {
      requests: { range: true, full: { delta: true } },
      tokenTypes: [],
      tokenModifiers: [],
      formats: ['relative'],
    },
  },
};

/** Each token as `text type modifiers`. */
function readable(text: string, data: readonly number[], legend: SemanticTokensLegend): readonly string[] {
  const document = TextDocument.create(uri, 'lync-topology', 1, text);
  const found: string[] = [];
  let [line, character] = [0, 0];
  for (let index = 0; index < data.length; index += 5) {
    const [deltaLine = 0, deltaCharacter = 0, length = 0, type = 0, modifiers = 0] = data.slice(index, index + 5);
    line += deltaLine;
    character = deltaLine === 0 ? character + deltaCharacter : deltaCharacter;
    const word = document.getText({ start: { line, character }, end: { line, character: character + length } });
    const names = legend.tokenModifiers.filter((_, bit) => (modifiers & (1 << bit)) !== 0);
    found.push([word, legend.tokenTypes[type], ...names].join(' '));
  }
  return found;
}

function tokensOf(document: TopologyDocument): Encoded {
  const text = createText(document.text, 'utf-16');
  return encodeTokens(semanticTokens(document.tree.root), (offset) => text.positionAt(offset).line, 'utf-16');
}

describe('Semantic tokens', () => {
  let client: LanguageClient;
  let legend: SemanticTokensLegend;
  before(async () => {
    client = await startLanguageClient({ inProcess: true, capabilities });
    const { semanticTokensProvider } = client.initialized.capabilities;
    assert.ok(semanticTokensProvider !== undefined);
    legend = semanticTokensProvider.legend;
  });
  after(() => client[Symbol.asyncDispose]());

  const full = async (text: string): Promise<readonly string[]> => {
    await client.open(uri, text);
    const { data } = await client.connection.sendRequest<SemanticTokens>('textDocument/semanticTokens/full', {
      textDocument: { uri },
    });
    return readable(text, data, legend);
  };

  it('tell keys, names by what they name, and words of the format', async () => {
    assert.deepEqual(
      await full(
        'sites:\n  Atlanta: { description: Atlanta }\npools:\n  a.x.com:\n    site: Atlanta\n    edition: Standard\n    release: "2013"\n    hosting: none\n',
      ),
      [
        'sites property',
        'Atlanta namespace declaration',
        'description property',
        'pools property',
        'a.x.com class declaration',
        'site property',
        'Atlanta namespace',
        'edition property',
        'Standard enumMember',
        'release property',
        '"2013" enumMember',
        'hosting property',
      ],
    );
  });

  it('mark short names of modules as deprecated', async () => {
    const text =
      'poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules: [DataConf, UserServices.PresenceFocus, None]\n';
    assert.deepEqual(await full(text), [
      'poolPairs property',
      'pools property',
      'a.x.com class',
      'b.x.com class',
      'backupModules property',
      'DataConf enumMember deprecated',
      'UserServices.PresenceFocus enumMember',
    ]);
  });

  it('tell servers, instances, groups, hosts, cmdlets and roles', async () => {
    const text =
      'availabilityGroups:\n  ag.x.com: { replicas: [s.x.com\\A] }\nvirtualMachines:\n  VM: { primaryHost: hv }\nadminRoles:\n  R: { template: CsHelpDesk, cmdlets: [Get-CsPool] }\nedgePools:\n  e.x.com: { nextHop: a.x.com }\n';
    assert.deepEqual(
      (await full(text)).filter((token) => !token.endsWith(' property')),
      [
        'ag.x.com interface declaration',
        's.x.com\\A variable',
        'VM struct declaration',
        'hv struct',
        'R type declaration',
        'CsHelpDesk type',
        'Get-CsPool function',
        'e.x.com class declaration',
        'a.x.com class',
      ],
    );
  });

  it('are in the order of the text where a key stands between the pools by mistake', async () => {
    const text = 'pools:\n  a.x.com:\n    site: A\ndeployment: L\n  b.x.com:\n    site: B\n';
    assert.deepEqual(await full(text), [
      'pools property',
      'a.x.com class declaration',
      'site property',
      'A namespace',
      'deployment property',
      'b.x.com class declaration',
      'site property',
      'B namespace',
    ]);
  });

  it('stand where something is written, not where an alias repeats it', async () => {
    const text =
      'sites:\n  A: {}\npools:\n  a.x.com: &a\n    edition: Standard\n  b.x.com: *a\n  c.x.com: { site: A }\n';
    assert.deepEqual(
      (await full(text)).filter((token) => !token.endsWith(' declaration')),
      ['sites property', 'pools property', 'edition property', 'Standard enumMember', 'site property', 'A namespace'],
    );
  });

  it('are cut at the ends of lines', async () => {
    const text = 'sites:\n  A:\n    description: x\npools:\n  a.x.com:\n    site: "New\n      York"\n';
    const tokens = await full(text);
    assert.deepEqual(tokens.slice(-2), ['"New namespace', 'York" namespace']);
  });

  it('of a range are those of the parts that it touches', async () => {
    await client.open(uri, litware);
    const start = litware.indexOf('  dal-cs-001');
    const document = client.document(uri);
    const { data } = await client.connection.sendRequest<SemanticTokens>('textDocument/semanticTokens/range', {
      textDocument: { uri },
      range: { start: document.positionAt(start), end: document.positionAt(start + 30) },
    });
    const tokens = readable(litware, data, legend);
    assert.ok(tokens.includes('dal-cs-001.litwareinc.com class declaration'));
    assert.ok(!tokens.includes('backupService property'));
    assert.ok(!tokens.includes('deployment property'));
  });

  it('come as the difference to what the client has', async () => {
    await client.open(uri, litware);
    const first = await client.connection.sendRequest<SemanticTokens>('textDocument/semanticTokens/full', {
      textDocument: { uri },
    });
    const at = litware.indexOf('    edition');
    await client.change(uri, at, at, '    hosting: virtual\n');
    const delta = await client.connection.sendRequest<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', {
      textDocument: { uri },
      previousResultId: first.resultId,
    });
    assert.equal(delta.edits.length, 1);
    assert.ok((delta.edits[0]?.data?.length ?? 0) <= 20, 'only what changed is sent');
    const data = [...first.data];
    for (const { start, deleteCount, data: more = [] } of delta.edits) data.splice(start, deleteCount, ...more);
    const fresh = await client.connection.sendRequest<SemanticTokens>('textDocument/semanticTokens/full', {
      textDocument: { uri },
    });
    assert.deepEqual(data, fresh.data);
    const same = await client.connection.sendRequest<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', {
      textDocument: { uri },
      previousResultId: fresh.resultId,
    });
    assert.deepEqual(same.edits, []);
    const unknown = await client.connection.sendRequest<SemanticTokens>('textDocument/semanticTokens/full/delta', {
      textDocument: { uri },
      previousResultId: 'unknown',
    });
    assert.deepEqual(unknown.data, fresh.data);
  });

  it('are those of a fresh document after each of 300 random edits, and the differences lead there', () => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const random = seededRandom(seed);
      const document = TopologyDocument.open(randomTopology(random, 1 + (seed % 5)));
      let before = tokensOf(document);
      for (let index = 0; index < 20; index += 1) {
        const text = document.text;
        const edit = (random() < 0.7 ? knowingEdit : blindEdit)(random, text);
        document.update([edit]);
        const hint = `seed ${seed}, edit ${index}: ${JSON.stringify(edit)} of ${JSON.stringify(text)}`;
        const after = tokensOf(document);
        assert.deepEqual(after, tokensOf(TopologyDocument.open(document.text)), hint);
        const patched = Array.from(before);
        const change = difference(before, after);
        if (change !== undefined) patched.splice(change.start, change.deleteCount, ...change.data);
        assert.deepEqual(patched, Array.from(after), hint);
        before = after;
        if (random() < 0.5) continue;
        document.update([
          { start: edit.start, end: edit.start + edit.text.length, text: text.slice(edit.start, edit.end) },
        ]);
        before = tokensOf(document);
      }
    }
  });

  it('of what an edit does not touch are kept', () => {
    const document = TopologyDocument.open(largeTopology(2_000));
    const before = new Set(semanticTokens(document.tree.root));
    const at = document.text.indexOf('Dallas', 5_000);
    document.update([{ start: at, end: at + 6, text: 'Atlanta' }]);
    const fresh = semanticTokens(document.tree.root).filter((group) => !before.has(group));
    assert.equal(fresh.length, 1);
  });

  it('are not offered to a client that does not ask for them', async () => {
    await using other = await startLanguageClient({ inProcess: true, capabilities: {} });
    assert.equal(other.initialized.capabilities.semanticTokensProvider, undefined);
    assert.equal(other.initialized.capabilities.inlayHintProvider, undefined);
  });
});
