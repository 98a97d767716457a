/** Makes what the servers of a topology have: a folder each, their databases, their shares; all empty. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import type { InitializeResult, LabRun } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import { createDisks } from '../hyperV/createDisks.ts';
import { withHosts } from '../hyperV/hosts.ts';
import { createDatabaseFiles } from '../mirroring/createDatabaseFiles.ts';
import type { MirroredDatabaseOptions } from '../mirroring/mirroredDatabase.ts';
import { tooManyActive, tooManyServers } from '../persistentChat/chatErrors.ts';
import { backupSide, mostActiveServers, mostServers, placementsOf } from '../persistentChat/places.ts';
import { serverError, serverState } from '../storage/availability.ts';
import type { DataDirectory, ShareLocation } from '../storage/layout.ts';
import { assertInside } from '../storage/names.ts';
import type { Deployment, PersistentChatPool, Pool, VirtualMachine } from '../topology/model.ts';
import { databasesByType, databaseTypes } from '../topology/vocabulary.ts';
import { computersOf } from './faults/targets.ts';
import { shareFoldersOf } from './names.ts';
import { shareError } from './shareErrors.ts';

interface Count {
  readonly created: { databases: number; shares: number; virtualDisks?: number };
  readonly kept: { databases: number; shares: number; virtualDisks?: number };
}

/**
 * What exists is kept, so an initialisation that was cancelled or killed is completed by the next. Nothing is made in the
 * directory of a mapped share. The folders of a part of a topology have the numbers of the whole. Throws `cancelled`,
 * `server-stopped`, `disk-full`, `share-unwritable`, `path-outside-root` and what creating databases throws.
 */
export async function initialize(
  dataDirectory: DataDirectory,
  deployment: Deployment,
  run: LabRun,
  whole = deployment,
): Promise<InitializeResult> {
  refuseTooManyChatServers(deployment);
  refuseStoppedServers(withHosts(dataDirectory, deployment), deployment);
  const count: Count = { created: { databases: 0, shares: 0 }, kept: { databases: 0, shares: 0 } };
  const steps = stepsOf(dataDirectory, deployment, whole, count);
  for (const [done, step] of steps.entries()) {
    throwIfCancelled(run.signal, 'Initialising');
    run.onProgress({ phase: step.phase, done, total: steps.length, unit: 'steps' });
    await step.work();
    await immediate();
  }
  run.onProgress({ phase: 'Initialised', done: steps.length, total: steps.length, unit: 'steps' });
  return { dataDirectory: dataDirectory.root, ...count };
}

interface Step {
  readonly phase: string;
  readonly work: () => Promise<void> | void;
}

function stepsOf(
  dataDirectory: DataDirectory,
  deployment: Deployment,
  whole: Deployment,
  count: Count,
): readonly Step[] {
  return [
    {
      phase: 'Folders of the servers',
      work: () => {
        const places = withHosts(dataDirectory, deployment);
        for (const server of computersOf(deployment)) makeFolder(dataDirectory, places.serverFolder(server));
      },
    },
    ...deployment.pools.flatMap((pool) => databaseSteps(dataDirectory, pool, count)),
    ...deployment.pools.map((pool) => ({
      phase: `File share of ${pool.fqdn}`,
      work: () => makeShare(dataDirectory, whole, pool, count),
    })),
    ...(deployment.persistentChatPools ?? []).flatMap((pool) => chatSteps(dataDirectory, pool, count)),
    ...(deployment.virtualMachines ?? []).map((machine) => ({
      phase: `Disks of ${machine.name}`,
      work: () => makeDisks(dataDirectory, machine, count),
    })),
  ];
}

function makeDisks(dataDirectory: DataDirectory, machine: VirtualMachine, count: Count): void {
  const { created, kept } = createDisks(dataDirectory, machine);
  count.created.virtualDisks = (count.created.virtualDisks ?? 0) + created;
  count.kept.virtualDisks = (count.kept.virtualDisks ?? 0) + kept;
}

function databaseSteps(dataDirectory: DataDirectory, pool: Pool, count: Count): readonly Step[] {
  return databaseTypes.flatMap((type) => {
    const placement = pool.databases[type];
    if (placement === undefined) return [];
    return databasesByType[type].map((name) => ({
      phase: `Database ${name} of ${pool.fqdn}`,
      work: () => makeDatabase({ dataDirectory, pool: pool.fqdn, type, name, ...placement }, count),
    }));
  });
}

/**
 * The databases of the first site, the compliance databases of the second, and the share. The content database of the
 * second site is made from the first by log shipping.
 */
function chatSteps(dataDirectory: DataDirectory, pool: PersistentChatPool, count: Count): readonly Step[] {
  const { logShippingShare } = pool;
  return [
    ...placementsOf(pool).flatMap(([type, placement]) =>
      databasesByType[type].flatMap((name) => {
        const common = { dataDirectory, pool: pool.fqdn, type, name };
        const second = type === 'PersistentChatCompliance' ? backupSide(placement, true) : undefined;
        return [placement, ...(second === undefined ? [] : [second])].map(({ primary, mirror, witness }) => ({
          phase: `Database ${name} of ${pool.fqdn}`,
          work: () => makeDatabase({ ...common, primary, mirror, witness }, count),
        }));
      }),
    ),
    ...(logShippingShare === undefined
      ? []
      : [
          {
            phase: `Log-shipping share of ${pool.fqdn}`,
            work: () => makeLogShare(dataDirectory, dataDirectory.share(logShippingShare), count),
          },
        ]),
  ];
}

function makeLogShare(dataDirectory: DataDirectory, share: ShareLocation, count: Count): void {
  if (exists(share.folder)) count.kept.shares += 1;
  else count.created.shares += 1;
  if (!share.mapped) makeFolder(dataDirectory, share.folder);
}

/** Before anything is made (domain D.1). */
function refuseTooManyChatServers(deployment: Deployment): void {
  for (const { fqdn, servers } of deployment.persistentChatPools ?? []) {
    const active = servers.filter((server) => server.active).length;
    if (servers.length > mostServers) throw tooManyServers(fqdn, servers.length);
    if (active > mostActiveServers) throw tooManyActive(fqdn, active);
  }
}

async function makeDatabase(database: MirroredDatabaseOptions, count: Count): Promise<void> {
  const { dataDirectory, name, primary, mirror } = database;
  const instances = mirror === undefined ? [primary] : [primary, mirror];
  const there = (): number => instances.filter((instance) => exists(dataDirectory.databaseFile(instance, name))).length;
  const kept = there();
  await createDatabaseFiles(database);
  count.kept.databases += kept;
  // A mirror whose mirroring was removed on purpose is not made again.
  count.created.databases += there() - kept;
}

function makeShare(dataDirectory: DataDirectory, deployment: Deployment, pool: Pool, count: Count): void {
  if (pool.fileShare === undefined) return;
  const share = dataDirectory.share(pool.fileShare);
  if (exists(share.folder)) count.kept.shares += 1;
  else count.created.shares += 1;
  if (share.mapped) return;
  for (const folder of shareFoldersOf(deployment, pool.fqdn)) makeShareFolder(dataDirectory, share, folder);
}

function makeShareFolder(dataDirectory: DataDirectory, share: ShareLocation, folder: string): void {
  const path = join(share.folder, ...folder.split('/'));
  try {
    assertInside(dataDirectory.root, path);
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw shareError(error, share, path);
  }
}

function makeFolder(dataDirectory: DataDirectory, folder: string): void {
  assertInside(dataDirectory.root, folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new LyncTopologyError(
      {
        code: 'data-directory-unusable',
        kind: 'failed',
        object: folder,
        message: `The folder ${folder} could not be created: ${String(cause)}.`,
        remedy: 'Correct the permissions of the data directory, or free space on its disk, and initialise again.',
      },
      { cause },
    );
  }
}

/** Before anything is made: what a stopped server has cannot be looked at. */
function refuseStoppedServers(dataDirectory: DataDirectory, deployment: Deployment): void {
  for (const server of computersOf(deployment)) {
    const stopped = serverState(dataDirectory, server).state === 'stopped';
    const error = stopped ? serverError(dataDirectory, server) : undefined;
    if (error !== undefined) throw error;
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
