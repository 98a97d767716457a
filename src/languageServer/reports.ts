/** What is said about a document, in the form in which clients ask for it and in that in which it is sent to them. */
import { createHash } from 'node:crypto';
import type { Diagnostic as ProtocolDiagnostic } from 'vscode-languageserver/node';
import { toDiagnostic } from './convert.ts';
import type { OpenDocument } from './documents.ts';
import type { Server } from './feature.ts';

export function diagnosticsOf(document: OpenDocument, { client, settings }: Server): ProtocolDiagnostic[] {
  const { documentationRoot } = settings;
  return document.topology.diagnostics.map((each) => toDiagnostic(document, each, client, documentationRoot));
}

/** The same for the same diagnostics, in whatever way they came about: also before and after a file is opened. */
export function resultIdOf(diagnostics: readonly ProtocolDiagnostic[]): string {
  return createHash('sha1').update(JSON.stringify(diagnostics)).digest('base64url');
}

export type Report =
  | { readonly kind: 'full'; readonly resultId: string; readonly items: ProtocolDiagnostic[] }
  | { readonly kind: 'unchanged'; readonly resultId: string };

/** The diagnostics, or that they are those that the client has. */
export function reportOn(items: ProtocolDiagnostic[], resultId: string, previous: string | undefined): Report {
  return resultId === previous ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
}
