/**
 * Names that may be typed in several places at once. Only from where a pool or a site is defined: at a reference somebody
 * who types wants another pool there, and not another name for this one.
 */
import type { Range } from '../diagnostics.ts';
import type { TreeNode } from '../syntax/nodes.ts';
import { type NameOccurrence, nameAt, occurrencesOf } from './names.ts';

export interface LinkedNames {
  readonly ranges: readonly Range[];
  /** A regular expression that the text of each range matches; with another character the link ends. */
  readonly wordPattern: string;
}

const patterns = { pool: '[A-Za-z0-9.-]*', site: '[^\\s:#,\\[\\]{}"\'][^:#,\\[\\]{}"\'\\r\\n]*' } as const;

/** The definition and every place where the same text stands for it; undefined where there is only one. */
export function linkedNamesAt(root: TreeNode, offset: number): LinkedNames | undefined {
  const name = nameAt(root, offset);
  if (name?.role !== 'definition' || (name.kind !== 'pool' && name.kind !== 'site')) return undefined;
  const wordPattern = patterns[name.kind];
  const all = occurrencesOf(root, name.identity);
  const defined = all.filter(({ role, kind }) => role === 'definition' && kind === name.kind);
  const linked = all.filter((one) => textOf(one) === name.name);
  const fits = new RegExp(`^(?:${wordPattern})$`).test(name.name);
  if (defined.length > 1 || linked.length < 2 || !fits) return undefined;
  return { ranges: linked.map(({ range }) => range), wordPattern };
}

/** As it is written. */
function textOf({ node: { segment }, range }: NameOccurrence): string {
  return segment.text.slice(range.start - segment.start, range.end - segment.start);
}
