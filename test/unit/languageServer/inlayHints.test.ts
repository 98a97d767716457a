import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { InlayHint } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import { TopologyDocument } from '../topology/imports.ts';

const litware = readFileSync(new URL('../../../samples/litware/litware.topology.yaml', import.meta.url), 'utf8');
const uri = 'file:///litware.topology.yaml';
const capabilities = { textDocument: { inlayHint: {} } };

const pools = 'pools:\n  a.x.com: { centralManagement: active }\n  b.x.com: {}\n';

/** Text, label of the one hint, and the text once it is accepted. */
const cases: readonly (readonly [string, string, string, string])[] = [
  [
    'defaults of the Backup Service in braces',
    'backupService: { syncInterval: 00:01:00, maxBatchesPerCmsSync: 1, maxConcurrentCalls: 5 }\n',
    '2 defaults',
    'backupService: { syncInterval: 00:01:00, maxBatchesPerCmsSync: 1, maxConcurrentCalls: 5, maxBatchesPerUserStoreSync: 500, maxDataConfPackageSizeKB: 102400 }\n',
  ],
  [
    'all defaults of the Backup Service',
    'backupService: {}\n',
    '5 defaults',
    'backupService: { syncInterval: 00:02:00, maxBatchesPerUserStoreSync: 500, maxBatchesPerCmsSync: 500, maxDataConfPackageSizeKB: 102400, maxConcurrentCalls: 10 }\n',
  ],
  [
    'a window under its first key',
    'virtualMachines:\n  VM:\n    primaryHost: h\n    autoResynchronize:\n      enabled: true # yes\n    disks: [a]\n',
    'start: "18:30", end: "06:00"',
    'virtualMachines:\n  VM:\n    primaryHost: h\n    autoResynchronize:\n      enabled: true # yes\n      start: "18:30"\n      end: "06:00"\n    disks: [a]\n',
  ],
  [
    'the port of a listener, with CRLF',
    'availabilityGroups:\r\n  ag.x.com:\r\n    replicas: [s.x.com]\r\n',
    'listenerPort: 1433',
    'availabilityGroups:\r\n  ag.x.com:\r\n    replicas: [s.x.com]\r\n    listenerPort: 1433\r\n',
  ],
  [
    'the modules of a pair',
    `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n    voiceFailover: {}\n`,
    'PresenceFocus, DataConf, CMSMaster',
    `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules: [UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster]\n    voiceFailover: {}\n`,
  ],
  [
    'the modules of a pair in braces',
    `${pools}poolPairs: [{ pools: [a.x.com, b.x.com] }]\n`,
    'PresenceFocus, DataConf, CMSMaster',
    `${pools}poolPairs: [{ pools: [a.x.com, b.x.com], backupModules: [UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster] }]\n`,
  ],
  [
    'the long name of a module',
    `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules: [ConfServices.DataConf, cmsmaster]\n`,
    'CentralMgmt.CMSMaster',
    `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules: [ConfServices.DataConf, CentralMgmt.CMSMaster]\n`,
  ],
];

describe('Inlay hints', () => {
  let client: LanguageClient;
  beforeEach(async () => {
    client = await startLanguageClient({ inProcess: true, capabilities });
  });
  afterEach(() => client[Symbol.asyncDispose]());

  const hints = (from: number, to: number): Promise<readonly InlayHint[] | null> => {
    const document = client.document(uri);
    const range = { start: document.positionAt(from), end: document.positionAt(to) };
    return client.connection.sendRequest('textDocument/inlayHint', { textDocument: { uri }, range });
  };

  for (const [what, text, label, accepted] of cases) {
    it(`show ${what}, and write it into the file`, async () => {
      await client.open(uri, text);
      const found = (await hints(0, text.length)) ?? [];
      assert.deepEqual(
        found.map((hint) => hint.label),
        [label],
      );
      const [hint] = found;
      const after = TextDocument.applyEdits(client.document(uri), [...(hint?.textEdits ?? [])]);
      assert.equal(after, accepted);
      const codes = TopologyDocument.open(after).diagnostics.map(({ code }) => code);
      assert.ok(!codes.includes('yaml-syntax') && !codes.includes('unknown-key'), codes.join());
      await client.change(uri, 0, text.length, after);
      assert.deepEqual(await hints(0, after.length), []);
    });
  }

  it('are those of the range that is asked for', async () => {
    await client.open(uri, litware);
    const at = litware.indexOf('backupService:');
    assert.deepEqual(await hints(0, at - 1), []);
    const [hint, ...others] = (await hints(at, litware.length)) ?? [];
    assert.deepEqual(others, []);
    assert.equal(hint?.label, '4 defaults');
    assert.equal(hint?.position.line, client.document(uri).positionAt(at).line);
    assert.ok(typeof hint.tooltip === 'object');
    assert.match(hint.tooltip.value, /\*\*maxConcurrentCalls\*\*[^*]*\n- Default: `10`/);
  });

  it('leave out what stands outside of the range in the same pair', async () => {
    const text =
      'poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules:\n      - DataConf\n      - PresenceFocus\n';
    await client.open(uri, text);
    const found = (await hints(text.indexOf('      - PresenceFocus'), text.length)) ?? [];
    assert.deepEqual(
      found.map(({ label }) => label),
      ['UserServices.PresenceFocus'],
    );
  });

  it('are nothing for a section that is not written, and for what an alias stands for', async () => {
    const text = 'backupService: &b { syncInterval: 00:02:00 }\nobjectives: *b\n';
    await client.open(uri, text);
    assert.equal((await hints(0, text.length))?.length, 1);
    await client.change(uri, 0, text.length, 'lyncTopology: 1\ndeployment: Litware\n');
    assert.deepEqual(await hints(0, 30), []);
  });

  it('are switched off in the settings', async () => {
    await client.open(uri, litware);
    assert.equal((await hints(0, litware.length))?.length, 1);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { lyncTopology: { inlayHints: false } },
    });
    assert.deepEqual(await hints(0, litware.length), []);
  });
});
