/**
 * What a deployment says about itself, as plain serialisable data. Every value is measured when it is read: from log
 * positions, manifests, folders and the jobs in the engine's database. Property names in Pascal case are those of the
 * cmdlets' output (domain A.3, A.4, C.3).
 *
 * `id`s are stable paths of the thing and never contain changing text: views key their nodes by them.
 */
import type { ErrorInformation } from './errors.ts';
import type { BackupModule, DatabaseName, DatabaseType } from './topology/vocabulary.ts';

export type ExportStatus = 'NotInitialized' | 'NonSteadyState' | 'SteadyState' | 'FinalState' | 'ErrorState';
export type ImportStatus = 'NormalState' | 'ErrorState';

export interface DeploymentStatus {
  /** Grows with every change. */
  readonly revision: number;
  readonly deployment: string;
  readonly dataDirectory: string;
  /** False until `init` has made the data directory: then pools carry no modules or databases. */
  readonly initialized: boolean;
  readonly sites: readonly SiteStatus[];
  readonly pools: readonly PoolStatus[];
  readonly pairs: readonly PairStatus[];
  /** Absent when the topology gives none. */
  readonly virtualMachines?: readonly VirtualMachineStatus[];
  readonly jobs: readonly JobStatus[];
  readonly faults: readonly FaultStatus[];
  readonly backgroundCycles: BackgroundCycles;
  /** Stretched Persistent Chat pools; absent when the topology has none, or before `init`. */
  readonly persistentChat?: readonly PersistentChatStatus[];
}

/** What changed since the revision before: whole objects, by identity. Absent means unchanged. */
export interface StatusChange {
  readonly revision: number;
  readonly initialized?: boolean;
  readonly sites?: readonly SiteStatus[];
  readonly pools?: readonly PoolStatus[];
  readonly pairs?: readonly PairStatus[];
  readonly virtualMachines?: readonly VirtualMachineStatus[];
  readonly jobs?: readonly JobStatus[];
  readonly faults?: readonly FaultStatus[];
  readonly backgroundCycles?: BackgroundCycles;
  /** All of them. */
  readonly persistentChat?: readonly PersistentChatStatus[];
}

/** Whether this engine runs Backup Service cycles by itself, or only when asked (a command that is the engine). */
export interface BackgroundCycles {
  readonly running: boolean;
  /** Milliseconds. */
  readonly syncInterval: number;
}

export interface SiteStatus {
  /** `site/<name>` */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

export interface PoolStatus {
  /** `pool/<fqdn>` */
  readonly id: string;
  readonly fqdn: string;
  readonly site: string;
  readonly partner?: string;
  readonly service: ServiceState;
  readonly OverallExportStatus?: ExportStatus;
  readonly OverallImportStatus?: ImportStatus;
  /** The Front End whose Backup Service is the active one: the first that runs. */
  readonly ActiveMachineFqdn?: string;
  readonly centralManagement?: 'active' | 'standby';
  /** Where its users are served, once it has been failed over; absent while they are at home. */
  readonly failover?: PoolFailoverStatus;
  readonly share?: ShareStatus;
  readonly modules: readonly ModuleStatus[];
  readonly databases: readonly DatabaseStatus[];
}

export interface PoolFailoverStatus {
  readonly state: 'FailingOver' | 'FailedOver' | 'FailingBack';
  /** FQDN of the pool that serves its users, or is about to. */
  readonly backup: string;
  readonly disaster: boolean;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** `running`: every Front End runs. `stopped`: none does, so the pool's Backup Service does not run either. */
export interface ServiceState {
  readonly state: 'running' | 'partlyStopped' | 'stopped';
  readonly stoppedServers: readonly string[];
}

export interface ShareStatus {
  readonly unc: string;
  /** Where it lies on this machine. */
  readonly folder: string;
  readonly mapped: boolean;
  readonly state: 'available' | 'missing' | 'unreadable' | 'stopped';
}

export interface ModuleStatus {
  /** `pool/<fqdn>/module/<module>` */
  readonly id: string;
  readonly Identity: BackupModule;
  readonly ExportStatus: ExportStatus;
  readonly ImportStatus: ImportStatus;
  /** The states in words: what they mean for this pool now, and the way out when something is wrong. */
  readonly explanation: string;
  /** False for CMSMaster on the pool without the active store, whose `NotInitialized` is normal (domain A.2). */
  readonly exportsHere: boolean;
  /** Absent while it cannot be measured, because a share, a database or a server cannot be reached. */
  readonly backlog?: Backlog;
  readonly lastCycle?: CycleSummary;
  /** The cycle that runs now, with its progress. */
  readonly current?: { readonly job?: string; readonly progress: Progress };
  readonly exportError?: ErrorInformation;
  readonly importError?: ErrorInformation;
}

/** What the partner has not imported yet. */
export interface Backlog {
  /** Rows, files or documents. */
  readonly items: number;
  readonly bytes: number;
  /** Batches of the module that carry it; 0 for files. */
  readonly batches: number;
  /** More than the configuration lets one cycle carry. */
  readonly beyondOneCycle: boolean;
}

export interface CycleSummary {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly items: number;
  readonly bytes: number;
  readonly outcome: 'completed' | 'failed' | 'cancelled';
}

export type MirrorRoleState = 'Principal' | 'Mirror' | 'DatabaseInaccessibleOrMirroringNotEnabled';
export type MirroringStatus = 'synchronized' | 'synchronizing' | 'suspended' | 'disconnected' | 'pending failover' | '';

/** As the principal sees it; unknown while there is none. */
export type WitnessState = 'connected' | 'disconnected' | 'unknown';

/** What forced failovers lost, by name. */
export interface LostContent {
  readonly commits: number;
  readonly rows: number;
  /** The first rows, oldest first. */
  readonly first: readonly {
    /** Number of the commit. */
    readonly sequence: number;
    /** ISO 8601, UTC. */
    readonly time: string;
    /** The instance that alone held it. */
    readonly place: string;
    readonly operation: 'insert' | 'update' | 'delete';
    readonly table: string;
    /** `column=value` of the primary key. */
    readonly key: string;
  }[];
}

export interface DatabaseStatus {
  /** `pool/<fqdn>/database/<name>` */
  readonly id: string;
  readonly DatabaseType: DatabaseType;
  readonly DatabaseName: DatabaseName;
  readonly StateOnPrimary: MirrorRoleState;
  readonly StateOnMirror: MirrorRoleState;
  readonly MirroringStatusOnPrimary: MirroringStatus;
  readonly MirroringStatusOnMirror: MirroringStatus;
  /** `server\INSTANCE` of the configured places. */
  readonly primary: string;
  readonly mirror?: string;
  /** Which configured place serves clients now; absent when none does. */
  readonly principal?: 'primary' | 'mirror';
  /** `server\INSTANCE`, when the topology names one. */
  readonly witness?: string;
  readonly witnessState?: WitnessState;
  /** Of a mirrored database: whether a commit waits for the mirror (domain C.6). Lync supports FULL alone (domain C.5). */
  readonly safety?: 'FULL' | 'OFF';
  /** The topology names a mirror, and Uninstall-CsMirrorDatabase has removed mirroring. */
  readonly mirroringRemoved?: true;
  /** Absent when nothing was. */
  readonly lost?: LostContent;
  /** Commits that the mirror has not hardened. */
  readonly sendQueue: number;
  /** Commits that the mirror has hardened and not yet redone. */
  readonly redoQueue: number;
  readonly explanation: string;
  readonly error?: ErrorInformation;
}

export interface PairStatus {
  /** `pair/<fqdn>+<fqdn>` */
  readonly id: string;
  readonly pools: readonly [string, string];
  readonly directions: readonly [DirectionStatus, DirectionStatus];
}

export interface DirectionStatus {
  /** `pair/<fqdn>+<fqdn>/from/<fqdn>` */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly ExportStatus: ExportStatus;
  /** Of the importing pool. */
  readonly ImportStatus: ImportStatus;
  readonly explanation: string;
}

/** `Simple`: from the machine to its replica; `Extended`: from the replica to the extended replica. */
export type RelationshipType = 'Simple' | 'Extended';

export interface VirtualMachineStatus {
  /** `machine/<name>` */
  readonly id: string;
  readonly name: string;
  readonly primaryHost: string;
  readonly disks: readonly string[];
  /** None for a machine without a replica. */
  readonly relationships: readonly ReplicationStatus[];
}

/** Property names and values of the documentation (domain E.2). */
export interface ReplicationStatus {
  /** `machine/<name>/replica` or `machine/<name>/extended` */
  readonly id: string;
  readonly RelationshipType: RelationshipType;
  readonly PrimaryServer: string;
  readonly ReplicaServer: string;
  /** 3 replicating, 7 suspended, 8 critical, 9 waiting to start resynchronization, 10 resynchronizing, 11 that suspended. */
  readonly ReplicationState: 3 | 7 | 8 | 9 | 10 | 11;
  /** 1 ok, 2 warning, 3 critical. */
  readonly ReplicationHealth: 1 | 2 | 3;
  readonly explanation: string;
  /** When both sides were last the same. */
  readonly synchronizedAt?: string;
  /** When a resynchronisation is to start. */
  readonly startAt?: string;
  /** The job that resynchronises now. */
  readonly job?: string;
  readonly error?: ErrorInformation;
}

/** How far work has come. Amounts are of `unit`; `total` is absent while it is not known yet. */
export interface Progress {
  /** What is being done, in words. */
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'files' | 'rows' | 'documents' | 'databases' | 'steps';
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
  /** Milliseconds still to go, estimated from the rate so far; absent while there is nothing to estimate from. */
  readonly remaining?: number;
  readonly current?: string;
}

export type JobState = 'queued' | 'running' | 'cancelling' | 'completed' | 'failed' | 'cancelled';

export interface JobStatus {
  /** `job/<number>` */
  readonly id: string;
  readonly operation: string;
  /** One line that says what it does to what. */
  readonly title: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  readonly operator: string;
  readonly queuedAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** How often an engine took it up again after it had been interrupted. */
  readonly resumed: number;
  readonly progress?: Progress;
  readonly result?: unknown;
  readonly error?: ErrorInformation;
}

export type FaultKind = 'stop' | 'cut' | 'slow' | 'lose' | 'read-only' | 'disk-full' | 'corrupt';

export interface FaultStatus {
  /** `fault/<kind>/<target>` */
  readonly id: string;
  readonly kind: FaultKind;
  readonly target: string;
  readonly since: string;
  /** What exactly is broken, where the kind does not say it. */
  readonly detail?: string;
}

/** A stretched Persistent Chat pool (domain D). */
export interface PersistentChatStatus {
  /** `persistentChat/<fqdn>` */
  readonly id: string;
  readonly fqdn: string;
  /** `Normal`: the primary databases serve; `FailedOver`: the backup databases do. */
  readonly PoolState: 'Normal' | 'FailedOver';
  readonly servers: readonly ChatServerStatus[];
  /** Those that serve now. */
  readonly databases: readonly DatabaseStatus[];
  /** Absent without a backup database or share, and while the pool is failed over. */
  readonly logShipping?: ChatShippingStatus;
  /** Acknowledged, and not known to be in the backup database. */
  readonly unshippedMessages: number;
  /** Acknowledged, and given up by a failover. */
  readonly lostMessages: number;
}

export interface ChatServerStatus {
  /** `persistentChat/<fqdn>/server/<fqdn>` */
  readonly id: string;
  readonly fqdn: string;
  readonly site: string;
  /** Takes new connections. */
  readonly active: boolean;
  readonly running: boolean;
}

/** How far log shipping is behind, in commits; an amount that cannot be measured now is absent. */
export interface ChatShippingStatus {
  /** Set up; false from the failover until the failback. */
  readonly running: boolean;
  /** On the primary and not in the share. */
  readonly unshipped?: number;
  /** In the share and not on the backup server. */
  readonly uncopied?: number;
  /** On the backup server and not in its database. */
  readonly unrestored?: number;
  /** The backup database is without recovery, as it has to be. */
  readonly recovering?: boolean;
  /** What stopped it the last time it ran, or what keeps it from being measured. */
  readonly error?: ErrorInformation;
}
