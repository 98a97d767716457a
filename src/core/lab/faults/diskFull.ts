/**
 * A share whose disk is full. The share lies on a memory file system of exactly the size of what it holds, mounted over its
 * folder, so that the system itself refuses every byte more. What lay there before stays beneath, untouched, and is put
 * in the place of the mount when the fault is mended, with what was changed meanwhile.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { LyncTopologyError } from '../../errors.ts';
import type { FaultStatus } from '../../status.ts';
import type { ShareLocation } from '../../storage/layout.ts';
import type { FaultDefinition, FaultScene } from './kind.ts';
import { ownShares, sharesToBreak, sharesToMend } from './shares.ts';

const kind = 'disk-full';
/** What `statfs` calls a memory file system. */
const memoryFileSystem = 0x01021994;
/** Beside what is counted, while it is being filled: bytes. */
const slack = 1024 * 1024;
/** What one machine can hold in memory for a drill: bytes. */
const largest = 512 * 1024 * 1024;

export const diskFull: FaultDefinition = {
  kind,
  step: (target) => ({
    title: `Fill the disk of the share of ${target}`,
    detail: 'What lies on it can be read; the system has no room for a byte more until it is started again.',
  }),
  inflict: (scene, name) => {
    for (const share of sharesToBreak(scene, name, 'filled')) {
      if (isOnFullDisk(share)) continue;
      fill(share);
      scene.record.addFault(kind, share.unc);
    }
  },
  present: (scene) =>
    ownShares(scene)
      .filter(isBroken)
      .map((share) => statusOf(scene, share)),
  mend: (scene, name) => {
    const shares = sharesToMend(scene, name)?.filter(isBroken) ?? [];
    for (const share of shares) bringBack(scene, share);
    return shares.length > 0;
  },
  mendAll: (scene) => {
    for (const share of ownShares(scene).filter(isBroken)) bringBack(scene, share);
    scene.record.forgetFaults(kind);
  },
};

/** A mount of its own in memory: on which device the folder lies is asked of the system. */
function isOnFullDisk({ folder }: ShareLocation): boolean {
  if (!existsSync(folder)) return false;
  const isMount = lstatSync(folder).dev !== lstatSync(join(folder, '..')).dev;
  return isMount && statfsSync(folder).type === memoryFileSystem;
}

/** On a full disk, or on its way back from one when the engine ended. */
function isBroken(share: ShareLocation): boolean {
  return isOnFullDisk(share) || existsSync(wholeCopyOf(share));
}

function wholeCopyOf({ folder }: ShareLocation): string {
  return `${folder}.mended`;
}

function statusOf(scene: FaultScene, share: ShareLocation): FaultStatus {
  const noted = scene.record.faults(kind).find(({ target }) => target === share.unc);
  const since = noted?.since ?? lstatSync(join(share.folder, '..')).ctime.toISOString();
  const detail = isOnFullDisk(share) ? freeWords(share) : 'on its way back to its own disk';
  return { id: `fault/${kind}/${share.unc}`, kind, target: share.unc, since, detail };
}

function freeWords({ folder }: ShareLocation): string {
  const { bavail, bsize } = statfsSync(folder);
  return `${bavail * bsize} bytes free`;
}

function fill(share: ShareLocation): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw unsupported(share, 'only the superuser on Linux can give a share a disk of its own');
  }
  const size = sizeOf(share.folder);
  if (size > largest) throw unsupported(share, 'it holds more than 512 MB, too much to be kept in memory');
  const disk = `${share.folder}.disk`;
  mkdirSync(disk);
  try {
    must(share, 'mount', ['-t', 'tmpfs', '-o', `size=${size + slack},mode=0755`, 'tmpfs', disk]);
    must(share, 'cp', ['-a', `${share.folder}/.`, disk]);
    const { blocks, bfree, bsize } = statfsSync(disk);
    must(share, 'mount', ['-o', `remount,size=${(blocks - bfree) * bsize}`, disk]);
    must(share, 'mount', ['--bind', disk, share.folder]);
  } finally {
    spawnSync('umount', [disk]);
    rmdirSync(disk);
  }
}

/** What a copy takes at most: every entry in whole pages. */
function sizeOf(folder: string): number {
  const page = 4096;
  let size = page;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    size += page + Math.ceil(lstatSync(join(entry.parentPath, entry.name)).size / page) * page;
  }
  return size;
}

/** The copy is whole before the mount goes, and what lay beneath goes last; gone on with where it was interrupted. */
function bringBack({ record }: FaultScene, share: ShareLocation): void {
  const { folder } = share;
  const [unfinished, whole, before] = [`${folder}.mending`, wholeCopyOf(share), `${folder}.before`];
  if (isOnFullDisk(share)) {
    for (const stale of [unfinished, whole]) rmSync(stale, { recursive: true, force: true });
    mkdirSync(unfinished);
    must(share, 'cp', ['-a', `${folder}/.`, unfinished]);
    renameSync(unfinished, whole);
    must(share, 'umount', [folder]);
  }
  if (existsSync(folder)) {
    rmSync(before, { recursive: true, force: true });
    renameSync(folder, before);
  }
  renameSync(whole, folder);
  rmSync(before, { recursive: true, force: true, maxRetries: 3 });
  record.forgetFaults(kind, share.unc);
}

function must(share: ShareLocation, command: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  if (status === 0) return;
  throw unsupported(share, `${command} refused: ${stderr?.trim() ?? 'it could not be started'}`);
}

function unsupported(share: ShareLocation, reason: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'fault-unsupported',
    kind: 'refused',
    object: share.unc,
    message: `The disk of the share ${share.unc} cannot be filled or emptied on this machine: ${reason}.`,
    remedy: 'Run the drill as the superuser on Linux where file systems may be mounted, or use another fault.',
  });
}
