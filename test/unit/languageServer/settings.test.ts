import assert from 'node:assert/strict';
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { readClientSettings } from '../../../src/languageServer/settings.ts';
import { type LanguageClientOptions, startLanguageClient } from '../../support/languageClient.ts';

const uri = 'file:///misspelled.topology.yaml';
const misspelled = 'lyncTopology: 1\ndeployment: Litware\npols: {}\n';
const switchedOff = { diagnostics: { severity: { 'unknown-key': 'off' } } };

describe('Settings of a client', () => {
  it('have a value each when nothing is said', () => {
    assert.deepEqual(readClientSettings(undefined, null, 3, []), {
      settings: { severities: {}, supportEnds: {}, inlayHints: true, shareMappings: {} },
      passedOver: [],
    });
  });

  it('are read from the section itself and from all settings of an editor', () => {
    const section = {
      diagnostics: { severity: { 'unknown-key': 'hint' }, supportEnds: { 'Lync Server 2013': '2023-04-11' } },
      inlayHints: false,
      shareMappings: { '\\\\files\\share': '/srv/share' },
      documentationRoot: 'file:///product',
      trace: { server: 'off' },
    };
    const expected = {
      severities: { 'unknown-key': 'hint' },
      supportEnds: { 'Lync Server 2013': '2023-04-11' },
      inlayHints: false,
      shareMappings: { '\\\\files\\share': '/srv/share' },
      documentationRoot: 'file:///product',
    };
    assert.deepEqual(readClientSettings(section), { settings: expected, passedOver: [] });
    assert.deepEqual(readClientSettings({ lyncTopology: section }), { settings: expected, passedOver: [] });
  });

  it('keep from earlier sources what a later one says nothing of', () => {
    const { settings } = readClientSettings(
      { documentationRoot: 'file:///a', inlayHints: false },
      { inlayHints: true },
    );
    assert.equal(settings.documentationRoot, 'file:///a');
    assert.equal(settings.inlayHints, true);
  });

  it('lose only the values that are wrong, with a sentence for each', () => {
    const { settings, passedOver } = readClientSettings({
      diagnostics: {
        severity: { 'unknown-key': 'loud', 'missing-key': 'warning', nonsense: 'off' },
        supportEnds: { A: 'soon', B: '2026-10-13' },
      },
      inlayHints: 'yes',
      shareMappings: [],
    });
    assert.deepEqual(settings, {
      severities: { 'missing-key': 'warning' },
      supportEnds: { B: '2026-10-13' },
      inlayHints: true,
      shareMappings: {},
    });
    assert.deepEqual(passedOver, [
      'The setting diagnostics.severity["unknown-key"] is not one of error, warning, information, hint, off and is passed over.',
      'The setting diagnostics.severity names "nonsense", which is no rule.',
      'The setting diagnostics.supportEnds["A"] is not a day such as 2026-10-13 and is passed over.',
      'The setting inlayHints is not true or false and is passed over.',
      'The setting shareMappings is not an object and is passed over.',
    ]);
  });
});

describe('Settings over the protocol', () => {
  const codesWith = async (options: LanguageClientOptions): Promise<readonly unknown[]> => {
    await using client = await startLanguageClient({ inProcess: true, ...options });
    const { diagnostics } = await client.open(uri, misspelled);
    return diagnostics.map(({ code }) => code);
  };

  it('come with the start', async () => {
    assert.deepEqual(await codesWith({}), ['unknown-key']);
    assert.deepEqual(await codesWith({ initializationOptions: switchedOff }), []);
  });

  it('are asked for where the client can be asked, and again when it says that they changed', async () => {
    const asked: unknown[] = [];
    let answer: unknown = switchedOff;
    await using client = await startLanguageClient({
      inProcess: true,
      configuration: (section) => {
        asked.push(section);
        return answer;
      },
    });
    await client.open(uri, misspelled);
    await client.diagnosticsWhere(uri, ({ diagnostics }) => diagnostics.length === 0);
    answer = {};
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    const reported = await client.diagnosticsWhere(uri, ({ diagnostics }) => diagnostics.length > 0);
    assert.equal(reported.diagnostics[0]?.code, 'unknown-key');
    assert.deepEqual(asked, ['lyncTopology', 'lyncTopology']);
  });

  it('say when the support of a product ends', async () => {
    const text = 'lyncTopology: 1\ndeployment: L\npools:\n  a.b.c: { site: X, edition: Standard, release: "2013" }\n';
    await using client = await startLanguageClient({ inProcess: true, capabilities: {} });
    const isReported = ({ diagnostics }: PublishDiagnosticsParams): boolean =>
      diagnostics.some(({ code }) => code === 'out-of-support');
    assert.ok(isReported(await client.open(uri, text)));
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { diagnostics: { supportEnds: { 'Lync Server 2013': '2999-12-31' } } },
    });
    await client.diagnosticsWhere(uri, (published) => !isReported(published));
  });

  it('are pushed where it cannot be asked, and a wrong one is passed over with a line in the log', async () => {
    await using client = await startLanguageClient({ inProcess: true, capabilities: {} });
    assert.equal((await client.open(uri, misspelled)).diagnostics.length, 1);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { lyncTopology: { ...switchedOff, inlayHints: 3 } },
    });
    await client.diagnosticsWhere(uri, ({ diagnostics }) => diagnostics.length === 0);
    assert.ok(client.log.some(({ message }) => message.startsWith('The setting inlayHints is not true or false')));
  });

  it('are followed by questions of the client for what it shows', async () => {
    const refreshSupport = { refreshSupport: true };
    await using client = await startLanguageClient({
      inProcess: true,
      capabilities: {
        workspace: { diagnostics: refreshSupport, inlayHint: refreshSupport, semanticTokens: refreshSupport },
      },
    });
    const kinds = ['diagnostic', 'inlayHint', 'semanticTokens'];
    const asked = kinds.map((kind) => {
      return new Promise((resolve) =>
        client.connection.onRequest(`workspace/${kind}/refresh`, () => resolve(null) ?? null),
      );
    });
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: switchedOff });
    await Promise.all(asked);
  });
});
