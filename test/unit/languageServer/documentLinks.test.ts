import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver/node';
import { createFolderCheck } from '../../../src/languageServer/folderCheck.ts';
import { folderOfShare } from '../../../src/languageServer/shareFolders.ts';
import { startLanguageClient } from '../../support/languageClient.ts';
import { uri } from './goingAround.ts';

const text = `# lync-topology-disable-next-line unknown-key, no-such-rule
site: {}
pools:
  a.b: { fileShare: \\\\fs.a.b\\LyncShare } # lync-topology-disable-line missing-key
  c.d:
    fileShare: "\\\\\\\\FS.a.b\\\\Data\\\\gone"
  e.f: { fileShare: \\\\fs.a.b\\Data\\kept }
`;

/** The text of each link, and where it leads once somebody follows it. */
async function linksOf(initializationOptions: object): Promise<readonly (readonly [string, string | undefined])[]> {
  await using client = await startLanguageClient({ inProcess: true, initializationOptions });
  await client.open(uri, text);
  const links = await client.connection.sendRequest<DocumentLink[]>('textDocument/documentLink', {
    textDocument: { uri },
  });
  assert.ok(
    links.every(({ target }) => target === undefined),
    'resolved lazily',
  );
  return Promise.all(
    links.map(async (link) => {
      const { target } = await client.connection.sendRequest<DocumentLink>('documentLink/resolve', link);
      return [client.document(uri).getText(link.range), target] as const;
    }),
  );
}

describe('document links', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lync-topology-links-'));
    await mkdir(join(folder, 'kept'));
  });
  after(() => rm(folder, { recursive: true }));

  it('lead from rules in comments to their pages', async () => {
    assert.deepEqual(await linksOf({ documentationRoot: 'https://example.test/product' }), [
      ['unknown-key', 'https://example.test/product/docs/rules/unknown-key.md'],
      ['missing-key', 'https://example.test/product/docs/rules/missing-key.md'],
    ]);
  });

  it('are none without an address of the documentation and without mappings', async () => {
    assert.deepEqual(await linksOf({}), []);
  });

  it('lead from shares to the folders that they are mapped to, where those exist', async () => {
    assert.deepEqual(
      await linksOf({ shareMappings: { '\\\\FS.A.B\\Data': folder, '\\\\fs.a.b\\LyncShare': '/nowhere' } }),
      [['\\\\fs.a.b\\Data\\kept', pathToFileURL(join(folder, 'kept')).href]],
    );
  });
});

describe('the tooltip of a link', () => {
  it('is there for a client that shows it', async () => {
    for (const tooltipSupport of [true, false]) {
      const capabilities = { textDocument: { documentLink: { tooltipSupport } } };
      const initializationOptions = { documentationRoot: 'file:///product' };
      await using client = await startLanguageClient({ inProcess: true, capabilities, initializationOptions });
      await client.open(uri, text);
      const link = {
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
        data: { rule: 'missing-key' },
      };
      const { tooltip } = await client.connection.sendRequest<DocumentLink>('documentLink/resolve', link);
      assert.equal(tooltip, tooltipSupport ? 'Rule missing-key' : undefined);
    }
  });
});

describe('the folder of a share', () => {
  const folderOf = (share: string, folders: Readonly<Record<string, string>>): string | undefined =>
    folderOfShare(share, { folders, beside: '/topologies' });

  it('is that of the whole path before that of the share', () => {
    const folders = { '\\\\fs\\Data': '/data', '\\\\fs\\Data\\kept': '/kept' };
    assert.equal(folderOf('\\\\FS\\data\\KEPT', folders), '/kept');
    assert.equal(folderOf('\\\\fs\\Data\\one\\two', folders), join('/data', 'one', 'two'));
    assert.equal(folderOf('\\\\fs\\Data', folders), '/data');
  });

  it('lies beside the topology file, or in the home folder, where the setting says so', () => {
    assert.equal(folderOf('\\\\fs\\Data', { '\\\\fs\\Data': 'shares/data' }), resolve('/topologies/shares/data'));
    assert.equal(folderOf('\\\\fs\\Data\\one', { '\\\\fs\\Data': '~/data' }), join(homedir(), 'data', 'one'));
  });

  it('is none where nothing is mapped, and where another machine would have to answer', () => {
    assert.equal(folderOf('\\\\fs\\Data', {}), undefined);
    assert.equal(folderOf('\\\\fs\\Data', { '\\\\fs\\Data': '\\\\other\\Data' }), undefined);
    assert.equal(folderOf('\\\\fs\\Data', { '\\\\fs\\Data': '//other/Data' }), undefined);
    assert.equal(folderOf('\\\\fs\\Data\\..', { '\\\\fs\\Data': '/data' }), undefined);
  });
});

describe('the check of folders', () => {
  it('asks about a folder once while the answer holds', async () => {
    const asked: string[] = [];
    const check = createFolderCheck(async (folder) => {
      asked.push(folder);
      return folder === 'a';
    });
    assert.deepEqual(await check.existing(['a', 'b', 'a']), new Set(['a']));
    assert.deepEqual(await check.existing(['a', 'b']), new Set(['a']));
    assert.deepEqual(asked, ['a', 'b']);
  });

  it('does not wait for a folder that does not answer, and asks about few at once', async () => {
    const asked: string[] = [];
    const check = createFolderCheck((folder) => {
      asked.push(folder);
      return folder === 'good' ? Promise.resolve(true) : new Promise(() => {});
    });
    assert.deepEqual(await check.existing(['good', 'dead', 'away', 'lost']), new Set(['good']));
    assert.deepEqual(asked, ['good', 'dead', 'away']);
    assert.deepEqual(
      await check.existing(['more']),
      new Set(),
      'nothing is asked while all that may be are waited for',
    );
    assert.deepEqual(asked, ['good', 'dead', 'away']);
  });

  it('asks about so many and no more', async () => {
    let asked = 0;
    const check = createFolderCheck(async () => {
      asked += 1;
      return true;
    });
    await check.existing(Array.from({ length: 500 }, (_, index) => String(index)));
    assert.equal(asked, 100);
  });
});
