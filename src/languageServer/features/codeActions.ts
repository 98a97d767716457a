/** Quick fixes: what the rules offer for the findings at the place that the editor asks about. */
import { type CodeAction, CodeActionKind } from 'vscode-languageserver/node';
import type { Range } from '../../core/topology/diagnostics.ts';
import type { Client } from '../client.ts';
import { toDiagnostic, toQuickFix } from '../convert.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const codeActions: Feature = {
  capabilities: () => ({ codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] } }),
  register: (server) =>
    server.connection.onCodeAction(
      answering(server, 'textDocument/codeAction', (document, { range }) =>
        actionsAt(document, document.text.toOffsets(range), server.client),
      ),
    ),
};

function actionsAt(document: OpenDocument, range: Range, client: Client): CodeAction[] {
  return document.topology.diagnostics
    .filter((diagnostic) => diagnostic.range.start <= range.end && diagnostic.range.end >= range.start)
    .flatMap((diagnostic) =>
      (diagnostic.fixes ?? []).map((fix) =>
        toQuickFix(document, fix, toDiagnostic(document, diagnostic, client), client),
      ),
    );
}
