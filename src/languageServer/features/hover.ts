/** Hover: what a key is, what a word means, what a name names, and in a comment what a rule is about. */
import type { Hover } from 'vscode-languageserver/node';
import { isRuleCode, type Range } from '../../core/topology/diagnostics.ts';
import { disableComments } from '../../core/topology/disableComments.ts';
import type { TopologyDocument } from '../../core/topology/document.ts';
import { nameAt } from '../../core/topology/queries/names.ts';
import { segmentAt } from '../../core/topology/syntax/segments.ts';
import { markupKindOf } from '../client.ts';
import { describeName } from '../describeName.ts';
import { describeKey, describeRule, describeWord } from '../descriptions.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature, type Server } from '../feature.ts';
import { toMarkup } from '../markup.ts';

export const hover: Feature = {
  capabilities: () => ({ hoverProvider: true }),
  register: (server) =>
    server.connection.onHover(
      answering(server, 'textDocument/hover', (document, { position }) =>
        hoverAt(document, document.text.offsetAt(position), server),
      ),
    ),
};

interface Found {
  readonly text: string;
  readonly range: Range;
}

function hoverAt(document: OpenDocument, offset: number, { client, settings }: Server): Hover | null {
  const { topology } = document;
  const found =
    aboutRule(topology, offset, settings.documentationRoot) ??
    aboutName(topology, offset) ??
    aboutKey(topology, offset);
  if (found === undefined) return null;
  const kind = markupKindOf(client.capabilities.textDocument?.hover?.contentFormat);
  return { contents: toMarkup(found.text, kind), range: document.text.toRange(found.range) };
}

/** The code of a rule in a comment that switches it off. */
function aboutRule({ tree }: TopologyDocument, offset: number, root: string | undefined): Found | undefined {
  const segment = tree.segments[segmentAt(tree.segments, offset)];
  if (segment === undefined) return undefined;
  const at = offset - segment.start;
  const written = disableComments(segment).flatMap(({ codes }) => codes);
  const code = written.find(({ start, end }) => at >= start && at <= end);
  const text = code !== undefined && isRuleCode(code.text) ? describeRule(code.text, root) : undefined;
  if (code === undefined || text === undefined) return undefined;
  return { text, range: { start: segment.start + code.start, end: segment.start + code.end } };
}

function aboutName({ tree, topology }: TopologyDocument, offset: number): Found | undefined {
  const name = nameAt(tree.root, offset);
  const text = name && describeName(topology, name.kind, name.name);
  return name === undefined || text === undefined ? undefined : { text, range: name.range };
}

function aboutKey(topology: TopologyDocument, offset: number): Found | undefined {
  const position = topology.nodeAt(offset);
  if (position === undefined) return undefined;
  const { path, part, range } = position;
  const text =
    part === 'key'
      ? describeKey(path, position.text)
      : (describeWord(path, position.text) ?? describeKey(path, undefined));
  return text === undefined ? undefined : { text, range };
}
