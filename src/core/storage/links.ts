/**
 * Links between servers of the embedded deployment. A link is *cut*, or *slow*, when either server's folder carries the mark of
 * the other, `.cut-<server>` or `.slow-<server>`; whoever is about to send something from one server to the other looks at both
 * marks first. As with stopped servers nothing is remembered: an answer is two looks at the file system.
 */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LyncTopologyError } from '../errors.ts';
import { serverError, serverState } from './availability.ts';
import type { DataDirectory } from './layout.ts';
import { folderName } from './names.ts';

export interface Link {
  /** False while it is cut. Whether the servers run is another question. */
  isUp(): boolean;
}

export type LinkCondition = 'cut' | 'slow';

export interface MarkedLink {
  readonly servers: readonly [string, string];
  /** ISO 8601, UTC. */
  readonly since: string;
}

const alwaysUp: Link = { isUp: () => true };

/** The link between two servers; within one server it is always up. */
export function linkBetween(dataDirectory: DataDirectory, left: string, right: string): Link {
  if (left.toLowerCase() === right.toLowerCase()) return alwaysUp;
  const marks = linkMarks(dataDirectory, 'cut', left, right);
  return { isUp: () => !marks.some(isThere) };
}

/** The files of which one is there while the link is in that condition; none within one server. */
export function linkMarks(
  dataDirectory: DataDirectory,
  condition: LinkCondition,
  left: string,
  right: string,
): readonly string[] {
  if (left.toLowerCase() === right.toLowerCase()) return [];
  return [markOf(dataDirectory, condition, left, right), markOf(dataDirectory, condition, right, left)];
}

/** What one server says when it would talk to another over a cut link. */
export function linkCut(from: string, to: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'link-cut',
    kind: 'failed',
    object: to,
    message: `${from} cannot reach ${to}: the link between them is cut.`,
    remedy: `Mend it with \`lync-topology fault start ${from}+${to}\`.`,
  });
}

/** Cuts the link; see `markLink`. */
export function cutLink(dataDirectory: DataDirectory, left: string, right: string): void {
  markLink(dataDirectory, 'cut', left, right);
}

/** Marks the link on both sides, durably. Throws `argument-invalid` for one server, `server-stopped` for one without a folder. */
export function markLink(dataDirectory: DataDirectory, condition: LinkCondition, left: string, right: string): void {
  if (left.toLowerCase() === right.toLowerCase()) throw sameServer(left);
  for (const server of [left, right]) {
    const error =
      serverState(dataDirectory, server).state === 'missing' ? serverError(dataDirectory, server) : undefined;
    if (error !== undefined) throw error;
  }
  const time = new Date().toISOString();
  for (const path of linkMarks(dataDirectory, condition, left, right)) writeMark(path, time);
}

/** Ends `cutLink`. Nothing happens when the link is up. */
export function mendLink(dataDirectory: DataDirectory, left: string, right: string): void {
  unmarkLink(dataDirectory, 'cut', left, right);
}

/** Ends `markLink`. Nothing happens when the link is not in that condition. */
export function unmarkLink(dataDirectory: DataDirectory, condition: LinkCondition, left: string, right: string): void {
  for (const path of linkMarks(dataDirectory, condition, left, right)) rmSync(path, { force: true });
}

/** The links among these servers that are in that condition now, each once. */
export function markedLinks(
  dataDirectory: DataDirectory,
  condition: LinkCondition,
  servers: readonly string[],
): readonly MarkedLink[] {
  const prefix = prefixOf(condition);
  const names = new Map(servers.map((server) => [server.toLowerCase(), server]));
  const found = new Map<string, MarkedLink>();
  for (const [lower, server] of names) {
    for (const mark of marksIn(dataDirectory.serverFolder(server), prefix)) {
      const otherLower = mark.slice(prefix.length);
      const other = names.get(otherLower) ?? otherLower;
      const key = [lower, otherLower].sort().join(' ');
      if (found.has(key)) continue;
      const since = markedSince(join(dataDirectory.serverFolder(server), mark));
      found.set(key, { servers: lower < otherLower ? [server, other] : [other, server], since });
    }
  }
  return [...found.values()];
}

function prefixOf(condition: LinkCondition): string {
  return `.${condition}-`;
}

function markOf(dataDirectory: DataDirectory, condition: LinkCondition, of: string, other: string): string {
  const name = folderName(other.toLowerCase(), 'name of the server');
  return join(dataDirectory.serverFolder(of), `${prefixOf(condition)}${name}`);
}

/** Whether a mark lies there. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder that cannot be looked into is a server that is away, which is found out elsewhere.
    return false;
  }
}

function marksIn(folder: string, prefix: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Writes a mark with the time, durably; keeps the time of one that is there. */
export function writeMark(path: string, time: string): void {
  const mark = openSync(path, 'a', 0o600);
  try {
    if (statSync(path).size === 0) writeSync(mark, `${time}\n`);
    fsyncSync(mark);
  } finally {
    closeSync(mark);
  }
}

/** The mark holds the time; one that was made by hand has at least its own. */
export function markedSince(mark: string): string {
  try {
    const written = Date.parse(readFileSync(mark, 'utf8').trim());
    return new Date(Number.isNaN(written) ? statSync(mark).mtimeMs : written).toISOString();
  } catch {
    // Mended in this moment.
    return new Date().toISOString();
  }
}

function sameServer(name: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: name,
    message: `${name} has no link to itself.`,
    remedy: 'Name two different servers.',
  });
}
