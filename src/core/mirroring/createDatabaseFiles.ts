/** Makes the files of a database, for `init`. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { assertServerRunning } from '../storage/availability.ts';
import { assertInside } from '../storage/names.ts';
import { openDatabase } from '../storage/sqlite.ts';
import { initializeFile } from './fileState.ts';
import { creationSuffix, removeDatabase, replaceDatabase } from './fullCopy.ts';
import { type MirroredDatabaseOptions, openMirroredDatabase } from './mirroredDatabase.ts';

/**
 * Makes what is missing: a principal where no file exists at all, and a mirror from its principal. Existing files are kept;
 * a principal's file that was lost while its mirror exists is not replaced by an empty one. The folders are made too.
 * Throws `server-stopped` and what keeps the files from being written. Safe to repeat after a kill at any moment.
 */
export async function createDatabaseFiles(options: MirroredDatabaseOptions): Promise<'created' | 'kept'> {
  const { dataDirectory, name, pool } = options;
  const places = [options.primary, options.mirror].filter((instance) => instance !== undefined);
  const files = places.map((instance) => dataDirectory.databaseFile(instance, name));
  for (const [index, instance] of places.entries()) {
    const file = files[index];
    if (file !== undefined) {
      assertInside(dataDirectory.root, file);
      mkdirSync(dirname(file), { recursive: true });
    }
    assertServerRunning(dataDirectory, instance.server);
  }
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length === 0) return 'kept';
  const [primary] = files;
  if (primary !== undefined && missing.length === files.length) createPrincipal(primary, pool, name);
  using database = openMirroredDatabase(options);
  await database.maintain();
  return missing.some((file) => existsSync(file)) ? 'created' : 'kept';
}

/** The file appears complete or not at all. */
function createPrincipal(file: string, pool: string, name: MirroredDatabaseOptions['name']): void {
  const temporary = `${file}${creationSuffix}`;
  removeDatabase(temporary);
  {
    using database = openDatabase(temporary, { label: `${name} of ${pool}`, create: true });
    initializeFile(database, pool, name);
  }
  replaceDatabase(temporary, file);
}
