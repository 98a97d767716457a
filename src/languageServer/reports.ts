/** What is said about a document, in the form in which clients ask for it and in that in which it is sent to them. */
import { createHash } from 'node:crypto';
import type { Diagnostic as ProtocolDiagnostic } from 'vscode-languageserver/node';
import type { Diagnostic } from '../core/topology/diagnostics.ts';
import { toDiagnostic } from './convert.ts';
import type { OpenDocument } from './documents.ts';
import type { Server } from './feature.ts';

export interface Findings {
  readonly items: ProtocolDiagnostic[];
  /** The same for the same diagnostics, in whatever way they came about: also before and after a file is opened. */
  readonly resultId: string;
}

export type Report = ({ readonly kind: 'full' } & Findings) | { readonly kind: 'unchanged'; readonly resultId: string };

export const noFindings: Findings = findings([]);

export function diagnosticsOf(document: OpenDocument, { client, settings }: Server): ProtocolDiagnostic[] {
  const { documentationRoot } = settings;
  return document.topology.diagnostics.map((each) => toDiagnostic(document, each, client, documentationRoot));
}

/** Clients ask about the whole workspace every other second; nothing is made anew for documents that nobody edits. */
const known = new WeakMap<readonly Diagnostic[], { readonly findings: Findings; readonly settings: unknown }>();

/** The diagnostics under the name by which a client may ask whether they are still the same. */
export function findingsOf(document: OpenDocument, server: Server): Findings {
  const { diagnostics } = document.topology;
  const { settings } = server;
  const before = known.get(diagnostics);
  if (before?.settings === settings) return before.findings;
  const made = findings(diagnosticsOf(document, server));
  known.set(diagnostics, { findings: made, settings });
  return made;
}

/** The diagnostics, or that they are those that the client has. */
export function reportOn({ items, resultId }: Findings, previous: string | undefined): Report {
  return resultId === previous ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
}

function findings(items: ProtocolDiagnostic[]): Findings {
  return { items, resultId: createHash('sha1').update(JSON.stringify(items)).digest('base64url') };
}
