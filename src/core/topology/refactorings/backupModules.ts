/** The Backup Service modules of a pair: what is missing, long names, and the default written out (domain A.2). */
import { applicableModules } from '../resolved/deployment.ts';
import type { Fact } from '../resolved/facts.ts';
import type { ResolvedPair } from '../resolved/topology.ts';
import { addEntry, appendEntry, appendItems, replace } from '../rules/edits.ts';
import { findEntry } from '../syntax/nodes.ts';
import { type BackupModule, canonicalBackupModule } from '../vocabulary.ts';
import { type Asking, type Refactoring, refactoring } from './refactoring.ts';

export function backupModules({ document, position }: Asking): readonly Refactoring[] {
  const [section, index] = position?.path ?? [];
  if (section !== 'poolPairs' || typeof index !== 'number' || position === undefined) return [];
  const { pairs } = document.topology;
  const pair = pairs[index];
  if (pair === undefined) return [];
  const inModules = position.path[2] === 'backupModules';
  return [...missingModules(pair), ...(inModules ? longNames(pairs, position.text) : []), ...defaultModules(pair)];
}

function missingModules({ facts, both }: ResolvedPair): readonly Refactoring[] {
  const list = facts.modulesNode;
  if (both === undefined || list?.kind !== 'sequence' || list.items.length > facts.modules.length) return [];
  const listed = new Set(facts.modules.map(({ value }) => canonicalBackupModule(value)));
  const missing = applicableModules(both).filter((module) => !listed.has(module));
  const title =
    missing.length === 1 ? `Add the missing module ${missing[0]}` : `Add the missing modules ${inWords(missing)}`;
  return missing.length === 0 ? [] : refactoring(title, [appendItems(list, missing)]);
}

function inWords(modules: readonly BackupModule[]): string {
  return `${modules.slice(0, -1).join(', ')} and ${modules.at(-1)}`;
}

/** Of the module at the cursor, and of all where there are more. */
function longNames(pairs: readonly ResolvedPair[], word: string): readonly Refactoring[] {
  const short = pairs.flatMap(({ facts }) => facts.modules.filter(isShort));
  const longName = isShort({ value: word }) ? canonicalBackupModule(word) : undefined;
  const here = short.filter(({ value }) => value === word);
  const one =
    longName === undefined || here.length !== 1
      ? []
      : refactoring(`Write ${word} as ${longName}`, here.map(lengthened));
  const all =
    short.length < 2 ? [] : refactoring('Write all modules of the file with their long names', short.map(lengthened));
  return [...one, ...all];
}

function isShort({ value }: Pick<Fact<string>, 'value'>): boolean {
  const longName = canonicalBackupModule(value);
  return longName !== undefined && longName !== value;
}

function lengthened({ value, place }: Fact<string>) {
  return replace(place, canonicalBackupModule(value) ?? value);
}

/** A pair without a list has every module that applies. */
function defaultModules({ facts, both }: ResolvedPair): readonly Refactoring[] {
  const { node } = facts;
  if (both === undefined || node.kind !== 'map' || findEntry(node, 'backupModules') !== undefined) return [];
  const entry = `backupModules: [${applicableModules(both).join(', ')}]`;
  const isFlowList = facts.poolsNode?.kind === 'sequence' && facts.poolsNode.flow;
  const edit = isFlowList || node.flow ? behindPools(node, entry) : appendEntry(node, entry);
  return refactoring('Write out the modules that this pair has by default', [edit]);
}

function behindPools(node: Parameters<typeof addEntry>[0], entry: string) {
  const isLast = node.entries.at(-1)?.name === 'pools';
  return isLast ? appendEntry(node, entry) : addEntry(node, entry, ['pools']);
}
