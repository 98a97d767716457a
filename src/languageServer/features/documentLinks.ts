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
import type { ClientSettings } from '../settings.ts';
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

function resolved(link: DocumentLink, { settings, client }: Server): DocumentLink {
  const data = linkSchema.safeParse(link.data);
  const found = data.success ? placeOf(data.data, settings) : undefined;
  if (found === undefined) return link;
  const { target, tooltip } = found;
  const withTooltip = client.capabilities.textDocument?.documentLink?.tooltipSupport === true;
  return { ...link, target, ...(withTooltip ? { tooltip } : {}) };
}

function placeOf(
  data: LinkData,
  { documentationRoot }: ClientSettings,
): { readonly target: string; readonly tooltip: string } | undefined {
  if ('folder' in data) return { target: pathToFileURL(data.folder).href, tooltip: data.folder };
  if (documentationRoot === undefined || !isRuleCode(data.rule)) return undefined;
  return { target: `${documentationRoot}/${documentationOf(data.rule)}`, tooltip: `Rule ${data.rule}` };
}
