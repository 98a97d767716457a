/** What may be written at an offset: keys, words of the format, and the names in scope with what they are. */

import type { Diagnostic } from '../diagnostics.ts';
import type { Topology } from '../resolved/topology.ts';
import { type Schema, schemaAt, schemaBelow, shapeOf } from '../shape/schemaWalk.ts';
import { isInsideScalar } from '../syntax/comments.ts';
import { rangeOf, type TreeNode } from '../syntax/nodes.ts';
import { type Segment, segmentAt } from '../syntax/segments.ts';
import { columnOf, lineStartOf } from '../syntax/textLines.ts';
import type { Tree } from '../syntax/tree.ts';
import { suggestionsInComment } from './commentSuggestions.ts';
import type { CursorContext } from './cursor.ts';
import { keySuggestions } from './keySuggestions.ts';
import { bestMatches } from './matching.ts';
import { indentationUnit, nextLine, takesKey } from './placing.ts';
import { at } from './positions.ts';
import { filterOfNew, type Suggestion, type Suggestions } from './suggestion.ts';
import { itemTemplate, type Site } from './templates.ts';
import { valueSuggestions } from './valueSuggestions.ts';

/** What suggestions are made from. */
export interface SuggestionSource {
  readonly text: string;
  readonly tree: Tree;
  readonly topology: Topology;
  readonly diagnostics: readonly Diagnostic[];
  cursorAt(offset: number): CursorContext | undefined;
}

/** Everything that may stand at an offset, the best matches where there is very much; undefined where nothing can be completed. */
export function suggestionsAt(source: SuggestionSource, offset: number): Suggestions | undefined {
  const { segments } = source.tree;
  const segment = segments[segmentAt(segments, offset)];
  // Nothing is due where nothing is read, however much of it there is.
  if (segment?.role === 'unread') return undefined;
  if (segment !== undefined && isInsideText(source, segment, offset)) return undefined;
  const inComment = segment && suggestionsInComment(source, segment, offset);
  if (inComment !== undefined) return inComment;
  const cursor = source.cursorAt(offset);
  if (cursor === undefined) return undefined;
  let complete = true;
  const site = siteOf(source, cursor, () => {
    complete = false;
  });
  const { items, incomplete } = presented(candidates(source, cursor, site), cursor);
  return { flow: cursor.flow, items, incomplete: incomplete || !complete, range: cursor.range };
}

/** In a text of several lines. A quote that is not closed yet runs on as well, and is none. */
function isInsideText({ tree, text }: SuggestionSource, segment: Segment, offset: number): boolean {
  if (!isInsideScalar(segment, offset - segment.start)) return false;
  const lineStart = lineStartOf(text, offset);
  return !tree.broken.has(segment) || isInsideScalar(segment, lineStart - segment.start);
}

/** Inside quotes only texts can stand, in the same quotes. */
function presented(
  found: readonly Suggestion[],
  { quote, prefix }: CursorContext,
): Pick<Suggestions, 'items' | 'incomplete'> {
  const typed = quote === undefined ? prefix : prefix.slice(1);
  const { items, complete } = bestMatches(found, typed, ({ label, kind }) => (kind === 'entry' ? typed : label));
  const incomplete = !complete || items.some(({ kind }) => kind === 'entry');
  return { items: quote === undefined ? items : items.flatMap((item) => quoted(item, quote)), incomplete };
}

function quoted(item: Suggestion, quote: '"' | "'"): readonly Suggestion[] {
  if (item.text === undefined || item.text.includes('\n') || item.kind === 'entry') return [];
  const { template: _, ...rest } = item;
  const text = quote === '"' ? JSON.stringify(item.label) : `'${item.label.replaceAll("'", "''")}'`;
  const colon = item.kind === 'key' && item.text.endsWith(': ') ? ': ' : '';
  return [{ ...rest, text: `${text}${colon}`, filter: text }];
}

function candidates(source: SuggestionSource, cursor: CursorContext, site: Site): readonly Suggestion[] {
  const schema = schemaAt(cursor.path);
  if (schema === undefined) return [];
  const node = at(source.tree.root, cursor.path)?.node;
  const shape = shapeOf(schema);
  const takesKeys = shape === 'map' || shape === 'record';
  const startsItem = cursor.role === 'value' && typeof cursor.path.at(-1) === 'number';
  if (takesKeys && (cursor.role === 'key' || (startsItem && !cursor.flow))) {
    return takesKey(source.text, cursor, node) ? keySuggestions(schema, cursor, node, site) : [];
  }
  if (cursor.role === 'key') return shape === 'list' ? newItems(source, schema, cursor, node, site) : [];
  return isFree(node, cursor) ? valueSuggestions(source.topology, schema, cursor, site) : [];
}

function siteOf({ text, tree, topology }: SuggestionSource, cursor: CursorContext, tellIncomplete: () => void): Site {
  const unit = indentationUnit(text, tree, cursor);
  return { topology, flow: cursor.flow, column: cursor.column, unit, tellIncomplete };
}

/** Nothing stands where the value belongs, but for what is replaced. */
function isFree(node: TreeNode | undefined, { range, quote }: CursorContext): boolean {
  if (node === undefined || (node.kind === 'scalar' && node.style === 'absent')) return true;
  const { start, end } = rangeOf(node);
  // A quote that is not closed yet runs on over the lines that follow.
  return start >= range.start && (end <= range.end || (quote !== undefined && start === range.start));
}

/** Items of a list, with their dashes, on a line of their own. */
function newItems(
  { text, topology }: SuggestionSource,
  schema: Schema,
  cursor: CursorContext,
  node: TreeNode | undefined,
  site: Site,
): readonly Suggestion[] {
  const element = schemaBelow(schema, 0);
  const items = node?.kind === 'sequence' ? node.items : [];
  if (element === undefined || !takesItem(text, cursor, node)) return [];
  const path = [...cursor.path, items.length];
  if (shapeOf(element) === 'map') {
    const template = itemTemplate(element, cursor.path, site);
    return [
      {
        label: 'New pair',
        kind: 'entry',
        template,
        filter: filterOfNew('New pair', cursor.prefix),
        detail: 'A pair of pools',
      },
    ];
  }
  const inItem: CursorContext = { ...cursor, role: 'value', path, flow: false };
  return valueSuggestions(topology, element, inItem, site).map(({ template: _, ...item }) => ({
    ...item,
    ...(item.text !== undefined && { text: `- ${item.text}` }),
  }));
}

function takesItem(text: string, cursor: CursorContext, node: TreeNode | undefined): boolean {
  const next = nextLine(text, cursor.range.end);
  const followed = next !== undefined && next.column === cursor.column && next.isItem;
  if (next !== undefined && next.column >= cursor.column && !followed) return false;
  if (node === undefined || (node.kind === 'scalar' && node.style === 'absent')) return true;
  if (node.kind === 'scalar') return isFree(node, cursor);
  return node.kind === 'sequence' && !node.flow && columnOf(text, rangeOf(node).start) === cursor.column;
}
