/** Which of very many names are offered: the best matches of what is typed, so that the cost is bounded. */

/** More than anybody reads; an editor asks again with every further letter. */
const mostSuggestions = 150;

/**
 * All items where they are few: an editor filters them by itself, also when a letter is taken back. Otherwise at most
 * `mostSuggestions`: those that begin with the typed word, then those that contain it, then those that have its letters in order.
 */
export function bestMatches<Item>(
  items: readonly Item[],
  typed: string,
  nameOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly complete: boolean } {
  if (items.length <= mostSuggestions) return { items, complete: true };
  const wanted = typed.toLowerCase();
  const ranks: Item[][] = [[], [], []];
  for (const item of items) {
    const rank = rankOf(nameOf(item).toLowerCase(), wanted);
    const bucket = rank === undefined ? undefined : ranks[rank];
    if (bucket !== undefined && bucket.length < mostSuggestions) bucket.push(item);
  }
  return { items: ranks.flat().slice(0, mostSuggestions), complete: false };
}

function rankOf(name: string, wanted: string): number | undefined {
  const at = name.indexOf(wanted);
  if (at !== -1) return at === 0 ? 0 : 1;
  let next = 0;
  for (const character of wanted) {
    next = name.indexOf(character, next) + 1;
    if (next === 0) return undefined;
  }
  return 2;
}
