/**
 * A lock on a small database of its own: an open `begin exclusive`. The kernel drops it with the process however that ends, so
 * nothing has to be cleaned up after a kill and no clock or process id is believed. Nothing else may open the file, since closing
 * any descriptor of a file drops the process's locks on it.
 */
import { DatabaseSync } from 'node:sqlite';
import { rollBack } from './sqlite.ts';
import { sqliteResultCode } from './sqliteErrors.ts';

const busy = 5;

/** Makes the file when there is none. `undefined` when another process holds it; throws SQLite's error. */
export function tryLock(file: string): Disposable | undefined {
  const connection = new DatabaseSync(file, { timeout: 0 });
  const release = (): void => {
    if (!connection.isOpen) return;
    rollBack(connection);
    connection.close();
  };
  try {
    connection.exec('begin exclusive');
    return { [Symbol.dispose]: release };
  } catch (error) {
    connection.close();
    if (((sqliteResultCode(error) ?? 0) & 0xff) === busy) return undefined;
    throw error;
  }
}
