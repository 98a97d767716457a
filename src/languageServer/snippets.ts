/** Templates in the snippet syntax of the protocol. */
import type { Template } from '../core/topology/queries/suggestion.ts';

/** The snippet of a template: gaps become tab stops in their order, an empty one is where the cursor ends. */
export function toSnippet(template: Template): string {
  let stop = 0;
  return template
    .map((part) => {
      if (typeof part === 'string') return escaped(part);
      stop += 1;
      const { text, choices } = part;
      if (choices !== undefined) return `\${${stop}|${choices.map(escapedChoice).join(',')}|}`;
      return text === '' ? `$${stop}` : `\${${stop}:${escaped(text)}}`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

function escapedChoice(text: string): string {
  return text.replace(/[\\,|]/g, '\\$&');
}
