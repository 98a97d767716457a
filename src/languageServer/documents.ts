/**
 * The open topology files. Text arrives incrementally and is handed on incrementally: a key stroke costs what it touches.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SeverityOverrides } from '../core/topology/diagnostics.ts';
import { TopologyDocument } from '../core/topology/document.ts';

/** One open file: the text with its lines, and the topology that was understood from the same version of it. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: TextDocument;
  readonly topology: TopologyDocument;
}

export type ContentChange = Parameters<typeof TextDocument.update>[1][number];

export interface Documents {
  get(uri: string): OpenDocument | undefined;
  all(): Iterable<OpenDocument>;
  open(uri: string, version: number, text: string): OpenDocument;
  change(uri: string, version: number, changes: readonly ContentChange[]): OpenDocument | undefined;
  close(uri: string): void;
  configure(severities: SeverityOverrides): void;
}

export function createDocuments(): Documents {
  const open = new Map<string, OpenDocument>();
  let severities: SeverityOverrides = {};
  const start = (uri: string, version: number, content: string): OpenDocument => ({
    uri,
    version,
    text: TextDocument.create(uri, 'lync-topology', version, content),
    topology: TopologyDocument.open(content, { severities }),
  });
  return {
    get: (uri) => open.get(uri),
    all: () => open.values(),
    open: (uri, version, content) => {
      const document = start(uri, version, content);
      open.set(uri, document);
      return document;
    },
    change: (uri, version, changes) => {
      const document = open.get(uri);
      if (document === undefined) return undefined;
      const changed = applyChanges(document, version, changes, start);
      open.set(uri, changed);
      return changed;
    },
    close: (uri) => void open.delete(uri),
    configure: (changed) => {
      severities = changed;
      for (const { topology } of open.values()) topology.setSeverities(changed);
    },
  };
}

/** Each change speaks of the text after the one before it, so they are applied one by one. */
function applyChanges(
  document: OpenDocument,
  version: number,
  changes: readonly ContentChange[],
  start: (uri: string, version: number, content: string) => OpenDocument,
): OpenDocument {
  let { text, topology } = document;
  for (const change of changes) {
    if (!('range' in change)) {
      ({ text, topology } = start(document.uri, version, change.text));
      continue;
    }
    const edit = { start: text.offsetAt(change.range.start), end: text.offsetAt(change.range.end), text: change.text };
    text = TextDocument.update(text, [change], version);
    topology.update([edit]);
  }
  return { uri: document.uri, version, text, topology };
}
