/** What has to happen before the streams of a pair go on, after its users changed sides without one of the two pools. */
import { type BackupStream, failureOn, type StreamMeasurement } from '../backupService/stream.ts';
import { LyncTopologyError } from '../errors.ts';
import { lossSentence } from './losses.ts';
import type { PoolServices } from './poolServices.ts';

export type Handover = Pick<PoolServices, 'isLeftBehind' | 'catchUpBackup' | 'kept'>;

/** The stream, which looks before each cycle whether anything would be overwritten unnamed. */
export function handingOver(stream: BackupStream, pools: Handover): BackupStream {
  const { source, target } = stream;
  const carriesContent = stream.module === 'ConfServices.DataConf';

  function withProblem(measured: StreamMeasurement): StreamMeasurement {
    if (measured.importProblem !== undefined || measured.exportProblem !== undefined || carriesContent) return measured;
    if (pools.isLeftBehind(source))
      return { ...measured, importProblem: { error: leftBehind(source, target), mendedBySync: true } };
    if (pools.isLeftBehind(target))
      return { ...measured, exportProblem: { error: leftBehind(target, source), mendedBySync: true } };
    return measured;
  }

  async function prepare(signal: AbortSignal): Promise<readonly string[]> {
    if (carriesContent) return keptNotes(await pools.kept.keep(target, signal));
    return [source, target].flatMap((pool) => {
      const losses = pools.catchUpBackup(pool);
      if (losses === undefined) return [];
      const backup = pool === source ? target : source;
      return [lossSentence(pool, backup, losses)];
    });
  }

  const { lastMeasured } = stream;
  return {
    ...stream,
    get exportsHere() {
      return stream.exportsHere;
    },
    measure: async (signal) => withProblem(await stream.measure(signal)),
    ...(lastMeasured !== undefined && {
      lastMeasured: () => {
        const measured = lastMeasured();
        return measured === undefined ? undefined : withProblem(measured);
      },
    }),
    runCycle: async (run) => {
      let notes: readonly string[];
      try {
        notes = await prepare(run.signal);
      } catch (error) {
        throw failureOn('import', error);
      }
      const cycle = await stream.runCycle(run);
      return notes.length === 0 ? cycle : { ...cycle, notes: [...notes, ...cycle.notes] };
    },
  };
}

function keptNotes(files: Awaited<ReturnType<Handover['kept']['keep']>>): readonly string[] {
  return files.map(({ path, keptAs }) => `${path} had been changed and never replicated; it is kept as ${keptAs}.`);
}

function leftBehind(pool: string, backup: string) {
  return new LyncTopologyError({
    code: 'pool-failed-over',
    kind: 'refused',
    object: backup,
    message: `${backup} was left behind when the users of ${pool} came home without it: it still holds what was changed for them there.`,
    remedy: `Invoke-CsBackupServiceSync -PoolFqdn ${pool} names that and replaces it by what ${pool} holds; the next background cycle does, too.`,
  }).toJSON();
}
