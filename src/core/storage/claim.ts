/**
 * One owner per data directory.
 *
 * The claim is a lock on `owner.db`, which is never opened by anything else; see `lock.ts`.
 *
 * Beside it lies the announcement: how to reach the owner. It is a hint that may be stale after a kill; who finds it first
 * tries to attach and, when nobody answers, tries the claim.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { tryLock } from './lock.ts';
import { translateSqliteError } from './sqliteErrors.ts';

const announcementSchema = z.object({
  pid: z.number().int().positive(),
  /** Path of the local socket or name of the named pipe. */
  address: z.string().min(1),
  /** What a client must show; only the same user can read it. */
  token: z.string().min(1),
});
export type Announcement = Readonly<z.infer<typeof announcementSchema>>;

export interface Claim extends Disposable {
  /** Publishes how to reach this owner: readable by the same user alone, replaced atomically. */
  announce(announcement: Announcement): void;
  /** False when the data directory was deleted or replaced under the owner, which must then end. */
  stillHeld(): boolean;
}

/**
 * Claims the data directory for this process, or returns `undefined` when another owner has it. Disposing gives it back.
 * Throws `access-denied`, `disk-full`, `database-unavailable`.
 */
export function tryClaim(root: string): Claim | undefined {
  const file = join(root, 'owner.db');
  try {
    const lock = tryLock(file);
    return lock === undefined ? undefined : claimOf(root, file, lock);
  } catch (error) {
    throw translateSqliteError(error, `the claim on ${root}`, file);
  }
}

/** How to reach the owner, as it last said; `undefined` when nobody said anything that can be read. */
export function readAnnouncement(root: string): Announcement | undefined {
  try {
    const parsed = announcementSchema.safeParse(JSON.parse(readFileSync(announcementFile(root), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function claimOf(root: string, file: string, lock: Disposable): Claim {
  const inode = statSync(file).ino;
  // What a killed owner left behind speaks of nobody any more.
  rmSync(announcementFile(root), { force: true });
  let held = true;
  const stillHeld = (): boolean => held && statSync(file, { throwIfNoEntry: false })?.ino === inode;
  return {
    stillHeld,
    announce: (announcement) => writeAnnouncement(root, announcement),
    [Symbol.dispose]: () => {
      if (!held) return;
      // First the announcement, then the lock: the next owner's announcement must not be taken away.
      if (stillHeld()) rmSync(announcementFile(root), { force: true });
      held = false;
      lock[Symbol.dispose]();
    },
  };
}

function writeAnnouncement(root: string, announcement: Announcement): void {
  const temporary = `${announcementFile(root)}.new`;
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(announcement)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, announcementFile(root));
}

function announcementFile(root: string): string {
  return join(root, 'owner.json');
}
