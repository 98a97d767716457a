/** Diagnostics as somebody types: pushed once the typing pauses for a moment that is shorter than anybody notices. */
import type { Diagnostic as ProtocolDiagnostic } from 'vscode-languageserver/node';
import { toDiagnostic } from '../convert.ts';
import type { Documents, OpenDocument } from '../documents.ts';

/** The longest pause, in milliseconds, that is waited for before a changed file is reported on. */
const longestPause = 25;

export interface PublishedDiagnostics {
  readonly uri: string;
  readonly version: number;
  readonly diagnostics: readonly ProtocolDiagnostic[];
}

export interface DiagnosticsPublisher extends Disposable {
  /** Reports on the file now. */
  publishNow(uri: string): void;
  /** Reports on the file after a pause; changes in between are reported once, with the last state. */
  publishSoon(uri: string): void;
}

function diagnosticsOf(document: OpenDocument, documentationRoot: string | undefined): readonly ProtocolDiagnostic[] {
  return document.topology.diagnostics.map((diagnostic) => toDiagnostic(document, diagnostic, documentationRoot));
}

/**
 * The pause follows the cost: a file that is cheap to report on is reported on at once, and a large one is not reported on
 * so often that the key strokes behind it would have to wait.
 */
export function createDiagnosticsPublisher(
  documents: Documents,
  documentationRoot: string | undefined,
  publish: (published: PublishedDiagnostics) => void,
): DiagnosticsPublisher {
  const waiting = new Map<string, NodeJS.Timeout>();
  const costs = new Map<string, number>();
  const publishNow = (uri: string): void => {
    clearTimeout(waiting.get(uri));
    waiting.delete(uri);
    const document = documents.get(uri);
    if (document === undefined) return void costs.delete(uri);
    const start = performance.now();
    publish({ uri, version: document.version, diagnostics: diagnosticsOf(document, documentationRoot) });
    costs.set(uri, performance.now() - start);
  };
  return {
    publishNow,
    publishSoon: (uri) => {
      clearTimeout(waiting.get(uri));
      waiting.set(uri, setTimeout(publishNow, Math.min(longestPause, costs.get(uri) ?? 0), uri));
    },
    [Symbol.dispose]: () => {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
