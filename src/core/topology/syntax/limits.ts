/** What is read at most, so that no text costs more time and memory than an editor has for it. */

/** Characters of a file; 50,000 lines of a deployment have about 2,000,000. */
export const mostCharacters = 5_000_000;

/** Characters that are parsed in one go: a file in flow style as a whole, otherwise one section or one entry of it. */
export const mostCharactersAtOnce = 1_000_000;

/** Deeper than any deployment goes, and far below what would exhaust the stack. */
export const deepestNesting = 100;

/** Longer than anything but one-line JSON of a whole deployment; the YAML library's cost grows with the square of it. */
export const longestLine = 50_000;

export function inWords(limit: number): string {
  return limit.toLocaleString('en-US');
}
