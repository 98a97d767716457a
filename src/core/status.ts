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
  readonly jobs: readonly JobStatus[];
  readonly faults: readonly FaultStatus[];
  readonly backgroundCycles: BackgroundCycles;
}

/** What changed since the revision before: whole objects, by identity. Absent means unchanged. */
export interface StatusChange {
  readonly revision: number;
  readonly initialized?: boolean;
  readonly sites?: readonly SiteStatus[];
  readonly pools?: readonly PoolStatus[];
  readonly pairs?: readonly PairStatus[];
  readonly jobs?: readonly JobStatus[];
  readonly faults?: readonly FaultStatus[];
  readonly backgroundCycles?: BackgroundCycles;
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
  readonly share?: ShareStatus;
  readonly modules: readonly ModuleStatus[];
  readonly databases: readonly DatabaseStatus[];
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

export type FaultKind = 'stop' | 'lose';

export interface FaultStatus {
  /** `fault/<kind>/<target>` */
  readonly id: string;
  readonly kind: FaultKind;
  readonly target: string;
  readonly since: string;
  /** What exactly is broken, where the kind does not say it. */
  readonly detail?: string;
}
