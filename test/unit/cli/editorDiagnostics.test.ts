/** `validate` says exactly what the language server says, of every rule's example and of the samples. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { checkBytes } from '../../../src/cli/checkedFile.ts';
import { presentFiles } from '../../../src/cli/render/diagnosticsJson.ts';
import { severities } from '../../../src/core/topology/diagnostics.ts';
import { ruleDefinitions } from '../../../src/core/topology/rules/all.ts';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import { completed, readMarks } from '../topology/marked.ts';

interface Said {
  readonly range: unknown;
  readonly severity: string | undefined;
  readonly code: unknown;
  readonly message: unknown;
  readonly related: readonly { readonly range: unknown; readonly message: unknown }[];
}

interface Presented extends Said {
  readonly severity: string;
}

function validated(name: string, text: string): readonly Said[] {
  // The form that `--format json` writes, read back as a script reads it.
  const [file]: { diagnostics: Presented[] }[] = JSON.parse(
    JSON.stringify(presentFiles([checkBytes(name, Buffer.from(text), {})])),
  );
  return (file?.diagnostics ?? []).map(({ range, severity, code, message, related }) => ({
    range,
    severity,
    code,
    message,
    related: related.map((place) => ({ range: place.range, message: place.message })),
  }));
}

async function edited(client: LanguageClient, name: string, text: string): Promise<readonly Said[]> {
  const { diagnostics } = await client.open(pathToFileURL(join('/', name)).href, text);
  return diagnostics.map(({ range, severity, code, message, relatedInformation = [] }) => ({
    range,
    severity: severities[(severity ?? 1) - 1],
    code,
    message,
    related: relatedInformation.map((related) => ({ range: related.location.range, message: related.message })),
  }));
}

describe('validate and the editor', () => {
  let client: LanguageClient;
  before(async () => {
    client = await startLanguageClient({ inProcess: true });
  });
  after(() => client[Symbol.asyncDispose]());

  const texts = new Map<string, string>([
    ...ruleDefinitions.map(({ code, wrong }) => [`${code}.topology.yaml`, completed(readMarks(wrong).text)] as const),
    ...globSync('samples/*/*.topology.yaml', { cwd: projectFolder }).map(
      (name) => [name, readFileSync(join(projectFolder, name), 'utf8')] as const,
    ),
    ['mixed.topology.yaml', 'lyncTopology: 1\r\nsites: {}\rpools:\n\tx: 東京\r\n  y: [😀, *none]\n'],
    ['empty.topology.yaml', ''],
  ]);

  it('say the same of every rule example and every sample', async () => {
    assert.ok([...texts.keys()].filter((name) => name.startsWith('samples')).length >= 2);
    let found = 0;
    for (const [name, text] of texts) {
      const inEditor = await edited(client, name, text);
      assert.deepEqual(validated(name, text), inEditor, name);
      found += inEditor.length;
    }
    assert.ok(found > ruleDefinitions.length, `${found} findings were compared`);
  });
});
