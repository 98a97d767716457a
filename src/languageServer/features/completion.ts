/**
 * Completion: what may be written at the cursor. Items are small and few, their documentation is resolved for the one that
 * somebody looks at.
 */
import {
  type ClientCapabilities,
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  CompletionTriggerKind,
  InsertTextFormat,
  InsertTextMode,
} from 'vscode-languageserver/node';
import type { Subject, Suggestion, Suggestions } from '../../core/topology/queries/suggestion.ts';
import { type Client, markupKindOf } from '../client.ts';
import { describeSubject } from '../descriptions.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature, measured, type Server } from '../feature.ts';
import { toMarkup } from '../markup.ts';
import { toSnippet } from '../snippets.ts';

type ItemCapabilities = NonNullable<NonNullable<ClientCapabilities['textDocument']>['completion']>;

/** What an item remembers until it is resolved. */
interface ItemData {
  readonly uri: string;
  readonly subject: Subject;
}

export const completion: Feature = {
  capabilities: () => ({
    completionProvider: {
      resolveProvider: true,
      triggerCharacters: [' ', '[', '{', ',', '.', '-', '\\', '"', "'"],
    },
  }),
  register: (server) => {
    server.connection.onCompletion(
      answering(server, 'textDocument/completion', (document, parameters: CompletionParams) =>
        itemsAt(document, parameters, server.client),
      ),
    );
    server.connection.onCompletionResolve((item, token) =>
      measured(server, 'completionItem/resolve', token, () => resolved(server, item)),
    );
  },
};

function itemsAt(document: OpenDocument, parameters: CompletionParams, client: Client): CompletionList | null {
  const offset = document.text.offsetAt(parameters.position);
  if (isIndenting(document, parameters)) return null;
  const suggestions = document.topology.suggestionsAt(offset);
  if (suggestions === undefined) return null;
  const writing = writingOf(document, suggestions, offset, client);
  const items = suggestions.items.flatMap((suggestion, index) => toItem(suggestion, index, writing));
  return { isIncomplete: suggestions.incomplete, items };
}

/** A space that indents a line asks for nothing: a list that opens there would take the next Enter. */
function isIndenting({ text }: OpenDocument, { position, context }: CompletionParams): boolean {
  const { triggerKind, triggerCharacter } = context ?? {};
  if (triggerKind !== CompletionTriggerKind.TriggerCharacter || triggerCharacter !== ' ') return false;
  const start = { line: position.line, character: 0 };
  const { start: from, end } = text.toOffsets({ start, end: position });
  return text.content().slice(from, end).trim() === '';
}

/** What all items of an answer have in common. */
interface Writing {
  readonly uri: string;
  readonly suggestions: Suggestions;
  readonly range: ReturnType<OpenDocument['text']['toRange']>;
  /** Up to the cursor: what is replaced by somebody who inserts. */
  readonly insertRange: ReturnType<OpenDocument['text']['toRange']> | undefined;
  readonly lineBreak: string;
  /** Spaces at the start of the line, which editors that indent by themselves put before every further line. */
  readonly indentation: number;
  readonly client: Client;
  readonly can: ItemCapabilities;
}

function writingOf(document: OpenDocument, suggestions: Suggestions, offset: number, client: Client): Writing {
  const { text, topology } = document;
  const { range } = suggestions;
  const can = client.capabilities.textDocument?.completion ?? {};
  const inserts = can.completionItem?.insertReplaceSupport === true && range.end > offset && range.start < offset;
  const lineStart = topology.text.lastIndexOf('\n', range.start - 1) + 1;
  const firstBreak = topology.text.indexOf('\n');
  return {
    uri: document.uri,
    suggestions,
    range: text.toRange(range),
    insertRange: inserts ? text.toRange({ start: range.start, end: offset }) : undefined,
    lineBreak: firstBreak > 0 && topology.text[firstBreak - 1] === '\r' ? '\r\n' : '\n',
    indentation: /^ */.exec(topology.text.slice(lineStart, range.start))?.[0].length ?? 0,
    client,
    can,
  };
}

/** No item where the client cannot take what the suggestion writes. */
function toItem(suggestion: Suggestion, index: number, writing: Writing): readonly CompletionItem[] {
  const written = writtenBy(suggestion, writing);
  if (written === undefined) return [];
  const { label, kind, filter, subject } = suggestion;
  const data: ItemData | undefined = subject === undefined ? undefined : { uri: writing.uri, subject };
  const item: CompletionItem = {
    label,
    kind: supported(itemKinds[kind] ?? CompletionItemKind.Reference, writing.can),
    sortText: String(index).padStart(4, '0'),
    filterText: filter,
    ...written,
    ...detailOf(suggestion, writing.can),
    ...commitCharacters(suggestion, writing),
    ...(data !== undefined && { data }),
  };
  return [item];
}

type Written = Pick<CompletionItem, 'textEdit' | 'insertTextFormat' | 'insertTextMode'>;

function writtenBy({ text, template }: Suggestion, writing: Writing): Written | undefined {
  const gaps = writing.client.snippets && template !== undefined ? template : undefined;
  if (gaps === undefined && text === undefined) return undefined;
  const raw = gaps === undefined ? (text ?? '') : toSnippet(gaps);
  const isLong = raw.includes('\n');
  const mode = insertTextMode(writing.can, gaps !== undefined);
  const relative =
    mode === InsertTextMode.adjustIndentation ? raw.replaceAll(`\n${' '.repeat(writing.indentation)}`, '\n') : raw;
  const newText = relative.replaceAll('\n', writing.lineBreak);
  const canInsert = writing.insertRange !== undefined && /^[\w.\\ -]*$/.test(newText);
  return {
    textEdit: canInsert
      ? { newText, insert: writing.insertRange, replace: writing.range }
      : { newText, range: writing.range },
    ...(gaps !== undefined && { insertTextFormat: InsertTextFormat.Snippet }),
    ...(isLong && supportsMode(writing.can, mode) && { insertTextMode: mode }),
  };
}

/** As it is written where the client can; otherwise what editors do: they indent the lines of a snippet, and no others. */
function insertTextMode(can: ItemCapabilities, isSnippet: boolean): InsertTextMode {
  if (supportsMode(can, InsertTextMode.asIs)) return InsertTextMode.asIs;
  if (can.insertTextMode !== undefined) return can.insertTextMode;
  return isSnippet ? InsertTextMode.adjustIndentation : InsertTextMode.asIs;
}

function supportsMode(can: ItemCapabilities, mode: InsertTextMode): boolean {
  return can.completionItem?.insertTextModeSupport?.valueSet.includes(mode) === true;
}

function detailOf({ detail }: Suggestion, can: ItemCapabilities): Pick<CompletionItem, 'detail' | 'labelDetails'> {
  if (detail === undefined || detail === '') return {};
  return can.completionItem?.labelDetailsSupport === true
    ? { detail, labelDetails: { description: detail } }
    : { detail };
}

/** A word of the format inside brackets is taken by what ends it there; a name may be one that is not known yet. */
function commitCharacters(
  { kind }: Suggestion,
  { suggestions, can }: Writing,
): Pick<CompletionItem, 'commitCharacters'> {
  const isWanted = suggestions.flow && kind === 'word' && can.completionItem?.commitCharactersSupport === true;
  return isWanted ? { commitCharacters: [',', '}'] } : {};
}

const itemKinds: Readonly<Partial<Record<Suggestion['kind'], CompletionItemKind>>> = {
  key: CompletionItemKind.Property,
  entry: CompletionItemKind.Snippet,
  word: CompletionItemKind.EnumMember,
  backupModule: CompletionItemKind.EnumMember,
  example: CompletionItemKind.Value,
  rule: CompletionItemKind.Value,
  directive: CompletionItemKind.Keyword,
  cmdlet: CompletionItemKind.Function,
  pool: CompletionItemKind.Class,
  site: CompletionItemKind.Module,
  availabilityGroup: CompletionItemKind.Interface,
  sqlInstance: CompletionItemKind.Variable,
};

/** Kinds up to `Reference` are known to every client, others to those that say so. */
function supported(kind: CompletionItemKind, can: ItemCapabilities): CompletionItemKind {
  const known = can.completionItemKind?.valueSet?.includes(kind) ?? kind <= CompletionItemKind.Reference;
  return known ? kind : CompletionItemKind.Value;
}

function resolved(server: Server, item: CompletionItem): CompletionItem {
  const data: unknown = item.data;
  if (!isItemData(data)) return item;
  const document = server.documents.get(data.uri);
  const text = document && describeSubject(document.topology, data.subject);
  if (text === undefined) return item;
  const formats = server.client.capabilities.textDocument?.completion?.completionItem?.documentationFormat;
  return { ...item, documentation: toMarkup(text, markupKindOf(formats)) };
}

function isItemData(data: unknown): data is ItemData {
  return typeof data === 'object' && data !== null && 'uri' in data && 'subject' in data;
}
