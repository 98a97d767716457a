/** Telling whether a file was written since: its identity, size and times, as fine as the system keeps them. */
import type { FileSystem } from '../../backupService/content/fileSystem.ts';
import { pauseThread } from './control.ts';

/** Two equal stamps of a file, the first older than `settleMilliseconds`: nothing was written between them. */
export function stampOf(fileSystem: Pick<FileSystem, 'lstatSync'>, path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = fileSystem.lstatSync(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** Systems keep times in steps of up to 10 ms: within a step two writes look like one. */
const settleMilliseconds = 25;

/** Waits until a write from now on gives the files another time than they have. */
export function settle(fileSystem: Pick<FileSystem, 'lstatSync'>, paths: readonly string[]): void {
  const newest = Math.max(...paths.map((path) => fileSystem.lstatSync(path).ctimeMs));
  if (Math.abs(Date.now() - newest) < settleMilliseconds) pauseThread(settleMilliseconds);
}
