/** Semantic tokens: whole, as the difference to what the client has, and of a part of the text. */
import type {
  SemanticTokens,
  SemanticTokensClientCapabilities,
  SemanticTokensDelta,
  SemanticTokensDeltaParams,
} from 'vscode-languageserver/node';
import type { Range } from '../../core/topology/diagnostics.ts';
import { semanticTokens as tokensOf } from '../../core/topology/queries/semanticTokens.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';
import { difference, type Encoded, encodeTokens, tokenModifiers, tokenTypes } from '../semanticTokens.ts';

/** What the client was sent the last time, by document. */
interface Sent {
  readonly resultId: string;
  readonly data: Encoded;
}

export const semanticTokens: Feature = {
  capabilities: ({ capabilities }) => {
    const wanted = capabilities.textDocument?.semanticTokens;
    return wanted === undefined ? {} : { semanticTokensProvider: provider(wanted) };
  },
  register: (server) => {
    const { languages } = server.connection;
    const sent = new Map<string, Sent>();
    let count = 0;
    const remember = ({ uri }: OpenDocument, data: Encoded): Sent => {
      count += 1;
      const result: Sent = { resultId: String(count), data };
      sent.set(uri, result);
      return result;
    };
    server.documents.onChange(({ uri, kind }) => {
      if (kind === 'closed') sent.delete(uri);
    });
    const encoded = (document: OpenDocument, range?: Range): Encoded =>
      encodeTokens(tokensOf(document.topology.tree.root), lineCounter(document), server.client.positionEncoding, range);
    languages.semanticTokens.on(
      orNothing(
        answering(server, 'textDocument/semanticTokens/full', (document) => {
          const { resultId, data } = remember(document, encoded(document));
          return { resultId, data: Array.from(data) };
        }),
      ),
    );
    languages.semanticTokens.onDelta(
      orNothing(
        answering(
          server,
          'textDocument/semanticTokens/full/delta',
          (document, parameters: SemanticTokensDeltaParams) => {
            const before = sent.get(document.uri);
            const { resultId, data } = remember(document, encoded(document));
            return before?.resultId === parameters.previousResultId
              ? deltaOf(resultId, before.data, data)
              : { resultId, data: Array.from(data) };
          },
        ),
      ),
    );
    languages.semanticTokens.onRange(
      orNothing(
        answering(server, 'textDocument/semanticTokens/range', (document, { range }) => ({
          data: Array.from(encoded(document, document.text.toOffsets(range))),
        })),
      ),
    );
  },
};

function provider({ requests }: SemanticTokensClientCapabilities) {
  const full = typeof requests.full === 'object' ? requests.full.delta === true : false;
  return {
    legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
    range: requests.range !== undefined && requests.range !== false,
    full: requests.full === undefined || requests.full === false ? false : full ? { delta: true } : true,
  };
}

function deltaOf(resultId: string, before: Encoded, after: Encoded): SemanticTokensDelta {
  const edit = difference(before, after);
  return { resultId, edits: edit === undefined ? [] : [edit] };
}

/** A document that is not open has no tokens: the protocol knows no `null` here. */
function orNothing<Parameters, Token, Result>(
  answer: (parameters: Parameters, token: Token) => Promise<Result | null>,
): (parameters: Parameters, token: Token) => Promise<Result | SemanticTokens> {
  return async (parameters, token) => (await answer(parameters, token)) ?? { data: [] };
}

/** Line of an offset, for offsets that come in their order. */
function lineCounter({ text }: OpenDocument): (offset: number) => number {
  return (offset) => text.positionAt(offset).line;
}
