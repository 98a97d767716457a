/** Automatic failover in an engine that stays: the watch over the mirrors, each of its outcomes in the audit log. */
import { errorInformation } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { createMirrorWatch, type MirrorWatch, type MirrorWatchOptions } from './mirrorWatch.ts';
import type { EngineServices } from './services.ts';

export interface AutomaticFailoverOptions extends Omit<MirrorWatchOptions, 'onFailedOver' | 'onFailure'> {
  readonly audit: Pick<EngineServices['audit'], 'append'>;
  /** The roles of the database may have changed. */
  readonly onChanged: (database: MirroredDatabase) => void;
}

export function watchMirrors({ audit, onChanged, ...options }: AutomaticFailoverOptions): MirrorWatch {
  function record(database: MirroredDatabase, outcome: 'completed' | 'failed', detail: string): void {
    const { pool, type, name } = database;
    const parameters = { PoolFqdn: pool, DatabaseType: type, DatabaseName: name };
    audit.append({ operation: 'Automatic failover', parameters, outcome, detail });
    onChanged(database);
  }

  return createMirrorWatch({
    ...options,
    onFailedOver: (database, { from, to, refusedFor }) =>
      record(
        database,
        'completed',
        `${from} was lost; ${to} is the principal of ${database.name} after ${Math.round(refusedFor)} ms.`,
      ),
    onFailure: (database, error) => record(database, 'failed', errorInformation(error, database.name).message),
  });
}
