/**
 * The open topology files. Text arrives incrementally and is handed on incrementally: a key stroke costs what it touches.
 */
import { TopologyDocument, type TopologyDocumentOptions } from '../core/topology/document.ts';
import type { ClientSettings } from './settings.ts';
import { type ContentChange, createText, type PositionEncoding, type Text } from './text.ts';

/** One file: the text with its lines, and the topology that was understood from the same version of it. */
export interface OpenDocument {
  readonly uri: string;
  /** Null for a file that is not open but was read in passing, as the protocol has it. */
  readonly version: number | null;
  readonly text: Text;
  readonly topology: TopologyDocument;
}

/** What of the settings changes what is said about a document. */
export type DocumentSettings = Pick<ClientSettings, 'severities' | 'supportEnds'>;

export interface DocumentChange {
  readonly uri: string;
  readonly kind: 'opened' | 'changed' | 'closed' | 'configured';
}

export interface Documents {
  get(uri: string): OpenDocument | undefined;
  all(): Iterable<OpenDocument>;
  open(uri: string, version: number, text: string): OpenDocument;
  change(uri: string, version: number, changes: readonly ContentChange[]): OpenDocument | undefined;
  close(uri: string): void;
  /** A document that is not among the open ones, with the same settings: a file that is looked at in passing. */
  read(uri: string, text: string): OpenDocument;
  configure(settings: DocumentSettings): void;
  /** Calls back after a document was opened, changed or closed, and when what is said about it is to be said again. */
  onChange(listener: (change: DocumentChange) => void): void;
  /** How positions are counted from now on: said once, before the first document. */
  encode(encoding: PositionEncoding): void;
}

export function createDocuments(): Documents {
  const open = new Map<string, OpenDocument>();
  let options: TopologyDocumentOptions = {};
  const listeners: ((change: DocumentChange) => void)[] = [];
  const tell = (uri: string, kind: DocumentChange['kind']): void => {
    for (const listener of listeners) listener({ uri, kind });
  };
  let encoding: PositionEncoding = 'utf-16';
  const start = (uri: string, version: number | null, content: string): OpenDocument => ({
    uri,
    version,
    text: createText(content, encoding),
    topology: TopologyDocument.open(content, options),
  });
  return {
    get: (uri) => open.get(uri),
    all: () => open.values(),
    open: (uri, version, content) => {
      const document = start(uri, version, content);
      open.set(uri, document);
      tell(uri, 'opened');
      return document;
    },
    change: (uri, version, changes) => {
      const document = open.get(uri);
      if (document === undefined) return undefined;
      const changed = applyChanges(document, version, changes, start);
      open.set(uri, changed);
      tell(uri, 'changed');
      return changed;
    },
    close: (uri) => {
      if (open.delete(uri)) tell(uri, 'closed');
    },
    read: (uri, content) => start(uri, null, content),
    configure: ({ severities, supportEnds }) => {
      const rules = { supportEnds };
      options = { severities, rules };
      for (const { topology } of open.values()) {
        topology.setSeverities(severities);
        topology.setRuleOptions(rules);
      }
      for (const uri of open.keys()) tell(uri, 'configured');
    },
    onChange: (listener) => void listeners.push(listener),
    encode: (chosen) => {
      encoding = chosen;
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
    const range = text.toOffsets(change.range);
    topology.update([{ ...range, text: change.text }]);
    text.replace(range, change.text.length, topology.text);
  }
  return { uri: document.uri, version, text, topology };
}
