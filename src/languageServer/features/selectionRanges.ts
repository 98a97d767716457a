/** Selection ranges: what grows and shrinks around the cursor. */
import type { SelectionRange } from 'vscode-languageserver/node';
import { selectionsAt } from '../../core/topology/queries/selections.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const selectionRanges: Feature = {
  capabilities: () => ({ selectionRangeProvider: true }),
  register: (server) =>
    server.connection.onSelectionRanges(
      answering(server, 'textDocument/selectionRange', (document, { positions }) =>
        positions.map((position) => selectionsFrom(document, document.text.offsetAt(position))),
      ),
    ),
};

function selectionsFrom({ text, topology }: OpenDocument, offset: number): SelectionRange {
  const [outermost, ...inner] = selectionsAt(topology.tree, topology.text, offset).toReversed();
  const whole: SelectionRange = { range: text.toRange(outermost ?? { start: offset, end: offset }) };
  return inner.reduce<SelectionRange>((parent, range) => ({ range: text.toRange(range), parent }), whole);
}
