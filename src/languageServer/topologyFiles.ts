/** Finds topology files below a folder of this machine. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';

/** What a watcher is asked to look for; the same files as {@link isTopologyFile} names. */
export const topologyFilePattern = '**/*.topology.{yaml,yml}';

export function isTopologyFile(path: string): boolean {
  return /\.topology\.ya?ml$/i.test(path);
}

/** More files than any organisation has deployments: what lies behind them is left out, and the log says so. */
export const mostFiles = 5_000;

/** Folders that are walked at most, for a workspace that is a whole disk. */
const mostFolders = 50_000;

const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '.git', '.lync', '.hg', '.svn']);

export interface FoundFiles {
  readonly paths: readonly string[];
  /** Whether one of the limits ended the search. */
  readonly incomplete: boolean;
}

/**
 * The topology files below some folders. Links to folders are not followed, so that none is walked twice; a folder that cannot
 * be read holds nothing. Other work goes on meanwhile.
 */
export async function findTopologyFiles(folders: readonly string[], token?: CancellationToken): Promise<FoundFiles> {
  const paths = new Set<string>();
  const open = [...folders];
  let walked = 0;
  while (token?.isCancellationRequested !== true) {
    const folder = open.pop();
    if (folder === undefined) return { paths: [...paths].sort(), incomplete: false };
    if (paths.size >= mostFiles || walked >= mostFolders) break;
    walked += 1;
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name)) open.push(path);
      } else if (isTopologyFile(entry.name)) paths.add(path);
    }
  }
  return { paths: [...paths].sort().slice(0, mostFiles), incomplete: true };
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
