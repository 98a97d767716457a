/** Waiting until what a Backup Service has to carry has been carried: measured, and again whenever a state changes. */
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { ModuleStatus } from '../status.ts';
import type { BackupModule } from '../topology/vocabulary.ts';

export interface Awaited {
  readonly pool: string;
  readonly modules: readonly BackupModule[];
  /** Whether the state of a module will do. */
  readonly accepts: (status: ModuleStatus) => boolean;
}

/**
 * Returns the states as evidence. Throws the error of a module whose state will not do after `waitTime` milliseconds, with
 * how long was waited as the way out; `cancelled`.
 */
export async function untilSteady(
  services: EngineServices,
  { pool, modules, accepts }: Awaited,
  waitTime: number,
  signal: AbortSignal,
): Promise<string> {
  const deadline = performance.now() + waitTime;
  const changes = changesOf(services);
  using _ = changes.subscription;
  for (;;) {
    const changed = changes.next();
    const states = await Promise.all(
      modules.map((module) => services.backupService.measureModule(pool, module, signal)),
    );
    const open = states.find((state) => !accepts(state));
    if (open === undefined)
      return states.map(({ Identity, ExportStatus }) => `${Identity}: ${ExportStatus}.`).join(' ');
    const left = deadline - performance.now();
    if (left <= 0) throw notReached(pool, open);
    await within(left, changed, signal);
    throwIfCancelled(signal, `Waiting for ${open.Identity} of ${pool}`);
  }
}

function changesOf(services: EngineServices) {
  let told = Promise.withResolvers<void>();
  const subscription = services.status.onDidChange(() => told.resolve());
  return {
    subscription,
    /** Resolves at the first change from now on. */
    next: (): Promise<void> => {
      told = Promise.withResolvers<void>();
      return told.promise;
    },
  };
}

/** Ends with the event, after that many milliseconds, or when the signal is raised. */
async function within(milliseconds: number, event: Promise<void>, signal: AbortSignal): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const timer = setTimeout(ended.resolve, milliseconds);
  const stop = (): void => ended.resolve();
  signal.addEventListener('abort', stop);
  try {
    if (!signal.aborted) await Promise.race([event, ended.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function notReached(
  pool: string,
  { Identity, ExportStatus, explanation, exportError }: ModuleStatus,
): LyncTopologyError {
  const error = exportError ?? {
    code: 'sync-failed' as const,
    message: `${Identity} of ${pool} is in ${ExportStatus}. ${explanation}`,
    remedy: 'Mend what it names, or wait longer with -WaitTime.',
  };
  return new LyncTopologyError({ ...error, kind: 'failed', object: Identity });
}
