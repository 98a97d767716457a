/** A share that takes no changes: its permissions are really taken away, and given back. */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { LyncTopologyError } from '../../errors.ts';
import type { FaultStatus } from '../../status.ts';
import type { ShareLocation } from '../../storage/layout.ts';
import { shareError } from '../shareErrors.ts';
import type { FaultDefinition, FaultScene } from './kind.ts';
import { ownShares, sharesToBreak, sharesToMend } from './shares.ts';

const kind = 'read-only';
const ownerMayWrite = 0o200;

export const readOnly: FaultDefinition = {
  kind,
  step: (target) => ({
    title: `Make the share of ${target} read-only`,
    detail: 'What lies on it can be read; the system refuses every change until it is started again.',
  }),
  inflict: (scene, name) => {
    for (const share of sharesToBreak(scene, name, 'made read-only')) {
      if (isReadOnly(share)) continue;
      protect(share);
      scene.record.addFault(kind, share.unc);
    }
  },
  present: (scene) =>
    ownShares(scene)
      .filter(isReadOnly)
      .map((share) => statusOf(scene, share)),
  mend: (scene, name) => {
    const shares = sharesToMend(scene, name)?.filter(isReadOnly) ?? [];
    for (const share of shares) release(scene, share);
    return shares.length > 0;
  },
  mendAll: (scene) => {
    for (const share of ownShares(scene).filter(isReadOnly)) release(scene, share);
    scene.record.forgetFaults(kind);
  },
};

/** Asked of the system, so it counts whoever did it. */
function isReadOnly({ folder }: ShareLocation): boolean {
  if (!existsSync(folder)) return false;
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'EROFS' || error.code === 'EACCES');
  }
}

function statusOf(scene: FaultScene, share: ShareLocation): FaultStatus {
  const noted = scene.record.faults(kind).find(({ target }) => target === share.unc);
  const since = noted?.since ?? lstatSync(share.folder).ctime.toISOString();
  return { id: `fault/${kind}/${share.unc}`, kind, target: share.unc, since };
}

/** Throws `fault-unsupported` where the system has no way to refuse this account; then nothing has changed. */
function protect(share: ShareLocation): void {
  if (isSuperuser()) mountReadOnly(share);
  else takeWriteAway(share);
  if (isReadOnly(share)) return;
  giveWriteBack(share);
  throw unsupported(share, 'folders have no permissions on this system that would keep anybody from writing');
}

function release({ record }: FaultScene, share: ShareLocation): void {
  if ((lstatSync(share.folder).mode & ownerMayWrite) === 0) giveWriteBack(share);
  if (isReadOnly(share)) unmount(share);
  if (isReadOnly(share)) throw stillReadOnly(share);
  record.forgetFaults(kind, share.unc);
}

function isSuperuser(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** Permissions do not bind the superuser, a file system that is mounted read-only does. */
function mountReadOnly(share: ShareLocation): void {
  const bound = spawnSync('mount', ['--bind', share.folder, share.folder]);
  if (bound.status !== 0) {
    throw unsupported(share, 'permissions do not bind the superuser, and nothing may be mounted here');
  }
  const remounted = spawnSync('mount', ['-o', 'remount,bind,ro', share.folder]);
  if (remounted.status === 0) return;
  unmount(share);
  throw unsupported(share, 'permissions do not bind the superuser, and nothing may be mounted read-only here');
}

function unmount({ folder }: ShareLocation): void {
  if (isSuperuser()) spawnSync('umount', [folder]);
}

/** What was read-only before stays so afterwards: it is noted beside the share. */
function takeWriteAway(share: ShareLocation): void {
  const before: string[] = [];
  try {
    for (const path of everythingIn(share.folder)) {
      const { mode } = lstatSync(path);
      if ((mode & ownerMayWrite) === 0) before.push(path);
    }
    writeFileSync(noteFile(share), JSON.stringify(before));
    for (const path of everythingIn(share.folder)) chmodSync(path, lstatSync(path).mode & 0o7777 & ~ownerMayWrite);
  } catch (error) {
    giveWriteBack(share);
    throw shareError(error, share, share.folder);
  }
}

function giveWriteBack(share: ShareLocation): void {
  const kept = new Set(readNote(share));
  for (const path of everythingIn(share.folder)) {
    if (!kept.has(path)) chmodSync(path, (lstatSync(path).mode & 0o7777) | ownerMayWrite);
  }
  rmSync(noteFile(share), { force: true });
}

function readNote(share: ShareLocation): readonly string[] {
  if (!existsSync(noteFile(share))) return [];
  const note: unknown = JSON.parse(readFileSync(noteFile(share), 'utf8'));
  return Array.isArray(note) ? note.map(String) : [];
}

function noteFile({ folder, unc }: ShareLocation): string {
  const name = unc.split('\\').slice(3).join('-').toLowerCase();
  return join(dirname(folder), `.read-only-${name}.json`);
}

/** The folder and all below it but symbolic links, which have no permissions of their own. */
function everythingIn(folder: string): readonly string[] {
  const below = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = below.filter((entry) => !entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name));
  return [folder, ...files];
}

function unsupported(share: ShareLocation, reason: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'fault-unsupported',
    kind: 'refused',
    object: share.unc,
    message: `The share ${share.unc} cannot be made read-only on this machine: ${reason}.`,
    remedy: 'Run the drill as an ordinary user on Linux or macOS; nothing was changed.',
  });
}

function stillReadOnly(share: ShareLocation): LyncTopologyError {
  return new LyncTopologyError({
    code: 'share-unwritable',
    kind: 'failed',
    object: share.unc,
    message: `The share ${share.unc} (${share.folder}) is still read-only: the system did not give the permissions back.`,
    remedy: 'See that nothing uses the folder and that it belongs to this account, then run "fault clear" again.',
  });
}
