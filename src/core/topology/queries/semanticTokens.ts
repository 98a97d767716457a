/**
 * What the words of a file are, for colouring: keys, names by what they name, words of the format.
 *
 * Tokens are computed per top-level entry or per entry of a section, as places relative to their segment, and kept with the
 * tree entry they were computed from: after an edit only what was parsed again is looked at again.
 */
import { type Schema, schemaAt, schemaBelow, thingsOf, wordsOf } from '../shape/schemaWalk.ts';
import type { Anchorage, Entry, MapNode, ScalarNode, SequenceNode, TreeNode } from '../syntax/nodes.ts';
import { canonicalBackupModule } from '../vocabulary.ts';
import type { TreePath } from './positions.ts';
import type { SymbolKind } from './symbolKinds.ts';
import { symbolKindAt } from './symbols.ts';

export type TokenKind = 'key' | 'word' | 'cmdlet' | 'role' | SymbolKind;

export interface Token {
  readonly kind: TokenKind;
  /** Relative to the segment. */
  readonly start: number;
  readonly end: number;
  /** The name is defined here. */
  readonly declaration?: true;
  /** A spelling that is understood and not the one to write. */
  readonly deprecated?: true;
}

/** Tokens of one segment, or of an entry in it, in the order of the text. The same object for as long as the text is the same. */
export interface TokenGroup {
  readonly segment: Anchorage;
  readonly tokens: readonly Token[];
}

/** All tokens, group behind group in the order of the text. */
export function semanticTokens(root: MapNode): readonly TokenGroup[] {
  const groups: TokenGroup[] = [];
  for (const entry of root.entries) {
    const children = partsOf(entry);
    if (children === undefined) groups.push(groupOf(entry));
    else {
      groups.push(headerGroup(entry));
      for (const [index, child] of children.entries()) groups.push(childGroup(entry.name, child, index));
    }
  }
  return inOrder(groups);
}

/** A key that stands between the parts of a section by mistake comes behind all of them in the tree. */
function inOrder(groups: TokenGroup[]): readonly TokenGroup[] {
  const startOf = ({ segment, tokens }: TokenGroup): number => segment.start + (tokens[0]?.start ?? 0);
  for (let index = 1; index < groups.length; index += 1) {
    const [one, other] = [groups[index - 1], groups[index]];
    if (one !== undefined && other !== undefined && startOf(one) > startOf(other))
      return groups.sort((first, second) => startOf(first) - startOf(second));
  }
  return groups;
}

type Child = Entry | TreeNode;

/** The children of a section that lies in several segments. */
function partsOf({ key, value }: Entry): readonly Child[] | undefined {
  if (value.kind !== 'map' && value.kind !== 'sequence') return undefined;
  const children: readonly Child[] = value.kind === 'map' ? value.entries : value.items;
  const isApart = children.some((child) => placeOf(child).segment !== key.segment);
  return isApart && value.segment === key.segment && !value.flow && value.anchor === undefined ? children : undefined;
}

function placeOf(child: Child): ScalarNode | TreeNode {
  return 'key' in child ? child.key : child;
}

interface Kept {
  readonly section: string;
  readonly group: TokenGroup;
}

const known = new WeakMap<Child, Kept>();

function keep(child: Child, section: string, make: () => TokenGroup): TokenGroup {
  const before = known.get(child);
  if (before?.section === section) return before.group;
  const group = make();
  known.set(child, { section, group });
  return group;
}

/** By segment: the key is made anew with every change in the section. */
const headers = new WeakMap<Anchorage, TokenGroup>();

function headerGroup({ name, key }: Entry): TokenGroup {
  const before = headers.get(key.segment);
  if (before !== undefined) return before;
  const group: TokenGroup = {
    segment: key.segment,
    tokens: schemaAt([name]) === undefined ? [] : [tokenOf('key', key)],
  };
  headers.set(key.segment, group);
  return group;
}

function groupOf(entry: Entry): TokenGroup {
  return keep(entry, '', () => {
    const walk = new Walk(entry.key.segment);
    walk.entry(entry, [], schemaAt([]));
    return walk.group();
  });
}

function childGroup(section: string, child: Child, index: number): TokenGroup {
  return keep(child, section, () => {
    const walk = new Walk(placeOf(child).segment);
    const schema = schemaAt([section]);
    if ('key' in child) walk.entry(child, [section], schema);
    else walk.node(child, [section, index], schema && schemaBelow(schema, 0));
    return walk.group();
  });
}

/** The walk over what lies in one segment. What an alias stands for lies somewhere else and is coloured there. */
class Walk {
  readonly #segment: Anchorage;
  readonly #tokens: Token[] = [];

  constructor(segment: Anchorage) {
    this.#segment = segment;
  }

  group(): TokenGroup {
    const tokens = this.#tokens.sort((one, other) => one.start - other.start);
    return {
      segment: this.#segment,
      tokens: tokens.filter(({ start }, index) => start >= (tokens[index - 1]?.end ?? 0)),
    };
  }

  entry(entry: Entry, above: TreePath, schema: Schema | undefined): void {
    const path = [...above, entry.name];
    const below = schema && schemaBelow(schema, entry.name);
    this.#key(entry.key, path, schema, below);
    this.node(entry.value, path, below);
  }

  node(node: TreeNode, path: TreePath, schema: Schema | undefined): void {
    if (node.kind === 'map') for (const entry of this.#own(node)) this.entry(entry, path, schema);
    else if (node.kind === 'sequence') this.#items(node, path, schema);
    else if (node.kind === 'scalar') this.#scalar(node, path, schema);
  }

  #own(node: MapNode): readonly Entry[] {
    return node.entries.filter(({ key }) => this.#isWithin(key, node));
  }

  #items(node: SequenceNode, path: TreePath, schema: Schema | undefined): void {
    for (const [index, item] of node.items.entries()) {
      if (this.#isWithin(item, node)) this.node(item, [...path, index], schema && schemaBelow(schema, index));
    }
  }

  #isWithin(child: TreeNode, parent: TreeNode): boolean {
    return child.segment === this.#segment && child.start >= parent.start && child.start <= parent.end;
  }

  #key(key: ScalarNode, path: TreePath, schema: Schema | undefined, below: Schema | undefined): void {
    const symbol = symbolKindAt(path, 'key');
    if (symbol !== undefined) this.#add(symbol.kind, key, { declaration: true });
    else if (schema !== undefined && below !== undefined && thingsOf(schema) === undefined) this.#add('key', key);
  }

  #scalar(node: ScalarNode, path: TreePath, schema: Schema | undefined): void {
    if (schema === undefined || node.value === null || node.style === 'block') return;
    const symbol = symbolKindAt(path, 'value');
    const last = path.at(-2);
    if (symbol?.kind === 'backupModule') this.#module(node);
    else if (symbol !== undefined)
      this.#add(symbol.kind, node, symbol.role === 'definition' ? { declaration: true } : {});
    else if (path[0] === 'adminRoles' && last === 'cmdlets') this.#add('cmdlet', node);
    else if (path[0] === 'adminRoles' && path.at(-1) === 'template') this.#add('role', node);
    else if (wordsOf(schema).includes(String(node.value))) this.#add('word', node);
  }

  #module(node: ScalarNode): void {
    const canonical = canonicalBackupModule(String(node.value));
    if (canonical === undefined) return;
    this.#add('backupModule', node, canonical === node.value ? {} : { deprecated: true });
  }

  /** An alias is resolved to what it stands for; in its own place only `*name` is written. */
  #add(kind: TokenKind, node: ScalarNode, modifiers: Partial<Token> = {}): void {
    if (node.start === node.end || this.#segment.text[node.start] === '*') return;
    this.#tokens.push({ ...tokenOf(kind, node), ...modifiers });
  }
}

function tokenOf(kind: TokenKind, { start, end }: ScalarNode): Token {
  return { kind, start, end };
}
