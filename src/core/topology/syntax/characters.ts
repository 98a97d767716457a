/**
 * Characters that YAML does not allow, and those that stand where an editor found bytes that are not UTF-8. They are read as
 * they are; nobody sees them in an editor, which is why they are named.
 */

export interface OddCharacter {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

const odd =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFEFF\uFFFD-\uFFFF]|\r(?!\n)|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * The first odd character of each line. A byte order mark may be the first one of a file; no other segment begins with one.
 */
export function oddCharacters(text: string): readonly OddCharacter[] {
  odd.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  const found: OddCharacter[] = [];
  for (let match = odd.exec(text); match !== null; match = odd.exec(text)) {
    found.push({ start: match.index, end: match.index + 1, message: messageFor(match[0]) });
    const lineEnd = text.indexOf('\n', match.index);
    if (lineEnd === -1) break;
    odd.lastIndex = lineEnd;
  }
  return found;
}

function messageFor(character: string): string {
  const name = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (character === '\uFFFD')
    return 'This is not UTF-8, or was not when it was saved; write it again and save the file as UTF-8.';
  if (character === '\r') return 'A carriage return alone ends no line; save the file with LF or CRLF as line ends.';
  if (character === '\uFEFF')
    return 'An invisible byte order mark (U+FEFF) stands here; only a file may begin with one. Remove it.';
  if (character >= '\uD800' && character <= '\uDFFF') return `Half of a character (${name}) stands here; remove it.`;
  return `YAML does not allow the invisible character ${name}; remove it.`;
}
