/**
 * Which jobs this window follows. In a file of the workspace's storage, on disk when a call returns: what VS Code keeps for an
 * extension is written some seconds later, and a window can be closed in the next moment.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogOutputChannel } from 'vscode';

export interface FollowedJobs {
  /** Identifiers, in the order in which they were added. */
  list(): readonly string[];
  add(job: string): void;
  remove(job: string): void;
  clear(): void;
}

/** Without a folder there is no workspace, and nobody to go on; where the file cannot be written, the log says so. */
export function openFollowedJobs(folder: string | undefined, log: LogOutputChannel): FollowedJobs {
  const file = folder === undefined ? undefined : join(folder, 'followed-jobs.json');
  let jobs: readonly string[] = file === undefined ? [] : read(file);

  function write(changed: readonly string[]): void {
    jobs = changed;
    if (folder === undefined || file === undefined) return;
    try {
      mkdirSync(folder, { recursive: true });
      if (jobs.length === 0) rmSync(file, { force: true });
      else writeFileSync(file, JSON.stringify(jobs));
    } catch (error) {
      log.warn(`The jobs that this window follows could not be written down: ${String(error)}`);
    }
  }

  return {
    list: () => jobs,
    add: (job) => write([...jobs.filter((other) => other !== job), job]),
    remove: (job) => write(jobs.filter((other) => other !== job)),
    clear: () => write([]),
  };
}

/** What is missing or damaged is nothing to go on with. */
function read(file: string): readonly string[] {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}
