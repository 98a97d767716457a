/**
 * What operations may ask of the engine. Operations know these services and the topology, nothing of files, workers or
 * protocols behind them.
 */
import type { StoreDifference } from '../backupService/comparison/differences.ts';
import type { BackupEvent } from '../backupService/eventLog.ts';
import type { PackageManifest } from '../backupService/package/manifest.ts';
import type { StaleCopies } from '../backupService/staleCopies.ts';
import type { Event } from '../events.ts';
import type { HyperVServices } from '../hyperV/contract.ts';
import type { ContentChange } from '../lab/contentChanges.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { PersistentChatServices } from '../persistentChat/contract.ts';
import type { CentralManagement } from '../pools/centralManagement.ts';
import type { PoolServices } from '../pools/poolServices.ts';
import type { Runbook, RunbookReport, StepRun } from '../runbooks/runbook.ts';
import type {
  BackgroundCycles,
  DatabaseStatus,
  DeploymentStatus,
  FaultKind,
  FaultStatus,
  JobStatus,
  ModuleStatus,
  PoolStatus,
  Progress,
  StatusChange,
} from '../status.ts';
import type { BackupServiceConfiguration, Deployment, UncPath } from '../topology/model.ts';
import type { BackupModule, DatabaseName, DatabaseType } from '../topology/vocabulary.ts';

export interface EngineServices {
  readonly deployment: Deployment;
  readonly dataDirectory: string;
  readonly operator: string;
  readonly status: StatusServices;
  readonly backupService: BackupServices;
  readonly centralManagement: CentralManagement;
  readonly pools: PoolServices;
  readonly databases: DatabaseServices;
  readonly hyperV: HyperVServices;
  readonly jobs: JobServices;
  readonly audit: AuditServices;
  readonly leases: LeaseServices;
  readonly runbooks: RunbookServices;
  readonly lab: LabServices;
  readonly persistentChat: PersistentChatServices;
  /** Absent where the engine works with one topology as long as it runs. */
  readonly topology?: TopologyServices;
}

/** The topology file of the engine, and going on with a changed one (`Publish-CsTopology`). */
export interface TopologyServices {
  readonly file: string;
  /** Reads a topology. Throws `topology-not-found`, `topology-unreadable`, `topology-invalid`. */
  read(file: string): Deployment;
  /**
   * Goes on with that topology: what is asked meanwhile waits, and is answered by it. These services have ended then, so
   * `finish` gets those that go on. Throws `lease-held` while jobs run, and what keeps the engine from opening with it: then
   * it goes on as before.
   */
  publish<T>(deployment: Deployment, finish: (services: EngineServices) => Promise<T>): Promise<T>;
}

export interface StatusServices {
  snapshot(signal?: AbortSignal): Promise<DeploymentStatus>;
  readonly onDidChange: Event<StatusChange>;
}

export interface BackupServices {
  readonly background: BackgroundCycles;
  configuration(): BackupServiceConfiguration;
  /** Persistent; effective from the next cycle on. */
  setConfiguration(change: Partial<BackupServiceConfiguration>): BackupServiceConfiguration;
  /** Measured now. Throws `pool-unknown`, `pool-not-paired`, `pool-stopped`. */
  measurePool(
    pool: string,
    options?: { readonly modules?: readonly BackupModule[]; readonly signal?: AbortSignal },
  ): Promise<PoolStatus>;
  measureModule(pool: string, module: BackupModule, signal?: AbortSignal): Promise<ModuleStatus>;
  /** Modules that this pool's Backup Service runs, from its pair. */
  modulesOf(pool: string): readonly BackupModule[];
  /**
   * Runs cycles of the pool's export streams back to back until what existed when it began has been imported by the
   * partner, including the partner's own content that the partner lost (a restore). Runs inside a job.
   */
  synchronize(
    pool: string,
    modules: readonly BackupModule[],
    run: SynchronizeRun,
  ): Promise<readonly SynchronizedModule[]>;
  /**
   * Compares both pools' stores module by module, every row, file and document, and repairs the copies on request. Throws
   * `timed-out`, `share-lost-content` and `database-lost-content` (nothing is repaired then), and as `synchronize` does.
   */
  compareStores(
    pool: string,
    modules: readonly BackupModule[],
    run: CompareStoresRun,
  ): Promise<readonly ComparedModule[]>;
  readonly packages: PackageServices;
  /** What pools keep of pools that back them up no more. */
  readonly staleCopies: StaleCopies;
  /** The event log of the Backup Services, newest first (domain A.9). */
  events(limit: number): readonly BackupEvent[];
}

/** Backup packages of pools (`Backup-CsPool`). */
export interface PackageServices {
  /**
   * Writes the pool's own data of the modules, verified, under a new name. Throws `share-missing`, `share-unknown`,
   * `file-changed-while-read`, `disk-full`.
   */
  backUp(request: BackUpRequest, run: LabRun): Promise<{ readonly folder: string; readonly manifest: PackageManifest }>;
  /**
   * Whether the package is sound and the pool holds nothing that is not in it. Changes nothing. Throws `package-unknown`,
   * `package-damaged`, `pool-not-empty`.
   */
  check(pool: string, name: string, run: LabRun): Promise<PackageManifest>;
  /** Restores a package and compares the pool with it. Throws as `check`, before anything is changed; `content-different`. */
  restore(pool: string, name: string, run: LabRun): Promise<PackageManifest>;
}

export interface BackUpRequest {
  readonly pool: string;
  readonly kind: 'FullBackup' | 'SteadyState';
  readonly modules: readonly BackupModule[];
  /** In the data directory instead of the pool's BackupStore. */
  readonly localStore: boolean;
  /** The pool that serves the users of a failed-over pool, and what of its share is their content. */
  readonly servedBy?: { readonly pool: string; readonly content: LentContent };
}

/** Relative paths on a share: some by name, and everything below some folders. */
export interface LentContent {
  readonly paths: readonly string[];
  readonly folders: readonly string[];
}

export interface CompareStoresRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly log: (line: string) => void;
  readonly repair: boolean;
  /** Look for items that both pools say are theirs. */
  readonly detectTwoOwners: boolean;
  /** Milliseconds that reading one table of both databases may take. */
  readonly commandTimeout?: number;
}

/** Items are rows, files and folders, or documents. */
export interface ComparedModule {
  readonly Identity: BackupModule;
  readonly compared: number;
  readonly differences: number;
  /** Differences that the repair ended. */
  readonly repaired: number;
  /** Changes that the next cycles carry anyway, after the comparison. */
  readonly waiting: number;
  /** By name, the first of them. */
  readonly listed: readonly StoreDifference[];
  /** After the repair; as `differences` when none was asked for. */
  readonly left: number;
  readonly leftListed: readonly StoreDifference[];
}

export interface SynchronizeRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly log: (line: string) => void;
  /** Take what the pool's share holds now as the truth although it lost content: deletions go to the partner. */
  readonly acceptLoss: boolean;
}

export interface SynchronizedModule {
  readonly Identity: BackupModule;
  readonly cycles: number;
  readonly items: number;
  readonly bytes: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Things that were left out, each with its reason (symbolic links, sockets, device files). */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  /** Content of the partner that was sent back to it. */
  readonly restored: { readonly items: number; readonly bytes: number };
}

export interface DatabaseServices {
  /** The databases of a pool that the topology defines, optionally of one type. Throws `pool-unknown`, `database-type-absent`. */
  of(pool: string, type?: DatabaseType): readonly MirroredDatabase[];
  find(pool: string, database: DatabaseName): MirroredDatabase;
  status(pool: string, type?: DatabaseType): readonly DatabaseStatus[];
  /** Where backups for mirrors are written. Throws `server-stopped`, `share-missing`, `share-unwritable`. */
  shareFolder(share: UncPath): string;
}

/** What runs inside a job gets this. */
export interface JobRun {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly log: (line: string) => void;
}

export interface JobServices {
  /** Every change of a job, its progress included, at most some times a second. */
  readonly onDidChange: Event<JobStatus>;
  list(): readonly JobStatus[];
  get(id: string): JobStatus;
  log(id: string): readonly { readonly time: string; readonly line: string }[];
  /** Raises the job's signal; resolves when the job has ended. */
  cancel(id: string): Promise<JobStatus>;
  /**
   * Records the job, takes the leases (throws `lease-held`, naming the holder, before anything is recorded as started) and
   * runs the work. The returned job has started; `ended` settles with its final status and never rejects.
   */
  start(request: JobRequest, work: (run: JobRun) => Promise<unknown>): StartedJob;
}

export interface JobRequest {
  readonly operation: string;
  readonly title: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What no other job may hold at the same time, for instance `pool/<fqdn>/module/<module>`. */
  readonly leases: readonly string[];
}

export interface StartedJob {
  readonly id: string;
  readonly ended: Promise<JobStatus>;
}

export interface AuditRecord {
  readonly time: string;
  readonly operator: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly outcome: 'started' | 'completed' | 'failed' | 'refused' | 'cancelled';
  readonly detail?: string;
}

export interface AuditServices {
  /** Append only. */
  append(record: Omit<AuditRecord, 'time' | 'operator'>): void;
  /** Newest first; only those of one outcome if it is given. */
  list(limit: number, outcome?: AuditRecord['outcome']): readonly AuditRecord[];
}

export interface LeaseServices {
  /** Jobs that hold any of these, for a plan's preconditions. */
  holders(leases: readonly string[]): readonly JobStatus[];
}

/** Procedures of the documentation, step by step, with what was done on record. */
export interface RunbookServices {
  /**
   * Runs a procedure to its end, or goes on with the run of it that was interrupted. Throws the error of the step that
   * could not run, with where the procedure stands; `cancelled`.
   */
  run<Context>(runbook: Runbook<Context>, context: Context, run: StepRun): Promise<RunbookReport>;
  /** Newest first. */
  list(limit: number): readonly RunbookReport[];
  /** The newest run on a subject. */
  latest(subject: string): RunbookReport | undefined;
}

/** The embedded deployment's own commands: making it, filling it, using it as clients do, breaking it. */
export interface LabServices {
  readonly initialized: boolean;
  /** Creates databases, shares and folders of every server, empty. Existing ones are kept. */
  initialize(run: LabRun): Promise<InitializeResult>;
  /** Creates those of a part of another topology, which this engine does not work with yet. */
  createStores(part: Deployment, whole: Deployment, run: LabRun): Promise<InitializeResult>;
  seed(request: SeedRequest, run: LabRun): Promise<SeedResult>;
  /** One client transaction on a pool's database, acknowledged when it is durable. Throws as `MirroredDatabase.commit` does. */
  commit(pool: string, database: DatabaseName, changes: readonly RowChange[]): { readonly time: string };
  /** A row as the principal has it now, or `undefined`. */
  readRow(pool: string, database: DatabaseName, table: string, key: Row): Row | undefined;
  /** One change of a client to conference content, acknowledged when it is on disk. Throws as `changeContent` does. */
  changeContent(pool: string, change: ContentChange): { readonly time: string };
  /** The sha-256 of a content file of a pool as it is now, or `undefined` where there is none. */
  contentDigest(pool: string, path: string): string | undefined;
  fault(kind: FaultKind, target: string): Promise<readonly FaultStatus[]>;
  /** Ends every fault on the target that can be mended. */
  mendFault(target: string): Promise<readonly FaultStatus[]>;
  faults(): readonly FaultStatus[];
  clearFaults(): Promise<readonly FaultStatus[]>;
}

export interface LabRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface InitializeResult {
  readonly dataDirectory: string;
  readonly created: { readonly databases: number; readonly shares: number; readonly virtualDisks?: number };
  readonly kept: { readonly databases: number; readonly shares: number; readonly virtualDisks?: number };
}

export interface SeedRequest {
  readonly users: number;
  readonly conferences: number;
  readonly contentFiles: number;
  readonly contentBytes: number;
  readonly randomSeed: number;
}

export interface SeedResult {
  readonly pools: readonly {
    readonly pool: string;
    readonly users: number;
    readonly conferences: number;
    readonly contentFiles: number;
    readonly contentBytes: number;
    /** Why the pool got no content although some was asked for. */
    readonly note?: string;
  }[];
  /** What the Persistent Chat pools hold now; absent when the topology has none. */
  readonly persistentChat?: readonly { readonly pool: string; readonly rooms: number; readonly messages: number }[];
}

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** Writes the row (inserting or updating it) or deletes it when `value` is null. Both in the database's column names. */
export interface RowChange {
  readonly table: string;
  readonly key: Row;
  readonly value: Row | null;
}
