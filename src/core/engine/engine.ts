/**
 * The engine of an embedded deployment: databases, shares, Backup Service, jobs, audit log and live status on one data
 * directory. Whoever opens it has claimed the directory. Opening recovers what an engine before this one left behind.
 */
import { userInfo } from 'node:os';
import { auditComponent, openAudit } from '../audit/audit.ts';
import { openBackupService, pairedPools, poolStopped } from '../backupService/backupService.ts';
import { openConfiguration } from '../backupService/configuration.ts';
import { defaultGuardLimits, openContentReplication } from '../backupService/content/index.ts';
import { openCycleRecords } from '../backupService/cycleRecord.ts';
import { openEventLog } from '../backupService/eventLog.ts';
import { openPackages } from '../backupService/package/packages.ts';
import { openStaleCopies } from '../backupService/staleCopies.ts';
import { backupServiceComponent } from '../backupService/tables.ts';
import { LyncTopologyError } from '../errors.ts';
import { openHyperV } from '../hyperV/hyperV.ts';
import { openJobs } from '../jobs/jobs.ts';
import { jobsComponent } from '../jobs/schema.ts';
import { createLabServices } from '../lab/index.ts';
import { openPersistentChat } from '../persistentChat/persistentChat.ts';
import { persistentChatComponent } from '../persistentChat/store.ts';
import { openCentralManagement } from '../pools/centralManagement.ts';
import { openContentOwnership } from '../pools/contentOwnership.ts';
import { openKeptContent } from '../pools/keptContent.ts';
import { openPoolFailovers } from '../pools/poolFailovers.ts';
import { createPoolServices } from '../pools/poolServices.ts';
import { openRegister } from '../pools/register.ts';
import { runRunbook } from '../runbooks/run.ts';
import { openRunbookStore, runbooksComponent } from '../runbooks/store.ts';
import { type EngineDatabase, openEngineDatabase } from '../storage/engineDatabase.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { type Deployment, findChatPool } from '../topology/model.ts';
import { watchMirrors } from './automaticFailover.ts';
import { openDatabases } from './databases.ts';
import { openInstanceHost } from './instanceHost.ts';
import { type Resume, takeUp } from './interruptedJobs.ts';
import { createLiveStatus } from './liveStatus.ts';
import { createMarks } from './marks.ts';
import { createMeasuring } from './measuring.ts';
import { openMirrorMemory } from './mirrorMemory.ts';
import { defaultPartnerTimeout } from './mirrorWatch.ts';
import { requirePool, serviceStateOf } from './pools.ts';
import type { EngineServices, TopologyServices } from './services.ts';
import { streamOpener } from './streams.ts';
import { createUpkeep } from './upkeep.ts';

export interface EngineOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  /** Runs Backup Service cycles by itself. */
  readonly background: boolean;
  /** Who the jobs and the audit log name; by default the user of this process. */
  readonly operator?: string;
  /** Milliseconds between two runs of Persistent Chat log shipping in the background, a minute by default. */
  readonly logShippingInterval?: number;
  /** Milliseconds for which a principal must be lost before its mirror takes over by itself; 10 s by default (domain C.6). */
  readonly partnerTimeout?: number;
  /** Runs every SQL instance as a process of its own, so that each can be stopped and killed alone. */
  readonly instanceProcesses?: boolean;
  /** How much a share or database may lose between two cycles before that is an error and not a deletion. */
  readonly guard?: { readonly lostPart: number; readonly lostFiles: number };
  /** Going on with a changed topology; absent where this engine works with one as long as it runs. */
  readonly topology?: TopologyServices;
  /** The work of a job that an engine before this one left unfinished; `undefined` ends it as interrupted. */
  readonly resume: Resume;
}

/** Milliseconds between two runs of Persistent Chat log shipping in the background. */
const defaultLogShippingInterval = 60_000;

export interface Engine extends EngineServices, AsyncDisposable {}

/**
 * Opens the engine. Works before the data directory has been initialised, too. Throws what keeps `engine.db` from being
 * opened: `data-directory-newer`, `database-corrupt`, `access-denied`, `disk-full`.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const resources = new AsyncDisposableStack();
  try {
    const { services, recover } = compose(options, resources);
    await recover();
    return { ...services, [Symbol.asyncDispose]: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

function compose(
  options: EngineOptions,
  resources: AsyncDisposableStack,
): { readonly services: EngineServices; readonly recover: () => Promise<void> } {
  const { deployment, dataDirectory } = options;
  const operator = options.operator ?? userInfo().username;
  const lossLimits =
    options.guard === undefined ? defaultGuardLimits : { part: options.guard.lostPart, files: options.guard.lostFiles };

  const engineDatabase = resources.use(openRegistered(dataDirectory));
  const { connection } = engineDatabase;
  const audit = openAudit(connection, operator);
  const configuration = openConfiguration(connection, deployment.backupService);
  const content = openContentReplication({ database: connection });
  resources.defer(() => content.close());

  const upkeep = createUpkeep({ onMaintained: (database) => marks.database(database) });
  const partnerTimeout = options.partnerTimeout ?? defaultPartnerTimeout;
  const host = options.instanceProcesses
    ? resources.use(openInstanceHost(deployment, dataDirectory, partnerTimeout))
    : undefined;
  const databases = resources.use(
    openDatabases({
      deployment,
      dataDirectory,
      host,
      onCommit: (database) => {
        upkeep.noteCommit(database);
        marks.database(database);
        marks.pair(database.pool);
      },
      chatDatabases: (pool) => chat.databasesOf(pool),
    }),
  );
  resources.use(upkeep);
  const chat = openPersistentChat({
    deployment,
    dataDirectory,
    connection,
    databases: () => databases,
    isInitialized: () => lab.initialized,
    onChanged: () => status.markPersistentChat(),
    ...(options.background && { interval: options.logShippingInterval ?? defaultLogShippingInterval }),
  });

  const register = openRegister(engineDatabase);
  const centralManagement = openCentralManagement({
    deployment,
    register,
    database: databases.find,
    onChanged: (pool) => {
      status.markPool(pool, 'rows');
      marks.pair(pool);
    },
  });
  const failovers = openPoolFailovers({
    deployment,
    register,
    database: databases.find,
    onChanged: (pool) => status.markPool(pool, 'content'),
  });
  const pools = createPoolServices({
    deployment,
    dataDirectory,
    failovers,
    database: databases.find,
    content,
    ownership: openContentOwnership(engineDatabase),
    kept: openKeptContent({ deployment, dataDirectory, engineDatabase, register }),
    register,
    audit,
  });
  const runbooks = openRunbookStore(connection);
  const jobs = openJobs({ database: connection, operator });
  const hyperV = openHyperV({
    deployment,
    dataDirectory,
    database: engineDatabase,
    jobs,
    isInitialized: () => lab.initialized,
    background: options.background,
    onChanged: () => status.markVirtualMachines(),
  });
  const lab = createLabServices({
    deployment,
    dataDirectory,
    databases,
    engineDatabase,
    centralManagement,
    persistentChat: chat,
    pools: failovers,
    instances: host,
    onContent: (pool) => status.markPool(pool, 'content'),
    onChanged: () => {
      status.markAll();
      void backup.start().then(backup.wake);
    },
  });
  const isStopped = (pool: string): boolean =>
    serviceStateOf(dataDirectory, requirePool(deployment, pool)).state === 'stopped';
  const requireInitialized = (): void => {
    if (!lab.initialized) throw notInitialized(dataDirectory.root);
  };

  const backup = openBackupService({
    deployment,
    configuration,
    records: openCycleRecords(connection),
    events: openEventLog(connection, deployment),
    backgroundCycles: options.background,
    openStream: streamOpener({
      deployment,
      dataDirectory,
      database: databases.find,
      content,
      configuration: configuration.current,
      lossLimits,
      centralManagement,
      pools,
    }),
    requireInitialized,
    isInitialized: () => lab.initialized,
    isStopped,
    jobOf: (source, module) => jobs.leases.holders([`pool/${source}/module/${module}`])[0]?.id,
    onChanged: (pool, what) => status.markPool(pool, what),
  });

  const measuring = createMeasuring({
    deployment,
    dataDirectory,
    isInitialized: () => lab.initialized,
    measureModule: backup.measureModule,
    databasesOf: databases.of,
    onDatabase: (database, state) => {
      upkeep.noteStatus(database, state);
      if (!isLeftBehind(database.pool)) mirrorWatch?.noteStatus(database, state);
    },
    failoverOf: failovers.statusOf,
    isCentralManagementActive: centralManagement.isActive,
    chatStatus: chat.services.status,
  });
  const status = createLiveStatus({
    deployment,
    dataDirectory: dataDirectory.root,
    isInitialized: () => lab.initialized,
    measurePool: (fqdn, what, signal) =>
      measuring.pool(fqdn, backup.services.modulesOf(fqdn), { signal, lastContent: what === 'rows' }),
    persistentChat: measuring.persistentChat,
    virtualMachines: () => (lab.initialized && deployment.virtualMachines !== undefined ? hyperV.status() : undefined),
    jobs: jobs.list,
    faults: lab.faults,
    backgroundCycles: () => backup.services.background,
  });
  const marks = createMarks(deployment, () => status);
  /** The first site of a Persistent Chat pool that is failed over is nobody's to look after. */
  const isLeftBehind = (pool: string): boolean =>
    findChatPool(deployment, pool) !== undefined && chat.services.state(pool) === 'FailedOver';
  const mirrorWatch = options.background
    ? watchMirrors({
        deployment,
        dataDirectory,
        audit,
        isInitialized: () => lab.initialized,
        databasesOf: (pool, type) => (isLeftBehind(pool) ? [] : databases.of(pool, type)),
        host,
        partnerTimeout,
        memory: openMirrorMemory(engineDatabase),
        onChanged: (database) => {
          upkeep.noteCommit(database);
          marks.database(database);
        },
      })
    : undefined;
  // Ended in the opposite order: first what starts work (jobs, cycles), then what measures, then what both stand on.
  resources.use(status);
  resources.use(chat);
  resources.use(backup);
  resources.use(jobs);
  resources.use(hyperV);
  resources.use(jobs.onDidChange(status.markJob));
  resources.use(mirrorWatch);

  const services: EngineServices = {
    deployment,
    dataDirectory: dataDirectory.root,
    operator,
    status,
    backupService: {
      ...backup.services,
      packages: openPackages({ deployment, dataDirectory, database: databases.find, content }),
      staleCopies: openStaleCopies({
        deployment,
        dataDirectory,
        userDatabase: (pool) => databases.find(pool, 'rtcxds'),
        connection,
      }),
      get background() {
        return backup.services.background;
      },
      measurePool: async (fqdn, { modules, signal } = {}) => {
        requireInitialized();
        const { own } = pairedPools(deployment, fqdn);
        if (isStopped(own)) throw poolStopped(own);
        return measuring.pool(own, modules ?? backup.services.modulesOf(own), signal === undefined ? {} : { signal });
      },
    },
    centralManagement,
    persistentChat: chat.services,
    pools,
    databases,
    hyperV,
    jobs,
    audit,
    leases: jobs.leases,
    runbooks: {
      run: (runbook, context, run) => runRunbook(runbooks, runbook, context, run),
      list: runbooks.list,
      latest: runbooks.latest,
    },
    lab,
    ...(options.topology !== undefined && { topology: options.topology }),
  };

  return {
    services,
    recover: async () => {
      await backup.start();
      // An engine that stays looks after every mirror from the beginning; one that runs a command, after what it uses.
      if (options.background && lab.initialized) {
        for (const pool of [...deployment.pools, ...(deployment.persistentChatPools ?? [])])
          for (const database of databases.of(pool.fqdn)) upkeep.noteCommit(database);
      }
      for (const job of jobs.interrupted) takeUp(jobs, services, job, options.resume);
      hyperV.wake();
    },
  };
}

function openRegistered(dataDirectory: DataDirectory): EngineDatabase {
  const database = openEngineDatabase(dataDirectory);
  try {
    for (const component of [
      jobsComponent,
      auditComponent,
      backupServiceComponent,
      runbooksComponent,
      persistentChatComponent,
    ])
      database.register(component);
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

function notInitialized(root: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'data-directory-missing',
    kind: 'refused',
    object: root,
    message: `The data directory ${root} has not been initialised: it holds no databases and shares.`,
    remedy: 'Create them with "lync-topology init", then run this again.',
  });
}
