/** Completion: names that are in scope, with what they are. */
import { type CompletionItem, CompletionItemKind, MarkupKind } from 'vscode-languageserver/node';
import { moduleDescriptions } from '../../core/topology/moduleDescriptions.ts';
import type { PoolFacts } from '../../core/topology/resolved/facts.ts';
import { backupModules, canonicalBackupModule } from '../../core/topology/vocabulary.ts';
import { toRange } from '../convert.ts';
import { describeModule, describePool, poolSummary } from '../descriptions.ts';
import type { OpenDocument } from '../documents.ts';
import { type ValueContext, valueContextAt } from '../valueContext.ts';

export function completion(document: OpenDocument, offset: number): readonly CompletionItem[] {
  const context = valueContextAt(document.topology.text, offset);
  if (context === undefined) return [];
  const range = toRange(document.text, context.typed);
  return candidates(document, context).map((candidate, index) => ({
    ...candidate,
    sortText: String(index).padStart(6, '0'),
    textEdit: { range, newText: candidate.label },
  }));
}

function candidates(document: OpenDocument, context: ValueContext): readonly CompletionItem[] {
  const { section, key } = context;
  if (section === 'poolPairs' && key === 'pools') return poolsForPair(document, context);
  if (section === 'poolPairs' && key === 'backupModules') return modulesForPair(context);
  if (key === 'nextHop') return document.topology.topology.pools.all.map((pool) => poolItem(document, pool));
  if (key === 'site') return sites(document);
  return [];
}

/** Pools that have no backup pool yet come first. */
function poolsForPair(document: OpenDocument, { siblings }: ValueContext): readonly CompletionItem[] {
  const { pools, pairs } = document.topology.topology;
  const listed = new Set(siblings.map((name) => name.toLowerCase()));
  const paired = new Set(pairs.flatMap((pair) => pair.pools.flatMap((pool) => pool?.name.toLowerCase() ?? [])));
  const offered = pools.all.filter(
    (pool) => !listed.has(pool.name.toLowerCase()) && pool.edition?.value !== 'Director',
  );
  const isPaired = (pool: PoolFacts): boolean => paired.has(pool.name.toLowerCase());
  return [...offered.filter((pool) => !isPaired(pool)), ...offered.filter(isPaired)].map((pool) =>
    poolItem(document, pool),
  );
}

function poolItem(document: OpenDocument, pool: PoolFacts): CompletionItem {
  return {
    label: pool.name,
    kind: CompletionItemKind.Reference,
    detail: poolSummary(pool),
    documentation: { kind: MarkupKind.Markdown, value: describePool(document.topology.topology, pool) },
  };
}

function modulesForPair({ siblings }: ValueContext): readonly CompletionItem[] {
  const listed = new Set(siblings.map(canonicalBackupModule));
  return backupModules
    .filter((module) => !listed.has(module))
    .map((module) => ({
      label: module,
      kind: CompletionItemKind.EnumMember,
      detail: moduleDescriptions[module].summary,
      documentation: { kind: MarkupKind.Markdown, value: describeModule(module) },
      filterText: module,
    }));
}

function sites(document: OpenDocument): readonly CompletionItem[] {
  return document.topology.topology.sites.all.map((site) => ({
    label: site.name,
    kind: CompletionItemKind.Reference,
    detail: 'site',
  }));
}
