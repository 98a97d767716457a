/** Tokens of a topology file as the editor's own tokeniser makes them of our grammar. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

export interface Token {
  readonly text: string;
  /** From the outermost to the innermost, without `source.lync-topology` and without the grammar's ending. */
  readonly scopes: readonly string[];
}

const scopeName = 'source.lync-topology';
const grammarFile = fileURLToPath(new URL('../../syntaxes/lync-topology.tmLanguage.json', import.meta.url));

/** A function from a text to the tokens of each line. */
export async function loadTokeniser(): Promise<(text: string) => readonly (readonly Token[])[]> {
  const library = dirname(createRequire(import.meta.url).resolve('vscode-oniguruma'));
  await oniguruma.loadWASM(readFileSync(join(library, 'onig.wasm')));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: oniguruma.createOnigScanner,
      createOnigString: oniguruma.createOnigString,
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(grammarFile, 'utf8'), grammarFile),
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (grammar === null) throw new Error(`${grammarFile} holds no grammar ${scopeName}.`);
  return (text) => tokenise(grammar, text);
}

function tokenise(grammar: textmate.IGrammar, text: string): readonly (readonly Token[])[] {
  let state = textmate.INITIAL;
  return text.split(/\r?\n/).map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens
      .map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes: scopes.filter((scope) => scope !== scopeName).map((scope) => scope.replaceAll('.lync-topology', '')),
      }))
      .filter((token) => token.text.trim() !== '');
  });
}

/** The tokens of a text, a line for each: `part  scope scope`. */
export function describeTokens(lines: readonly (readonly Token[])[]): string {
  return lines
    .flatMap((tokens, index) => [
      `line ${index + 1}`,
      ...tokens.map(({ text, scopes }) => `  ${text.trim()}  ${scopes.join(' ')}`),
    ])
    .join('\n')
    .concat('\n');
}
