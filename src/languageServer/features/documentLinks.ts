/** Document links: rules in comments lead to their pages, shares to the folders that they are mapped to. */

import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver/node';
import * as z from 'zod/mini';
import { documentationOf, isRuleCode } from '../../core/topology/diagnostics.ts';
import { ruleLinks, shareLinks } from '../../core/topology/queries/links.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature, measured, type Server } from '../feature.ts';
import { createFolderCheck, type FolderCheck } from '../folderCheck.ts';
import { folderOfShare } from '../shareFolders.ts';
import { pathOf } from '../workspace.ts';

export const documentLinks: Feature = {
  capabilities: () => ({ documentLinkProvider: { resolveProvider: true } }),
  register: (server) => {
    const check = createFolderCheck();
    server.connection.onDocumentLinks(
      answering(server, 'textDocument/documentLink', async (document) => [
        ...linksToRules(document, server),
        ...(await linksToShares(document, server, check)),
      ]),
    );
    server.connection.onDocumentLinkResolve((link, token) =>
      measured(server, 'documentLink/resolve', token, () => resolved(link, server)),
    );
  },
};

/** Where a link leads: it is made into an address when somebody follows it. */
const linkSchema = z.union([z.object({ rule: z.string() }), z.object({ folder: z.string() })]);
type LinkData = z.infer<typeof linkSchema>;

function linksToRules({ text, topology }: OpenDocument, { settings }: Server): DocumentLink[] {
  if (settings.documentationRoot === undefined) return [];
  return ruleLinks(topology.tree.segments).map((link) => ({
    range: text.toRange(link),
    data: { rule: link.code } satisfies LinkData,
  }));
}

async function linksToShares(
  document: OpenDocument,
  { settings }: Server,
  check: FolderCheck,
): Promise<DocumentLink[]> {
  const { shareMappings: folders } = settings;
  const file = pathOf(document.uri);
  if (Object.keys(folders).length === 0 || file === undefined) return [];
  const mappings = { folders, beside: dirname(file) };
  const links = shareLinks(document.topology.tree).flatMap((link) => {
    const folder = folderOfShare(link.share, mappings);
    return folder === undefined ? [] : [{ range: document.text.toRange(link), folder }];
  });
  const existing = await check.existing(links.map(({ folder }) => folder));
  return links
    .filter(({ folder }) => existing.has(folder))
    .map(({ range, folder }) => ({ range, data: { folder } satisfies LinkData }));
}

function resolved(link: DocumentLink, { settings }: Server): DocumentLink {
  const data = linkSchema.safeParse(link.data);
  if (!data.success) return link;
  if ('folder' in data.data)
    return { ...link, target: pathToFileURL(data.data.folder).href, tooltip: data.data.folder };
  const { rule } = data.data;
  if (settings.documentationRoot === undefined || !isRuleCode(rule)) return link;
  return { ...link, target: `${settings.documentationRoot}/${documentationOf(rule)}`, tooltip: `Rule ${rule}` };
}
