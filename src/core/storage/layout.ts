/**
 * Where things lie in the data directory. Everything of a server lies in that server's folder, so that "this server is
 * down" is a real fault: its folder is missing, unreadable, or carries the mark of a stopped server.
 */
import type { SqlInstance, UncPath } from '../topology/model.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';

export interface DataDirectory {
  readonly root: string;
  /** `<root>/engine.db` */
  readonly engineDatabase: string;
  /** `<root>/servers/<server>` */
  serverFolder(server: string): string;
  /** `<root>/servers/<server>/<instance>`; the default instance lies in `MSSQLSERVER`. */
  instanceFolder(instance: SqlInstance): string;
  /** `<instance folder>/<database>.db` */
  databaseFile(instance: SqlInstance, database: DatabaseName): string;
  share(path: UncPath): ShareLocation;
  /** `<root>/hosts/<host>`: a Hyper-V host. */
  hostFolder(host: string): string;
  /** `<host folder>/<machine>`: the disks of a virtual machine or of its replica. */
  machineFolder(host: string, machine: string): string;
  /** `<machine folder>/<disk>` */
  virtualDisk(host: string, machine: string, disk: string): string;
}

export interface ShareLocation {
  readonly unc: string;
  readonly server: string;
  /** The root of the share: in the server's folder, or the directory it is mapped to. */
  readonly folder: string;
  readonly mapped: boolean;
}
