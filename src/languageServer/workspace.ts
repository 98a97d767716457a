/**
 * The topology files of the workspace: the open ones as they are in the editor, the others as they are on disk.
 *
 * Of a file that is not open nothing is kept but what was made of it for somebody, which is made again when its time or size
 * changed. Where the client watches files, the list of them is kept; otherwise it is made again when somebody asks.
 */
import { open, stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CancellationToken, FileEvent, WorkspaceFoldersChangeEvent } from 'vscode-languageserver/node';
import { mostCharacters } from '../core/topology/syntax/limits.ts';
import type { Documents, OpenDocument } from './documents.ts';
import type { ServerLog } from './log.ts';
import { findTopologyFiles, isTopologyFile, mostFiles } from './topologyFiles.ts';

/**
 * Makes of a document what somebody wants to know of it. It is kept for as long as the file is the same, so it must hold on to
 * nothing of the document: plain data, no node, no topology.
 */
export type Summarize<Summary> = (document: OpenDocument) => Summary;

export interface FileSummary<Summary> {
  readonly uri: string;
  /** Of the text in the editor; null for a file that is not open. */
  readonly version: number | null;
  readonly summary: Summary;
}

export interface Workspace {
  /** Every topology file, one after the other; one that is not open is read, and forgotten when the next one is asked for. */
  documents(token: CancellationToken): AsyncIterable<OpenDocument>;
  /** What a function makes of every topology file. The function is its own name: pass the same one each time. */
  summaries<Summary>(summarize: Summarize<Summary>, token: CancellationToken): AsyncIterable<FileSummary<Summary>>;
  /** How many files there are about, as far as is known. */
  readonly size: number;
  readonly hasFolders: boolean;
  /** Calls back when a file that is not open, or the list of files, may be another. */
  onChange(listener: () => void): void;
}

export interface WorkspaceIndex extends Workspace {
  setFolders(uris: readonly string[]): void;
  changeFolders(change: WorkspaceFoldersChangeEvent): void;
  /** From now on the client says when files change, so that the list of them is kept. */
  watch(): void;
  filesChanged(changes: readonly FileEvent[]): void;
  /** What is said about a text is another from now on. */
  forgetSummaries(): void;
}

/** Milliseconds for which a list of files holds. A watcher says nothing of a folder that was moved into the workspace. */
const watchedLifetime = 30_000;
const unwatchedLifetime = 1_000;

interface ClosedFile {
  /** Changes with the file. */
  stamp: string;
  summaries: Map<Summarize<unknown>, unknown>;
}

export function createWorkspace(documents: Documents, log: ServerLog): WorkspaceIndex {
  const folders = new Set<string>();
  const files = new Map<string, ClosedFile>();
  const listeners: (() => void)[] = [];
  let watched = false;
  let listed: Promise<readonly string[]> | undefined;
  let listedAt = 0;
  const changed = (): void => {
    listed = undefined;
    for (const listener of listeners) listener();
  };
  const list = async (): Promise<readonly string[]> => {
    const found = await findTopologyFiles([...folders]);
    if (found.incomplete) log.note(`Only the first ${mostFiles} topology files of the workspace are looked at.`);
    const paths = new Set(found.paths);
    for (const path of files.keys()) if (!paths.has(path)) files.delete(path);
    return found.paths;
  };
  const paths = (): Promise<readonly string[]> => {
    const age = performance.now() - listedAt;
    if (listed !== undefined && age < (watched ? watchedLifetime : unwatchedLifetime)) return listed;
    listedAt = performance.now();
    listed = list();
    return listed;
  };
  async function* summaries<Summary>(
    summarize: Summarize<Summary>,
    token: CancellationToken,
  ): AsyncGenerator<FileSummary<Summary>> {
    for await (const { uri, path } of each(documents, paths, token)) {
      const opened = documents.get(uri);
      if (opened !== undefined) yield { uri, version: opened.version, summary: summarize(opened) };
      else if (path !== undefined) yield* closedSummary(path, uri, summarize);
    }
  }
  async function* closedSummary<Summary>(
    path: string,
    uri: string,
    summarize: Summarize<Summary>,
  ): AsyncGenerator<FileSummary<Summary>> {
    const stamp = await stampOf(path);
    if (stamp === undefined) return;
    let file = files.get(path);
    if (file?.stamp !== stamp) {
      file = { stamp, summaries: new Map() };
      files.set(path, file);
    }
    if (!file.summaries.has(summarize)) {
      const text = await readText(path);
      if (text === undefined) return;
      file.summaries.set(summarize, withoutTexts(summarize(documents.read(uri, text))));
    }
    // The map holds under a function only what that function made.
    yield { uri, version: null, summary: file.summaries.get(summarize) as Summary };
  }
  return {
    summaries,
    documents: async function* (token) {
      for await (const { uri, path } of each(documents, paths, token)) {
        const opened = documents.get(uri);
        const text = opened === undefined && path !== undefined ? await readText(path) : undefined;
        if (opened !== undefined) yield opened;
        else if (text !== undefined) yield documents.read(uri, text);
      }
    },
    get size() {
      return files.size;
    },
    get hasFolders() {
      return folders.size > 0;
    },
    onChange: (listener) => void listeners.push(listener),
    setFolders: (uris) => {
      folders.clear();
      for (const path of pathsOf(uris)) folders.add(path);
      changed();
    },
    changeFolders: ({ added, removed }) => {
      for (const path of pathsOf(removed.map(({ uri }) => uri))) folders.delete(path);
      for (const path of pathsOf(added.map(({ uri }) => uri))) folders.add(path);
      changed();
    },
    watch: () => {
      watched = true;
    },
    filesChanged: (changes) => {
      const closed = changes
        .map(({ uri }) => uri)
        .filter((uri) => isTopologyFile(uri) && documents.get(uri) === undefined);
      for (const path of pathsOf(closed)) files.delete(path);
      if (closed.length > 0) changed();
    },
    forgetSummaries: () => files.clear(),
  };
}

/** An open document, or a file that is not open; which of them it is may change while it is waited for. */
interface Place {
  readonly uri: string;
  readonly path: string | undefined;
}

/** Open documents first: they are there already, and are what somebody looks at. */
async function* each(
  documents: Documents,
  paths: () => Promise<readonly string[]>,
  token: CancellationToken,
): AsyncGenerator<Place> {
  const open = [...documents.all()].map(({ uri }) => ({ uri, path: pathOf(uri) }));
  const seen = new Set(open.map(({ path }) => path));
  const closed = (await paths()).filter((path) => !seen.has(path));
  for (const place of [...open, ...closed.map((path) => ({ uri: pathToFileURL(path).href, path }))]) {
    if (token.isCancellationRequested) return;
    yield place;
    // Keys that were pressed meanwhile go first.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A copy: a name in it may be a piece of the file's text, which would be kept as a whole for its sake. */
function withoutTexts<Summary>(summary: Summary): Summary {
  return structuredClone(summary);
}

async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? `${found.mtimeNs} ${found.size}` : undefined;
}

/** Bytes that are more characters than are understood, whichever they are: that there are more is all that is said then. */
const mostBytes = mostCharacters * 3 + 3;

/** The text of a file; undefined when it is gone or cannot be read. What is not UTF-8 becomes the replacement character. */
async function readText(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.min(size, mostBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  }
}

/** Paths of the addresses that are files of this machine. */
function pathsOf(uris: readonly string[]): readonly string[] {
  return uris.flatMap((uri) => pathOf(uri) ?? []);
}

/** The path of a file on this machine, where the address is that of one. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
