/** Opens the Backup Service streams of a deployment on its databases and shares. */
import { join } from 'node:path';
import { type BatchStore, openBatchStore } from '../backupService/batchStore.ts';
import { openCmsMaster } from '../backupService/cmsMaster.ts';
import type { ContentReplication, ContentShare, GuardLimits } from '../backupService/content/index.ts';
import { openDataConf, type PairActivity } from '../backupService/dataConf.ts';
import { createMutex } from '../backupService/mutex.ts';
import { openPresenceFocus } from '../backupService/presenceFocus.ts';
import type { BackupStream } from '../backupService/stream.ts';
import { LyncTopologyError } from '../errors.ts';
import { backupStoreOf } from '../lab/names.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { CentralManagement } from '../pools/centralManagement.ts';
import { assertServerRunning, serverError, serverState } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { assertInside } from '../storage/names.ts';
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
}

export function streamOpener(
  options: StreamsOptions,
): (module: BackupModule, source: string, target: string) => BackupStream {
  const { deployment, dataDirectory, configuration, lossLimits } = options;
  const activities = new Map<string, PairActivity>();

  function activityOf(source: string, target: string): PairActivity {
    const key = [source, target].sort().join('+');
    const known = activities.get(key);
    if (known !== undefined) return known;
    const activity: PairActivity = { turn: createMutex(), running: undefined };
    activities.set(key, activity);
    return activity;
  }

  function batchesFor(source: string, target: string, module: 'UserServices' | 'CentralMgmt'): BatchStore {
    const path = fileShareOf(requirePool(deployment, target));
    const share = dataDirectory.share(path);
    // Our own batches never go into a directory that belongs to somebody else: of a mapped share they lie where it would be.
    const root = share.mapped ? join(dataDirectory.serverFolder(path.server), path.share, path.folder) : share.folder;
    return openBatchStore({
      share: share.unc,
      requiredFolder: share.mapped ? undefined : share.folder,
      folder: join(root, ...backupStoreOf(deployment, target).split('/')),
      module,
      prefix: `${source}-`,
      assertReachable: () => {
        assertServerRunning(dataDirectory, path.server);
        assertInside(dataDirectory.root, root);
      },
    });
  }

  return (module, source, target) => {
    const common = { source, target, lossLimits };
    switch (module) {
      case 'UserServices.PresenceFocus':
        return openPresenceFocus({
          ...common,
          sourceDatabase: () => options.database(source, 'rtcxds'),
          targetDatabase: () => options.database(target, 'rtcxds'),
          batches: batchesFor(source, target, 'UserServices'),
          maximumBatches: () => configuration().maxBatchesPerUserStoreSync,
        });
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
        return openDataConf({
          content: options.content,
          stream: { source: contentShare(options, source), target: contentShare(options, target) },
          maximumBytes: () => configuration().maxDataConfPackageSizeKB * 1024,
          lossLimits,
          assertReachable: (pool) => assertShareReachable(options, pool),
          activity: activityOf(source, target),
        });
      case 'ApplicationServer.RGSDataStore':
      case 'ApplicationServer.RGSFileStore':
        throw new Error(`${module} is not carried by this engine`);
    }
  };
}

function contentShare({ deployment, dataDirectory }: StreamsOptions, pool: string): ContentShare {
  const path = fileShareOf(requirePool(deployment, pool));
  return { pool, name: uncPathName(path), directory: dataDirectory.share(path).folder };
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
