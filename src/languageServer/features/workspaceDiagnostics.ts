/**
 * Diagnostics of every topology file of the workspace, also of those that nobody has opened. Pulled by clients that ask for
 * them, a part at a time where they want parts; pushed to the others when files change.
 */
import {
  type CancellationToken,
  CancellationTokenSource,
  type ResultProgressReporter,
  type WorkDoneProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  WorkspaceDiagnosticRequest,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { type Feature, measured, type Server } from '../feature.ts';
import { type Findings, findingsOf, reportOn } from '../reports.ts';
import type { Summarize } from '../workspace.ts';

/** Files that are reported on together, to a client that takes parts. */
const filesPerPart = 20;

export const workspaceDiagnostics: Feature = {
  capabilities: () => ({}),
  register: (server) => {
    const summarize: Summarize<Findings> = (document) => findingsOf(document, server);
    answerPulls(server, summarize);
    push(server, summarize);
  },
};

function answerPulls(server: Server, summarize: Summarize<Findings>): void {
  server.connection.languages.diagnostics.onWorkspace((parameters, token, progress, parts) =>
    measured(server, WorkspaceDiagnosticRequest.method, token, () =>
      report({ server, summarize, parameters, token, progress, parts }),
    ),
  );
}

interface Reporting {
  readonly server: Server;
  readonly summarize: Summarize<Findings>;
  readonly parameters: WorkspaceDiagnosticParams;
  readonly token: CancellationToken;
  readonly progress: WorkDoneProgressReporter;
  readonly parts: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined;
}

async function report(reporting: Reporting): Promise<WorkspaceDiagnosticReport> {
  const { server, summarize, parameters, token, progress, parts } = reporting;
  const previous = new Map(parameters.previousResultIds.map(({ uri, value }) => [uri, value]));
  let items: WorkspaceDocumentDiagnosticReport[] = [];
  let count = 0;
  progress.begin('Checking topology files');
  try {
    for await (const { uri, version, summary } of server.workspace.summaries(summarize, token)) {
      items.push({ uri, version, ...reportOn(summary, previous.get(uri)) });
      previous.delete(uri);
      count += 1;
      if (parts === undefined || items.length < filesPerPart) continue;
      parts.report({ items });
      items = [];
      progress.report(`${count} files`);
    }
    // What was not looked at any more is not gone.
    if (token.isCancellationRequested) return { items: [] };
    items.push(...[...previous.keys()].map(gone));
    if (parts === undefined) return { items };
    parts.report({ items });
    return { items: [] };
  } finally {
    progress.done();
  }
}

/** What the client still shows of a file that is no more. */
function gone(uri: string): WorkspaceDocumentDiagnosticReport {
  return { kind: 'full', uri, version: null, items: [] };
}

/** Reports on closed files again when any of them may have changed, and says only what is new. */
function push(server: Server, summarize: Summarize<Findings>): void {
  const { documents, workspace, ending } = server;
  const pushed = new Map<string, string>();
  const stop = new CancellationTokenSource();
  ending.addEventListener('abort', () => stop.cancel(), { once: true });
  const rounds = oneAtATime(() =>
    pushClosed(server, summarize, pushed, stop.token).catch((error) => server.log.failure('closed files', error)),
  );
  const run = (): void => {
    if (!server.client.pullsDiagnostics && workspace.hasFolders) rounds();
  };
  workspace.onChange(run);
  documents.onChange(({ uri, kind }) => {
    if (kind === 'opened') pushed.delete(uri);
    if (kind === 'closed') run();
  });
}

/** Runs something again for all calls that came while it ran. */
function oneAtATime(task: () => Promise<void>): () => void {
  let wanted = false;
  let running = false;
  const loop = async (): Promise<void> => {
    running = true;
    while (wanted) {
      wanted = false;
      await task();
    }
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) void loop();
  };
}

async function pushClosed(
  { connection, workspace }: Server,
  summarize: Summarize<Findings>,
  pushed: Map<string, string>,
  token: CancellationToken,
): Promise<void> {
  const vanished = new Set(pushed.keys());
  for await (const { uri, version, summary } of workspace.summaries(summarize, token)) {
    vanished.delete(uri);
    if (version !== null || pushed.get(uri) === summary.resultId || token.isCancellationRequested) continue;
    pushed.set(uri, summary.resultId);
    await connection.sendDiagnostics({ uri, diagnostics: summary.items });
  }
  if (token.isCancellationRequested) return;
  for (const uri of vanished) {
    pushed.delete(uri);
    await connection.sendDiagnostics({ uri, diagnostics: [] });
  }
}
