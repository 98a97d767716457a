/** Quick fixes: what the rules offer for the findings at the place that the editor asks about. */
import type { CodeAction } from 'vscode-languageserver/node';
import type { Range } from '../../core/topology/diagnostics.ts';
import { toDiagnostic, toQuickFix } from '../convert.ts';
import type { OpenDocument } from '../documents.ts';

export function codeActions(document: OpenDocument, range: Range, versioned: boolean): readonly CodeAction[] {
  return document.topology.diagnostics
    .filter((diagnostic) => diagnostic.range.start <= range.end && diagnostic.range.end >= range.start)
    .flatMap((diagnostic) =>
      (diagnostic.fixes ?? []).map((fix) =>
        toQuickFix(document, fix, toDiagnostic(document, diagnostic, undefined), versioned),
      ),
    );
}
