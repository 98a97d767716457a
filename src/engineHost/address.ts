/** Where the engine of a data directory listens: a socket or named pipe that only the same user can open. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The kernel's limit for the path of a socket, macOS's being the least, without the closing zero. */
const longestSocketPath = 103;
const socketName = 'engine.sock';
const privateFolderPrefix = 'lync-topology-';

export interface Address {
  readonly path: string;
  /** Makes room for the socket; only for the one who has the claim. */
  prepare(): void;
  /** Removes what the address left in the file system. */
  remove(): void;
}

/**
 * An address in the data directory, or where its path is too long for a socket (or the caller says that sockets do not
 * work there), in a new private folder of the system's temporary folder.
 */
export function chooseAddress(dataDirectory: string, elsewhere = false): Address {
  if (process.platform === 'win32') {
    return {
      path: `\\\\.\\pipe\\lync-topology-${randomBytes(16).toString('hex')}`,
      prepare: () => {},
      remove: () => {},
    };
  }
  const beside = join(dataDirectory, socketName);
  if (!elsewhere && Buffer.byteLength(beside) <= longestSocketPath) {
    const remove = (): void => rmSync(beside, { force: true });
    return { path: beside, prepare: remove, remove };
  }
  const folder = mkdtempSync(join(tmpdir(), privateFolderPrefix));
  return {
    path: join(folder, socketName),
    prepare: () => {},
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Removes the socket that a killed engine left behind; only for the one who has the claim. */
export function removeStaleAddress(path: string): void {
  if (process.platform === 'win32' || basename(path) !== socketName || !existsSync(path)) return;
  const folder = dirname(path);
  if (dirname(folder) === tmpdir() && basename(folder).startsWith(privateFolderPrefix)) {
    rmSync(folder, { recursive: true, force: true });
  } else {
    rmSync(path, { force: true });
  }
}
