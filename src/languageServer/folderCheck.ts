/**
 * Whether folders exist, asked in a way that cannot hold the server up: a folder may be on a disk that is away. Only so many are
 * asked about, only a few at once, and what does not answer in time counts as missing for now.
 */
import { stat } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';

export interface FolderCheck {
  /** Those of the folders that are known to exist. */
  existing(folders: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Milliseconds that an answer is waited for, all folders together. */
const longestWait = 250;

/** Milliseconds for which an answer holds. */
const answerHolds = 10_000;

/** Folders that are asked about for one request. */
const mostFolders = 100;

/** Of the four requests to the file system that Node has under way at once; the others stay free. */
const mostAtOnce = 2;

type Exists = (folder: string) => Promise<boolean>;

interface Answer {
  readonly exists: boolean;
  /** By `performance.now()`. */
  readonly at: number;
}

/** `exists` is asked once for a folder until it has answered. */
export function createFolderCheck(exists: Exists = isFolder): FolderCheck {
  const answers = new Map<string, Answer>();
  const asked = new Set<string>();
  const ask = async (folder: string): Promise<void> => {
    asked.add(folder);
    const found = await exists(folder).catch(() => false);
    asked.delete(folder);
    answers.set(folder, { exists: found, at: performance.now() });
  };
  const isFresh = (folder: string): boolean => {
    const answer = answers.get(folder);
    return answer !== undefined && performance.now() - answer.at < answerHolds;
  };
  const askAll = async (folders: string[], until: AbortSignal): Promise<void> => {
    while (!until.aborted && asked.size < mostAtOnce) {
      const folder = folders.pop();
      if (folder === undefined) return;
      await ask(folder);
    }
  };
  return {
    existing: async (folders) => {
      const wanted = [...new Set(folders)].slice(0, mostFolders);
      for (const known of answers.keys()) if (!isFresh(known)) answers.delete(known);
      const open = wanted.filter((folder) => !isFresh(folder) && !asked.has(folder)).reverse();
      const over = new AbortController();
      const asking = Promise.all(Array.from({ length: mostAtOnce }, () => askAll(open, over.signal)));
      const waiting = after(longestWait, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([asking, waiting]);
      over.abort();
      return new Set(wanted.filter((folder) => answers.get(folder)?.exists === true));
    },
  };
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder)).isDirectory();
}
