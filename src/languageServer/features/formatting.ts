/**
 * Formatting: the whole document, a range, and while somebody types.
 *
 * The options that editors send are not asked: the indentation of a topology file is two spaces, whatever the width of a
 * tab, and white space at the ends of lines and of the file is part of the format. Their `false` says only that the editor
 * does not do it by itself.
 */
import type { TextEdit as ProtocolTextEdit } from 'vscode-languageserver/node';
import type { TextEdit } from '../../core/topology/diagnostics.ts';
import { formatEdits } from '../../core/topology/formatting/format.ts';
import { editsWhileTyping } from '../../core/topology/formatting/onType.ts';
import { toTextEdit } from '../convert.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const formatting: Feature = {
  capabilities: () => ({
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n', moreTriggerCharacter: ['-'] },
  }),
  register: (server) => {
    const { connection } = server;
    connection.onDocumentFormatting(
      answering(server, 'textDocument/formatting', (document) =>
        toTextEdits(document, formatEdits(document.topology.text, document.topology.tree)),
      ),
    );
    connection.onDocumentRangeFormatting(
      answering(server, 'textDocument/rangeFormatting', (document, { range }) =>
        toTextEdits(
          document,
          formatEdits(document.topology.text, document.topology.tree, document.text.toOffsets(range)),
        ),
      ),
    );
    connection.onDocumentOnTypeFormatting(
      answering(server, 'textDocument/onTypeFormatting', (document, { position, ch }) => {
        const { text, tree } = document.topology;
        return toTextEdits(document, editsWhileTyping(text, tree, document.text.offsetAt(position), ch));
      }),
    );
  },
};

function toTextEdits(document: OpenDocument, edits: readonly TextEdit[]): ProtocolTextEdit[] {
  return edits.map((edit) => toTextEdit(document.text, edit));
}
