/** Markdown for clients that show it, the same text without its marks for others. */
import { type MarkupContent, MarkupKind } from 'vscode-languageserver/node';

export function toMarkup(markdown: string, kind: MarkupKind): MarkupContent {
  return { kind, value: kind === MarkupKind.Markdown ? markdown : plainText(markdown) };
}

/** What is between backticks stays as it is: a share has backslashes of its own. */
export function plainText(markdown: string): string {
  const mark = /`([^`]*)`|\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)|\*\*|\\([\\`*_{}[\]<>#+!|~-])| {2}(?=\n|$)/g;
  return markdown.replace(mark, (_, code?: string, label?: string, address?: string, character?: string) => {
    if (code !== undefined) return code;
    if (label !== undefined) return `${plainText(label)} (${address})`;
    return character ?? '';
  });
}

export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#+!|~]/g, '\\$&').replace(/^-/, '\\-');
}

/** Between backticks, which a name does not have. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
