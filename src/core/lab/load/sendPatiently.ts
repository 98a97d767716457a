/** How a client sends a change: again while it is refused for a reason that passes, and to the pool that serves it. */
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { type ErrorCode, LyncTopologyError } from '../../errors.ts';

export interface Sender {
  readonly pool: string;
  /** Where its clients go while the pool is failed over. */
  readonly backupPool?: string | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds for which a refused change is sent again, default 60,000. */
  readonly patience?: number;
  /** Called with every refusal after which the change is sent again, and for how many milliseconds it has been refused. */
  readonly onRefused?: (error: LyncTopologyError, refusedFor: number) => void;
  /** Refusals that end by themselves, beside those of every client. */
  readonly alsoPassing?: ReadonlySet<ErrorCode>;
}

export interface Sent {
  /** Of the acknowledgement; absent when the signal ended the attempts. */
  readonly time?: string;
  readonly refusals: number;
  /** Milliseconds from the first attempt; 0 when none was refused. */
  readonly refusedFor: number;
  readonly waited: number;
}

/** Acknowledged when it resolves. */
export type Send = (pool: string) => Promise<{ readonly time: string }> | { readonly time: string };

/** Codes of refusals that end by themselves. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'central-management-moving',
  'chat-no-active-server',
  'database-failing-over',
  'pool-failing-over',
  'database-no-principal',
  'database-no-quorum',
  'database-unavailable',
  'commit-unknown',
  'engine-unreachable',
  'engine-stopped',
  'link-cut',
  'server-stopped',
]);
const retryAfter = 10;
const defaultPatience = 60_000;

/** `served.pool` is where the client was served last, and is kept up to date. Throws what does not pass, or not in time. */
export async function sendPatiently(options: Sender, served: { pool: string }, send: Send): Promise<Sent> {
  const start = performance.now();
  let rejected: unknown;
  for (let refusals = 0; ; refusals += 1) {
    try {
      const { time } = await send(served.pool);
      const waited = performance.now() - start;
      return { time, refusals, refusedFor: refusals === 0 ? 0 : waited, waited };
    } catch (error) {
      const refusedFor = performance.now() - start;
      const redirected = redirection(options, served.pool, error);
      if (redirected !== undefined) {
        // Sent home by the backup pool, and back again: then the change itself is what it refuses.
        if (rejected !== undefined) throw rejected;
        if (redirected === options.pool) rejected = error;
        served.pool = redirected;
        continue;
      }
      if (!passes(options, error) || refusedFor > (options.patience ?? defaultPatience)) throw error;
      options.onRefused?.(error, refusedFor);
      await pause(retryAfter, options.signal);
      if (options.signal.aborted) return { refusals: refusals + 1, refusedFor, waited: refusedFor };
    }
  }
}

/** A pool that is failed over sends its clients to its backup pool, and that sends them home after the failback. */
function redirection({ pool, backupPool }: Sender, asked: string, error: unknown): string | undefined {
  if (!(error instanceof LyncTopologyError) || backupPool === undefined) return undefined;
  if (asked === pool) return error.code === 'pool-failed-over' ? backupPool : undefined;
  return error.code === 'commit-rejected' ? pool : undefined;
}

function passes({ alsoPassing }: Sender, error: unknown): error is LyncTopologyError {
  return error instanceof LyncTopologyError && (passing.has(error.code) || alsoPassing?.has(error.code) === true);
}

/** Timers may fire a little early; a moment that is past only lets others have their turn. */
export async function pauseUntil(moment: number, signal: AbortSignal): Promise<void> {
  do await pause(moment - performance.now(), signal);
  while (performance.now() < moment && !signal.aborted);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const paused = milliseconds > 0 ? delay(milliseconds, undefined, { signal }) : immediate(undefined, { signal });
  await paused.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
