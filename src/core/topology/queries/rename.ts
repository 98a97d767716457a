/**
 * Renaming: every occurrence of a name in the file, each in its own quotes, or the reason why it cannot be done. Names
 * compare without regard to case, and one name is never made of two.
 */
import type { Range, TextEdit } from '../diagnostics.ts';
import { keysOf, schemaAt } from '../shape/schemaWalk.ts';
import { yamlText } from '../shape/values.ts';
import { type Anchorage, rangeOf } from '../syntax/nodes.ts';
import type { Tree } from '../syntax/tree.ts';
import { identityOf } from './nameIndex.ts';
import { unquoted } from './namePieces.ts';
import { type NameOccurrence, nameAt, occurrencesOf } from './names.ts';
import { positionAt } from './positions.ts';
import { reasonAgainstForm } from './renameForms.ts';
import type { SymbolKind } from './symbolKinds.ts';
import { describedKind } from './symbolWords.ts';

/** A sentence for the person who wanted to rename. */
export interface Refusal {
  readonly refused: string;
}

export interface Renameable {
  /** The name under the cursor, without quotes and without what stands around it. */
  readonly range: Range;
  readonly placeholder: string;
}

/** What would be renamed at an offset. */
export function renameableAt(tree: Tree, offset: number): Renameable | Refusal {
  const name = nameToRename(tree, offset);
  return 'refused' in name ? name : { range: name.range, placeholder: spelling(name) };
}

/** The edits that give the name at an offset another one, in the order of the text. */
export function renameAt(tree: Tree, offset: number, newName: string): readonly TextEdit[] | Refusal {
  const name = nameToRename(tree, offset);
  if ('refused' in name) return name;
  const occurrences = occurrencesOf(tree.root, name.identity);
  const refused =
    reasonAgainstForm(name, occurrences, newName) ??
    reasonAgainstCollision(tree, name, newName) ??
    reasonOfUnreadable(tree, spelling(name), occurrences);
  if (refused !== undefined) return { refused };
  return occurrences.flatMap((occurrence) => editOf(occurrence, newName) ?? []);
}

function nameToRename(tree: Tree, offset: number): NameOccurrence | Refusal {
  const name = nameAt(tree.root, offset);
  if (name === undefined) return { refused: reasonWithoutName(tree, offset) };
  const refused = reasonAgainst(tree, name);
  return refused === undefined ? name : { refused };
}

const nothingHere =
  'There is no name to rename here. Names of pools, sites, servers, instances, virtual machines and roles can be renamed.';

function reasonWithoutName({ root }: Tree, offset: number): string {
  const position = positionAt(root, offset);
  if (position?.part !== 'key') return nothingHere;
  const schema = schemaAt(position.path.slice(0, -1));
  const isOfFormat = schema !== undefined && keysOf(schema).includes(position.text);
  return isOfFormat ? `"${position.text}" is a key of the topology format and cannot be renamed.` : nothingHere;
}

function reasonAgainst(tree: Tree, name: NameOccurrence): string | undefined {
  if (name.kind === 'backupModule')
    return `"${name.name}" is a module of the Backup Service: the product gives it its name, and it cannot be renamed.`;
  if (name.kind === 'sqlInstance' && isDefaultInstance(name))
    return 'This is the default instance of its server, which has no name that could be changed.';
  const block = occurrencesOf(tree.root, name.identity).find(({ node }) => node.style === 'block');
  if (block !== undefined)
    return `"${spelling(name)}" is also written as a block of text, with | or >. Write it on one line first.`;
  return isAlias(name) ? `This is an alias of a YAML anchor: rename the name where the anchor stands.` : undefined;
}

/** The name as it is renamed: of an instance that of the instance alone. */
function spelling({ kind, name }: Pick<NameOccurrence, 'kind' | 'name'>): string {
  return kind === 'sqlInstance' ? (name.split('\\')[1] ?? '') : name;
}

function isDefaultInstance(name: NameOccurrence): boolean {
  return ['', 'mssqlserver'].includes(spelling(name).toLowerCase());
}

/** An alias stands for what its anchor marks, and is renamed with it. */
function isAlias({ node }: NameOccurrence): boolean {
  return node.segment.text[node.start] === '*';
}

/** Kinds that exist by being used: nothing needs to describe them. */
const kindsByUse: ReadonlySet<SymbolKind> = new Set(['sqlServer', 'sqlInstance', 'fileServer', 'hyperVHost']);

function reasonAgainstCollision({ root }: Tree, name: NameOccurrence, newName: string): string | undefined {
  const [server = ''] = name.name.split('\\');
  const identity = identityOf(name.kind, name.kind === 'sqlInstance' ? `${server}\\${newName}` : newName);
  if (identity === name.identity) return undefined;
  const other = occurrencesOf(root, identity).find(({ role, kind }) => role === 'definition' || kindsByUse.has(kind));
  if (other === undefined) return undefined;
  return `"${spelling(other)}" is already the name of ${describedKind(other.kind)}. Choose another name.`;
}

/** What cannot be read may hold the name too, and would keep the old one. */
function reasonOfUnreadable(tree: Tree, name: string, known: readonly NameOccurrence[]): string | undefined {
  const lower = name.toLowerCase();
  const starts = new Set(known.map(({ range }) => range.start));
  for (const segment of tree.broken) {
    if (!hasUnknown(segment, lower, starts)) continue;
    return `"${name}" also stands in a part of the file that cannot be read, because of a syntax error. Correct that first.`;
  }
  return undefined;
}

function hasUnknown(segment: Anchorage, lower: string, starts: ReadonlySet<number>): boolean {
  const text = segment.text.toLowerCase();
  for (let found = text.indexOf(lower); found !== -1; found = text.indexOf(lower, found + 1)) {
    const lineStart = text.lastIndexOf('\n', found) + 1;
    const isComment = /(?:^|\s)#/.test(text.slice(lineStart, found));
    const isWord = !/[\w.-]/.test((text[found - 1] ?? ' ') + (text[found + lower.length] ?? ' '));
    if (isWord && !isComment && !starts.has(segment.start + found)) return true;
  }
  return false;
}

function editOf(occurrence: NameOccurrence, newName: string): TextEdit | undefined {
  if (isAlias(occurrence)) return undefined;
  const { node, range, whole } = occurrence;
  if (!whole) return { ...range, text: newName };
  if (node.style !== 'quoted') return { ...rangeOf(node), text: yamlText(newName) };
  return { ...range, text: insideQuotes(newName, node.segment.text.charAt(unquoted(node).start - 1)) };
}

function insideQuotes(text: string, quote: string): string {
  return quote === "'" ? text.replaceAll("'", "''") : text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
