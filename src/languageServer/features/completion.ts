/** Completion: what may be written at the cursor, names with what they are. */
import { type CompletionItem, CompletionItemKind, MarkupKind } from 'vscode-languageserver/node';
import type { Suggestion } from '../../core/topology/queries/suggestions.ts';
import type { Topology } from '../../core/topology/resolved/topology.ts';
import { canonicalBackupModule } from '../../core/topology/vocabulary.ts';
import { describeModule, describePool } from '../descriptions.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const completion: Feature = {
  capabilities: () => ({ completionProvider: { triggerCharacters: [' ', '[', ',', '.', '-'] } }),
  register: (server) =>
    server.connection.onCompletion(
      answering(server, 'textDocument/completion', (document, { position }) =>
        itemsAt(document, document.text.offsetAt(position)),
      ),
    ),
};

function itemsAt(document: OpenDocument, offset: number): CompletionItem[] {
  const suggestions = document.topology.suggestionsAt(offset);
  if (suggestions === undefined) return [];
  const { topology } = document.topology;
  const range = document.text.toRange(suggestions.range);
  const inPair = document.topology.cursorAt(offset)?.path[0] === 'poolPairs';
  return (inPair ? unpairedFirst(topology, suggestions.items) : suggestions.items).map((suggestion, index) => ({
    label: suggestion.label,
    kind: itemKind(suggestion),
    ...(suggestion.detail === undefined ? {} : { detail: suggestion.detail }),
    ...documentationOf(topology, suggestion),
    sortText: String(index).padStart(6, '0'),
    filterText: suggestion.text,
    textEdit: { range, newText: suggestion.kind === 'key' ? `${suggestion.text}: ` : suggestion.text },
  }));
}

function itemKind({ kind }: Suggestion): CompletionItemKind {
  switch (kind) {
    case 'key':
      return CompletionItemKind.Property;
    case 'word':
    case 'backupModule':
      return CompletionItemKind.EnumMember;
    case 'example':
      return CompletionItemKind.Value;
    default:
      return CompletionItemKind.Reference;
  }
}

function documentationOf(topology: Topology, suggestion: Suggestion): Pick<CompletionItem, 'documentation'> {
  const value = documentationText(topology, suggestion);
  return value === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value } };
}

function documentationText(topology: Topology, { kind, label, documentation }: Suggestion): string | undefined {
  if (kind === 'pool') {
    const pool = topology.pools.get(label);
    return pool && describePool(topology, pool);
  }
  const module = kind === 'backupModule' ? canonicalBackupModule(label) : undefined;
  return module === undefined ? documentation : describeModule(module);
}

/** A pool is the backup pool of only one other (domain B.1): those that are free come first. */
function unpairedFirst(topology: Topology, items: readonly Suggestion[]): readonly Suggestion[] {
  const paired = new Set(
    topology.pairs.flatMap((pair) => pair.pools.flatMap((pool) => pool?.name.toLowerCase() ?? [])),
  );
  const isPaired = ({ kind, label }: Suggestion): boolean => kind === 'pool' && paired.has(label.toLowerCase());
  return [...items.filter((item) => !isPaired(item)), ...items.filter(isPaired)];
}
