/**
 * Formatting: the whole document, a range, and while somebody types.
 *
 * The options that editors send are not asked: the indentation of a topology file is two spaces, whatever the width of a
 * tab, and white space at the ends of lines and of the file is part of the format. Their `false` says only that the editor
 * does not do it by itself.
 */
import type { Range as ProtocolRange, TextEdit as ProtocolTextEdit } from 'vscode-languageserver/node';
import type { TextEdit } from '../../core/topology/diagnostics.ts';
import { formatEdits } from '../../core/topology/formatting/format.ts';
import { editsWhileTyping } from '../../core/topology/formatting/onType.ts';
import { toTextEdit } from '../convert.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const formatting: Feature = {
  capabilities: ({ capabilities }) => ({
    documentFormattingProvider: true,
    documentRangeFormattingProvider:
      capabilities.textDocument?.rangeFormatting?.rangesSupport === true ? { rangesSupport: true } : true,
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
      answering(server, 'textDocument/rangeFormatting', (document, { range }) => formatRanges(document, [range])),
    );
    connection.onDocumentRangesFormatting(
      answering(server, 'textDocument/rangesFormatting', (document, { ranges }) => formatRanges(document, ranges)),
    );
    connection.onDocumentOnTypeFormatting(
      answering(server, 'textDocument/onTypeFormatting', (document, { position, ch }) => {
        const { text, tree } = document.topology;
        return toTextEdits(document, editsWhileTyping(text, tree, document.text.offsetAt(position), ch));
      }),
    );
  },
};

/** Ranges that touch one line ask for the same edits of it, which are made once. */
function formatRanges(document: OpenDocument, ranges: readonly ProtocolRange[]): ProtocolTextEdit[] {
  const { text, tree } = document.topology;
  const edits = ranges.flatMap((range) => formatEdits(text, tree, document.text.toOffsets(range)));
  const distinct = new Map(edits.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit]));
  return toTextEdits(document, [...distinct.values()]);
}

function toTextEdits(document: OpenDocument, edits: readonly TextEdit[]): ProtocolTextEdit[] {
  return edits.map((edit) => toTextEdit(document.text, edit));
}
