/**
 * Diagnostics of open files. Pulled by clients that ask for them; pushed to the others once the typing pauses for a moment that
 * is shorter than anybody notices. Either way they are those of the text as it is now.
 */
import { DocumentDiagnosticRequest } from 'vscode-languageserver/node';
import { type Feature, measured, type Server, uriOf } from '../feature.ts';
import { diagnosticsOf, findingsOf, noFindings, reportOn } from '../reports.ts';

/** The longest pause, in milliseconds, that is waited for before a changed file is reported on. */
const longestPause = 25;

interface Publisher extends Disposable {
  /** Reports on the file now. */
  publishNow(uri: string): void;
  /** Reports on the file after a pause; changes in between are reported once, with the last state. */
  publishSoon(uri: string): void;
}

export const diagnostics: Feature = {
  capabilities: ({ pullsDiagnostics }) =>
    pullsDiagnostics
      ? {
          diagnosticProvider: {
            identifier: 'lync-topology',
            interFileDependencies: false,
            workspaceDiagnostics: true,
            workDoneProgress: true,
          },
        }
      : {},
  register: (server) => {
    answerPulls(server);
    push(server);
  },
};

/** Of a file that is not open there is nothing to say here; `workspace/diagnostic` speaks of those. */
function answerPulls(server: Server): void {
  const { method } = DocumentDiagnosticRequest;
  server.connection.languages.diagnostics.on((parameters, token) =>
    measured(server, method, token, () => {
      const document = server.documents.get(uriOf(method, parameters));
      return reportOn(document === undefined ? noFindings : findingsOf(document, server), parameters.previousResultId);
    }),
  );
}

function push(server: Server): void {
  const { connection, documents } = server;
  const publisher = createPublisher(server);
  documents.onChange(({ uri, kind }) => {
    if (server.client.pullsDiagnostics) return;
    if (kind === 'changed') return publisher.publishSoon(uri);
    publisher.publishNow(uri);
    if (kind === 'closed') connection.sendDiagnostics({ uri, diagnostics: [] }).catch(ignoreClosedConnection);
  });
  server.ending.addEventListener('abort', () => publisher[Symbol.dispose](), { once: true });
}

/**
 * The pause follows the cost: a file that is cheap to report on is reported on at once, and a large one is not reported on
 * so often that the key strokes behind it would have to wait.
 */
function createPublisher(server: Server): Publisher {
  const waiting = new Map<string, NodeJS.Timeout>();
  const costs = new Map<string, number>();
  const publishNow = (uri: string): void => {
    clearTimeout(waiting.get(uri));
    waiting.delete(uri);
    const document = server.documents.get(uri);
    if (document === undefined) return void costs.delete(uri);
    const start = performance.now();
    const version = document.version ?? 0;
    const found = diagnosticsOf(document, server);
    server.connection.sendDiagnostics({ uri, version, diagnostics: found }).catch(ignoreClosedConnection);
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

/** The client may go while something is on its way to it. */
function ignoreClosedConnection(): void {}
