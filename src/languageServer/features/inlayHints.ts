/** Inlay hints: what holds where the file says nothing. Switched off in the settings. */
import { type InlayHint, MarkupKind } from 'vscode-languageserver/node';
import { type InlayHint as Hint, inlayHints as hintsOf } from '../../core/topology/queries/inlayHints.ts';
import { toTextEdit } from '../convert.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';
import { toMarkup } from '../markup.ts';

export const inlayHints: Feature = {
  capabilities: ({ capabilities }) =>
    capabilities.textDocument?.inlayHint === undefined ? {} : { inlayHintProvider: true },
  register: (server) => {
    server.connection.languages.inlayHint.on(
      answering(server, 'textDocument/inlayHint', (document, { range }) => {
        if (!server.settings.inlayHints) return [];
        const { text, topology } = document.topology;
        const hints = hintsOf({ text, topology, range: document.text.toOffsets(range) });
        return hints.map((hint) => toInlayHint(document, hint));
      }),
    );
  },
};

function toInlayHint({ text }: OpenDocument, { offset, text: label, tooltip, edits }: Hint): InlayHint {
  return {
    position: text.positionAt(offset),
    label,
    tooltip: toMarkup(tooltip, MarkupKind.Markdown),
    paddingLeft: true,
    ...(edits.length > 0 && { textEdits: edits.map((edit) => toTextEdit(text, edit)) }),
  };
}
