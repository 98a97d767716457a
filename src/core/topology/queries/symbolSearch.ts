/** Finding names by a few of their letters. */

/** What is looked through. */
export interface Searchable {
  readonly name: string;
}

/** The best matches of a query, best first, at most `most` of them. With an empty query everything matches. */
export function bestNames<Item extends Searchable>(
  items: Iterable<Item>,
  query: string,
  most: number,
): readonly Item[] {
  const wanted = query.replaceAll(/\s/g, '').toLowerCase();
  const found: { readonly item: Item; readonly rank: number }[] = [];
  for (const item of items) {
    const rank = rankOf(item.name.toLowerCase(), wanted);
    if (rank !== undefined) found.push({ item, rank });
  }
  found.sort((one, other) => one.rank - other.rank || compare(one.item.name, other.item.name));
  return found.slice(0, most).map(({ item }) => item);
}

function compare(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * How well a name fits, smaller being better; undefined where the letters of the query do not all occur in it in that order.
 * The name itself, its beginning, the beginning of a label, anywhere in one piece, in several pieces.
 */
function rankOf(name: string, query: string): number | undefined {
  const spaceless = name.replaceAll(' ', '');
  if (spaceless === query) return 0;
  if (spaceless.startsWith(query)) return 1;
  const at = spaceless.indexOf(query);
  if (at !== -1) return beginsLabel(spaceless, query) ? 2 : 3;
  const pieces = piecesOf(spaceless, query);
  return pieces === undefined ? undefined : 3 + pieces;
}

function beginsLabel(name: string, query: string): boolean {
  for (let at = name.indexOf(query); at !== -1; at = name.indexOf(query, at + 1)) {
    if (/[^\p{L}\p{N}]/u.test(name.charAt(at - 1))) return true;
  }
  return false;
}

/** In how many pieces the letters of the query occur, taken as early as possible. */
function piecesOf(name: string, query: string): number | undefined {
  let pieces = 0;
  let last = -2;
  for (const letter of query) {
    const found = name.indexOf(letter, last < 0 ? 0 : last + 1);
    if (found === -1) return undefined;
    if (found !== last + 1) pieces += 1;
    last = found + letter.length - 1;
  }
  return pieces;
}
