/** File-content replication: the library under the Backup Service module `ConfServices.DataConf`. */
export { compareTrees, openContentReplication } from './replication.ts';
export * from './types.ts';
