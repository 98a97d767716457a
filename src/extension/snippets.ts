/**
 * The snippets, offered where something new may begin in the section that they belong to. The manifest has them without the
 * words by which they would be offered everywhere, so that a list of sites is not followed by every snippet there is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { languageId } from './names.ts';

interface Snippet {
  readonly body: readonly string[];
  readonly description: string;
  /** What is typed to be offered it. */
  readonly word: string;
  /** Sections below which it belongs; `file` is an empty file, `top` is beside the sections; everywhere when absent. */
  readonly sections?: readonly string[];
}

export function createSnippets(extension: vscode.Uri): vscode.Disposable {
  let snippets: readonly Snippet[] | undefined;
  return vscode.languages.registerCompletionItemProvider(
    { language: languageId },
    {
      provideCompletionItems: (document, position) => {
        const section = sectionAt((line) => document.lineAt(line).text, position.line, position.character);
        if (section === undefined) return [];
        snippets ??= readSnippets(extension);
        return snippets.filter(({ sections }) => sections?.includes(section) ?? true).map(toItem);
      },
    },
  );
}

/** Lines above a place that are looked at. */
const reach = 5_000;

/**
 * The section in which something new may begin at a place: `top` at the start of a line, `file` where nothing stands above it.
 * Undefined in a value, and behind a key. A look at the text only, as a snippet too many does no harm.
 */
export function sectionAt(lineAt: (line: number) => string, line: number, character: number): string | undefined {
  const start = /^(\s*)(?:- +)?[\w-]*$/.exec(lineAt(line).slice(0, character));
  if (start === null) return undefined;
  const inside = start[1] !== '';
  for (let above = line - 1; above >= Math.max(0, line - reach); above -= 1) {
    const key = /^(\w+):/.exec(lineAt(above))?.[1];
    if (key !== undefined) return inside ? key : 'top';
  }
  return 'file';
}

function readSnippets(extension: vscode.Uri): readonly Snippet[] {
  const text = readFileSync(join(extension.fsPath, 'syntaxes', 'snippets.json'), 'utf8');
  return Object.values(JSON.parse(text) as Record<string, Snippet>);
}

function toItem({ word, body, description }: Snippet): vscode.CompletionItem {
  const item = new vscode.CompletionItem({ label: word, description }, vscode.CompletionItemKind.Snippet);
  item.insertText = new vscode.SnippetString(body.join('\n'));
  // Behind what the language server offers, which knows the names in the file.
  item.sortText = `~${word}`;
  return item;
}
