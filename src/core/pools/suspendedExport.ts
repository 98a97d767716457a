/**
 * A pool whose users are served by its backup pool exports nothing of theirs: what it holds is older than what the backup
 * pool holds. What its clients had changed before and nobody had imported is said instead, as a loss.
 */
import { type BackupStream, emptyBacklog, StreamFailure, type StreamMeasurement } from '../backupService/stream.ts';
import { LyncTopologyError } from '../errors.ts';

export interface Suspension {
  /** Looked at before everything that the stream does. */
  readonly isSuspended: () => boolean;
}

export function suspendable(stream: BackupStream, { isSuspended }: Suspension): BackupStream {
  const isContent = stream.module === 'ConfServices.DataConf';

  function suspended(measured: StreamMeasurement): StreamMeasurement {
    const items = measured.backlog?.items ?? 0;
    // Files that only the home pool has stay there and are exported after the failback; rows are overwritten by it.
    if (isContent || items === 0) return { ...measured, backlog: emptyBacklog };
    const error = notReplicated(stream, items);
    return { ...measured, backlog: emptyBacklog, exportProblem: { error: error.toJSON(), mendedBySync: false } };
  }

  const { lastMeasured } = stream;
  return {
    ...stream,
    get exportsHere() {
      return stream.exportsHere;
    },
    measure: async (signal) => {
      const measured = await stream.measure(signal);
      return isSuspended() ? suspended(measured) : measured;
    },
    ...(lastMeasured !== undefined && {
      lastMeasured: () => {
        const measured = lastMeasured();
        return measured !== undefined && isSuspended() ? suspended(measured) : measured;
      },
    }),
    aim: async (signal) => (isSuspended() ? { reached: () => true } : stream.aim(signal)),
    runCycle: async (run) => {
      if (!isSuspended()) return stream.runCycle(run);
      const { exportProblem } = suspended(await stream.measure(run.signal));
      if (exportProblem !== undefined) throw new StreamFailure('export', new LyncTopologyError(exportProblem.error));
      return nothing;
    },
  };
}

const nothing = {
  items: 0,
  bytes: 0,
  remaining: { items: 0, bytes: 0 },
  leftOut: [],
  restored: { items: 0, bytes: 0 },
  notes: [],
} as const;

function notReplicated({ source, target }: BackupStream, items: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'pool-failed-over',
    kind: 'refused',
    object: source,
    message: `${source} holds ${items} changed rows that ${target} had not imported when it began to serve the users of ${source}. They are not carried any more.`,
    remedy: `Invoke-CsPoolFailBack -PoolFqdn ${source} names them and replaces them by what ${target} holds.`,
  });
}
