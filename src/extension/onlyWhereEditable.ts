/**
 * Problems are shown where somebody can mend them. The other side of a comparison, a file of an earlier commit and the like
 * have our language too, and every feature that helps to read; their problems would stand in the list beside the true ones.
 */
import * as vscode from 'vscode';
import { type Middleware, vsdiag } from 'vscode-languageclient/node';

export const onlyWhereEditable: Middleware = {
  provideDiagnostics: (document, previousResultId, token, next) =>
    isEditable(document instanceof vscode.Uri ? document : document.uri)
      ? next(document, previousResultId, token)
      : { kind: vsdiag.DocumentDiagnosticReportKind.full, items: [] },
  handleDiagnostics: (uri, diagnostics, next) => next(uri, isEditable(uri) ? diagnostics : []),
};

/** A scheme of which nothing is known, as that of a new file, is one in which something is written. */
function isEditable(uri: vscode.Uri): boolean {
  return vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false;
}
