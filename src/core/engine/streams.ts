/** Opens the Backup Service streams of a deployment on its databases and shares. */
import { type BatchFolder, type BatchStore, openBatchStore } from '../backupService/batchStore.ts';
import { openCmsMaster } from '../backupService/cmsMaster.ts';
import type { ContentReplication, ContentShare, GuardLimits } from '../backupService/content/index.ts';
import { openDataConf, type PairActivity } from '../backupService/dataConf.ts';
import { createMutex } from '../backupService/mutex.ts';
import { openPresenceFocus } from '../backupService/presenceFocus.ts';
import { storeFolderOf } from '../backupService/storeFolder.ts';
import type { BackupStream } from '../backupService/stream.ts';
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { CentralManagement } from '../pools/centralManagement.ts';
import { userModules } from '../pools/failOverPool.ts';
import { type Handover, handingOver } from '../pools/handover.ts';
import type { PoolServices } from '../pools/poolServices.ts';
import { suspendable } from '../pools/suspendedExport.ts';
import { assertServerRunning, serverError, serverState } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { assertInside } from '../storage/names.ts';
import { slowWays } from '../storage/slowness.ts';
import type { BackupServiceConfiguration, Deployment, Pool, UncPath } from '../topology/model.ts';
import { uncPathName } from '../topology/model.ts';
import type { BackupModule, DatabaseName } from '../topology/vocabulary.ts';
import { requirePool } from './pools.ts';

export interface StreamsOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly database: (pool: string, name: DatabaseName) => MirroredDatabase;
  readonly content: ContentReplication;
  readonly configuration: () => BackupServiceConfiguration;
  readonly lossLimits: GuardLimits;
  readonly centralManagement: Pick<CentralManagement, 'isActive' | 'settle'>;
  readonly pools: Handover & Pick<PoolServices, 'isServedElsewhere'>;
}

export function streamOpener(
  options: StreamsOptions,
): (module: BackupModule, source: string, target: string) => BackupStream {
  const { deployment, dataDirectory, configuration, lossLimits } = options;
  const activities = new Map<string, PairActivity>();

  function activityOf(module: BackupModule, source: string, target: string): PairActivity {
    const key = [module, ...[source, target].sort()].join('+');
    const known = activities.get(key);
    if (known !== undefined) return known;
    const activity: PairActivity = { turn: createMutex(), running: undefined };
    activities.set(key, activity);
    return activity;
  }

  function batchesFor(source: string, target: string, module: BatchFolder): BatchStore {
    const path = fileShareOf(requirePool(deployment, target));
    const { root, folder, mapped } = storeFolderOf(dataDirectory, deployment, target, path);
    return openBatchStore({
      share: dataDirectory.share(path).unc,
      requiredFolder: mapped ? undefined : root,
      folder,
      module,
      prefix: `${source}-`,
      assertReachable: () => {
        assertServerRunning(dataDirectory, path.server);
        assertInside(dataDirectory.root, root);
      },
    });
  }

  const fileServerOf = (pool: string): string => fileShareOf(requirePool(deployment, pool)).server;

  function open(module: BackupModule, source: string, target: string): BackupStream {
    const common = { source, target, lossLimits };
    switch (module) {
      case 'UserServices.PresenceFocus':
        return rowStream(module, 'rtcxds', 'UserServices', source, target);
      case 'ApplicationServer.RGSDataStore':
        return rowStream(module, 'rgsconfig', 'ApplicationServer', source, target);
      case 'CentralMgmt.CMSMaster':
        return openCmsMaster({
          ...common,
          get exportsHere() {
            options.centralManagement.settle();
            return options.centralManagement.isActive(source);
          },
          sourceDatabase: () => options.database(source, 'xds'),
          targetDatabase: () => options.database(target, 'xds'),
          batches: batchesFor(source, target, 'CentralMgmt'),
          maximumBatches: () => configuration().maxBatchesPerCmsSync,
        });
      case 'ConfServices.DataConf':
      case 'ApplicationServer.RGSFileStore': {
        const scope = module === 'ConfServices.DataConf' ? undefined : 'responseGroups';
        return openDataConf({
          module,
          content: options.content,
          stream: {
            source: contentShare(options, source, scope),
            target: contentShare(options, target, scope),
            slowWays: slowWays(dataDirectory, fileServerOf(source), fileServerOf(target)),
          },
          maximumBytes: () => configuration().maxDataConfPackageSizeKB * 1024,
          lossLimits,
          assertReachable: (pool) => assertShareReachable(options, pool),
          activity: activityOf(module, source, target),
        });
      }
    }
  }

  return (module, source, target) => {
    const stream = open(module, source, target);
    if (!userModules.includes(module)) return stream;
    return handingOver(
      suspendable(stream, { isSuspended: () => options.pools.isServedElsewhere(source) }),
      options.pools,
    );
  };

  /** A module that carries the rows of one database; the documentation caps Response Groups by no setting of their own. */
  function rowStream(
    module: 'UserServices.PresenceFocus' | 'ApplicationServer.RGSDataStore',
    database: DatabaseName,
    folder: BatchFolder,
    source: string,
    target: string,
  ): BackupStream {
    return openPresenceFocus({
      module,
      database,
      source,
      target,
      lossLimits,
      sourceDatabase: () => options.database(source, database),
      targetDatabase: () => options.database(target, database),
      batches: batchesFor(source, target, folder),
      maximumBatches: () => configuration().maxBatchesPerUserStoreSync,
    });
  }
}

function contentShare(
  { deployment, dataDirectory }: StreamsOptions,
  pool: string,
  scope: ContentShare['scope'] | undefined,
): ContentShare {
  const path = fileShareOf(requirePool(deployment, pool));
  const share = { pool, name: uncPathName(path), directory: dataDirectory.share(path).folder };
  return scope === undefined ? share : { ...share, scope };
}

/** A mapped share lies elsewhere, so only the mark of a stopped file server keeps it from being read. */
function assertShareReachable({ deployment, dataDirectory }: StreamsOptions, pool: string): void {
  const path = fileShareOf(requirePool(deployment, pool));
  const { mapped } = dataDirectory.share(path);
  if (mapped && serverState(dataDirectory, path.server).state !== 'stopped') return;
  const error = serverError(dataDirectory, path.server);
  if (error !== undefined) throw error;
}

function fileShareOf(pool: Pool): UncPath {
  if (pool.fileShare !== undefined) return pool.fileShare;
  throw new LyncTopologyError({
    code: 'share-unknown',
    kind: 'refused',
    object: pool.fqdn,
    message: `The pool ${pool.fqdn} has no file share in the topology, and a Backup Service exchanges its batches through one.`,
    remedy: 'Add fileShare to the pool in the topology.',
  });
}
