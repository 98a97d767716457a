/**
 * Keeps the databases in order behind the commits: redo on the mirrors, catching up of mirrors that were away, trimming of
 * the logs. Soon after commits, all of one database together; and now and then for those that are not synchronised.
 */
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { DatabaseStatus } from '../status.ts';

export interface Upkeep extends AsyncDisposable {
  /** A commit was made, or the engine has just begun: there may be something to redo. */
  noteCommit(database: MirroredDatabase): void;
  /** What a measurement found: a mirror that is behind is looked after until it is not. */
  noteStatus(database: MirroredDatabase, status: DatabaseStatus): void;
}

export interface UpkeepOptions {
  /** What the database says of itself may have changed. */
  readonly onMaintained: (database: MirroredDatabase) => void;
}

/** Milliseconds after the first commit. */
const delay = 150;
/** Milliseconds between two looks at a database that is not synchronised. */
const retryInterval = 2_000;

export function createUpkeep({ onMaintained }: UpkeepOptions): Upkeep {
  const controller = new AbortController();
  const waiting = new Set<MirroredDatabase>();
  const behind = new Map<string, MirroredDatabase>();
  let timer: NodeJS.Timeout | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  function schedule(): void {
    if (timer !== undefined || controller.signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      const databases = [...waiting];
      waiting.clear();
      working = working.then(() => maintain(databases));
    }, delay);
    timer.unref();
  }

  function scheduleRetry(): void {
    if (retryTimer !== undefined || behind.size === 0 || controller.signal.aborted) return;
    retryTimer = setTimeout(() => {
      retryTimer = undefined;
      for (const database of behind.values()) waiting.add(database);
      schedule();
      scheduleRetry();
    }, retryInterval);
    retryTimer.unref();
  }

  /** `maintain` never throws: what keeps a mirror from following is in the database's status. */
  async function maintain(databases: readonly MirroredDatabase[]): Promise<void> {
    for (const database of databases) {
      if (controller.signal.aborted) return;
      await database.maintain(controller.signal);
      onMaintained(database);
    }
  }

  return {
    noteCommit: (database) => {
      waiting.add(database);
      schedule();
    },
    noteStatus: (database, status) => {
      const settled = status.mirror === undefined || status.mirroringRemoved === true || isLevel(status);
      if (settled) {
        behind.delete(status.id);
        return;
      }
      behind.set(status.id, database);
      scheduleRetry();
    },
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      clearTimeout(timer);
      clearTimeout(retryTimer);
      await working;
    },
  };
}

/** The mirror has everything; with safety off that is no state of its own. */
function isLevel({ MirroringStatusOnPrimary: state, redoQueue, safety, sendQueue }: DatabaseStatus): boolean {
  const level = state === 'synchronized' || (safety === 'OFF' && state === 'synchronizing' && sendQueue === 0);
  return level && redoQueue === 0;
}
