/** Makes the files of a database, for `init`. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { assertServerRunning } from '../storage/availability.ts';
import { assertInside } from '../storage/names.ts';
import { openDatabase } from '../storage/sqlite.ts';
import { databaseIdentity, initializeFile, migrateFile, requireState } from './fileState.ts';
import { creationSuffix, removeDatabase, replaceDatabase } from './fullCopy.ts';
import { type MirroredDatabaseOptions, openMirroredDatabase } from './mirroredDatabase.ts';
import { createWitnessFile, openWitness } from './witness.ts';

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
  const witness = options.mirror === undefined ? undefined : options.witness;
  if (witness !== undefined) {
    assertServerRunning(dataDirectory, witness.server);
    createWitnessFile(dataDirectory, witness);
  }
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length === 0 && witness === undefined) return 'kept';
  const [primary] = files;
  if (primary !== undefined && missing.length === files.length) {
    forgetSession(options);
    createPrincipal(primary, pool, name);
  }
  if (primary !== undefined && existsSync(primary) && missing.length > 0) introduce(options, primary);
  using database = openMirroredDatabase(options);
  await database.maintain();
  return missing.some((file) => existsSync(file)) ? 'created' : 'kept';
}

/** What a witness remembers of a database whose files are all gone is of no use to the next one of that name. */
function forgetSession({ dataDirectory, mirror, name, pool, witness }: MirroredDatabaseOptions): void {
  if (mirror === undefined || witness === undefined) return;
  using session = openWitness(dataDirectory, witness, databaseIdentity(pool, name));
  session.forget();
}

/** A principal without its mirror's file has nobody but the witness to serve with, which must have heard of it before. */
function introduce({ dataDirectory, mirror, name, pool, witness }: MirroredDatabaseOptions, primary: string): void {
  if (mirror === undefined || witness === undefined) return;
  using session = openWitness(dataDirectory, witness, databaseIdentity(pool, name));
  using database = openDatabase(primary, { label: `${name} of ${pool}` });
  migrateFile(database, name);
  const { ended, epoch, history, role } = requireState(database);
  if (ended || role !== 'principal' || session.ask().record !== undefined) return;
  session.acknowledge({ history, epoch, principal: 'primary', synchronised: false });
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
