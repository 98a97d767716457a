/**
 * The resolved topology as plain data: what the engine, the operations and the command line work with.
 * Positions in the text live in the topology document, not here.
 */
import type { BackupModule, DatabaseType, Edition, Release } from './vocabulary.ts';

export interface Deployment {
  readonly name: string;
  readonly sites: readonly Site[];
  readonly pools: readonly Pool[];
  readonly poolPairs: readonly PoolPair[];
  /** Initial values of the one global configuration; the engine's own store holds the live ones. */
  readonly backupService: BackupServiceConfiguration;
  /** Edge pools and the pools that they hand over to; absent when the topology gives none. */
  readonly edgePools?: readonly EdgePool[];
  /** Custom roles beside the built-in ones; absent when the topology gives none. */
  readonly adminRoles?: readonly AdminRole[];
  /** What drills are measured against; absent when the topology gives none. */
  readonly objectives?: Objectives;
  /** Virtual machines under Hyper-V Replica (domain E); absent when the topology gives none. */
  readonly virtualMachines?: readonly VirtualMachine[];
  /** Stretched Persistent Chat pools (domain D); absent when the topology gives none. */
  readonly persistentChatPools?: readonly PersistentChatPool[];
}

/** A Persistent Chat pool, stretched over two sites (domain D.1). */
export interface PersistentChatPool {
  readonly fqdn: string;
  /** Front End pool that it hands over to: its site is the home of the primary databases. */
  readonly nextHop: string;
  readonly servers: readonly ChatServer[];
  readonly logShippingShare?: UncPath;
  readonly databases: {
    readonly PersistentChat?: StretchedPlacement;
    readonly PersistentChatCompliance?: StretchedPlacement;
  };
}

export interface ChatServer {
  readonly fqdn: string;
  readonly site: string;
  /** Whether it serves clients when the deployment is made; the engine's own store holds the list of now. */
  readonly active: boolean;
}

/** The second site holds a database of its own, to which the log is shipped, and perhaps a mirror of that one. */
export interface StretchedPlacement extends DatabasePlacement {
  readonly backup?: SqlInstance;
  readonly backupMirror?: SqlInstance;
}

/** A virtual machine under Hyper-V Replica (domain E). */
export interface VirtualMachine {
  readonly name: string;
  readonly primaryHost: string;
  readonly replicaHost?: string;
  /** Holds the replica of the replica. */
  readonly extendedReplicaHost?: string;
  /** Names of the disk files that are replicated. */
  readonly disks: readonly string[];
  /** When resynchronisation may start by itself: minutes after local midnight; the window may go over midnight. */
  readonly autoResynchronize: { readonly enabled: boolean; readonly start: number; readonly end: number };
}

/** An Edge pool with its next hop (domain B.5). */
export interface EdgePool {
  readonly fqdn: string;
  readonly site?: string;
  /** FQDN of the pool. */
  readonly nextHop: string;
}

/** A custom RBAC role (domain A.10). */
export interface AdminRole {
  readonly name: string;
  /** Built-in role that it is made from. */
  readonly template: string;
  /** Cmdlets that it allows besides those of its template. */
  readonly cmdlets: readonly string[];
  /** Accounts and groups that have it. */
  readonly members: readonly string[];
}

export interface Site {
  readonly name: string;
  readonly description?: string;
}

export interface Pool {
  readonly fqdn: string;
  readonly site: string;
  readonly edition: Edition;
  readonly release: Release;
  readonly hosting?: 'physical' | 'virtual';
  readonly operatingSystem?: string;
  readonly frontEnds: readonly string[];
  readonly fileShare?: UncPath;
  readonly centralManagement?: 'active' | 'standby';
  /** Users homed on the pool, for capacity checks. */
  readonly enabledUsers?: number;
  readonly databases: Readonly<Partial<Record<DatabaseType, DatabasePlacement>>>;
}

export interface DatabasePlacement {
  readonly primary: SqlInstance;
  readonly mirror?: SqlInstance;
  readonly witness?: SqlInstance;
}

/** A SQL Server instance. `instance` is empty for the default instance. */
export interface SqlInstance {
  readonly server: string;
  readonly instance: string;
}

/** A file share: `\\server\share`, optionally with a folder below it. */
export interface UncPath {
  readonly server: string;
  readonly share: string;
  /** Folder below the share, with `/` between names, empty for the share itself. */
  readonly folder: string;
}

export interface PoolPair {
  readonly pools: readonly [string, string];
  /** The modules that apply to this pair: those listed, or all that apply when none are. */
  readonly backupModules: readonly BackupModule[];
}

export type Objectives = Readonly<
  Partial<Record<'poolFailover' | 'poolFailback' | 'centralManagementFailover' | 'databaseFailover', Objective>>
>;

/** Milliseconds. */
export interface Objective {
  readonly recoveryTime?: number;
  readonly recoveryPoint?: number;
}

/** The Backup Service configuration of the deployment (domain A.7). */
export interface BackupServiceConfiguration {
  /** Milliseconds between two cycles, 5,000 to 10,800,000. */
  readonly syncInterval: number;
  readonly maxBatchesPerUserStoreSync: number;
  readonly maxBatchesPerCmsSync: number;
  readonly maxDataConfPackageSizeKB: number;
  readonly maxConcurrentCalls: number;
  /** Whether the Backup Service of every pair from release 2019 on carries Response Groups (domain K.8). */
  readonly enableRgsBackupService: boolean;
}

/** The defaults of domain A.7. */
export const defaultBackupServiceConfiguration: BackupServiceConfiguration = {
  syncInterval: 120_000,
  maxBatchesPerUserStoreSync: 500,
  maxBatchesPerCmsSync: 500,
  maxDataConfPackageSizeKB: 102_400,
  maxConcurrentCalls: 10,
  enableRgsBackupService: false,
};

/** `server\INSTANCE`, or `server` for the default instance. */
export function sqlInstanceName(instance: SqlInstance): string {
  return instance.instance === '' ? instance.server : `${instance.server}\\${instance.instance}`;
}

/** `\\server\share\folder`. */
export function uncPathName(path: UncPath): string {
  const folder = path.folder === '' ? '' : `\\${path.folder.replaceAll('/', '\\')}`;
  return `\\\\${path.server}\\${path.share}${folder}`;
}

/** The pool of that name, compared without regard to case. */
export function findPool(deployment: Deployment, fqdn: string): Pool | undefined {
  const lower = fqdn.toLowerCase();
  return deployment.pools.find((pool) => pool.fqdn.toLowerCase() === lower);
}

/** The pair that a pool belongs to, if any. */
export function pairOf(deployment: Deployment, fqdn: string): PoolPair | undefined {
  const lower = fqdn.toLowerCase();
  return deployment.poolPairs.find((pair) => pair.pools.some((name) => name.toLowerCase() === lower));
}

/** The backup pool of a pool, if it is paired. */
export function partnerOf(deployment: Deployment, fqdn: string): Pool | undefined {
  const lower = fqdn.toLowerCase();
  const other = pairOf(deployment, fqdn)?.pools.find((name) => name.toLowerCase() !== lower);
  return other === undefined ? undefined : findPool(deployment, other);
}

/** The Persistent Chat pool of that name, compared without regard to case. */
export function findChatPool(deployment: Deployment, fqdn: string): PersistentChatPool | undefined {
  const lower = fqdn.toLowerCase();
  return deployment.persistentChatPools?.find((pool) => pool.fqdn.toLowerCase() === lower);
}
