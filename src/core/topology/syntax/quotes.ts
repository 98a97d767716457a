/** Text in double quotes that was meant as it stands: every backslash for itself. */
import type { Range } from '../diagnostics.ts';

/** What is to stand in the place of a range. */
export interface Requoted extends Range {
  readonly text: string;
}

/** The text in double quotes around an offset in single quotes, where it is all on one line and that is possible. */
export function inSingleQuotes(text: string, offset: number): Requoted | undefined {
  const quoted = doubleQuotedAround(text, offset);
  if (quoted === undefined) return undefined;
  const inside = text.slice(quoted.start + 1, quoted.end - 1);
  return /['"]/.test(inside) ? undefined : { ...quoted, text: `'${inside}'` };
}

function doubleQuotedAround(text: string, offset: number): Range | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const line = text.slice(lineStart, newline === -1 ? text.length : newline);
  for (const match of line.matchAll(/(?<=^|[\s[{,:-])(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|#.*)/g)) {
    const start = lineStart + match.index;
    const end = start + match[0].length;
    if (match[0].startsWith('"') && start < offset && offset < end) return { start, end };
  }
  return undefined;
}
