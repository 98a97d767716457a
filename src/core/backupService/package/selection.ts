/** Which rows of a pool go into its package, module by module. */
import type { DatabaseSync } from 'node:sqlite';
import type { BackupModule, DatabaseName } from '../../topology/vocabulary.ts';
import { rowTables } from '../rowTables.ts';
import type { TableSelection } from './tables.ts';

const documents: TableSelection = {
  name: 'documents',
  columns: ['name', 'version', 'content', 'changedAt'],
  key: ['name'],
  homePool: undefined,
};

/** The database of a module that carries rows or documents. */
export function databaseOf(module: BackupModule): DatabaseName | undefined {
  switch (module) {
    case 'UserServices.PresenceFocus':
      return 'rtcxds';
    case 'CentralMgmt.CMSMaster':
      return 'xds';
    case 'ApplicationServer.RGSDataStore':
      return 'rgsconfig';
    case 'ConfServices.DataConf':
    case 'ApplicationServer.RGSFileStore':
      return undefined;
  }
}

/** The pool's own rows; of the Central Management store every document. */
export function selectionsOf(
  connection: DatabaseSync,
  database: DatabaseName,
  pool: string,
): readonly TableSelection[] {
  if (database === 'xds') return [documents];
  return rowTables(connection).map((table) => ({ ...table, homePool: pool }));
}
