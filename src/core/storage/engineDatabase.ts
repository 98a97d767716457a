/** `engine.db`: jobs, audit log, leases, manifests, configuration. Each owner brings its own tables. */
import type { DataDirectory } from './layout.ts';
import { type Component, migrate } from './migrations.ts';
import { type Database, openDatabase } from './sqlite.ts';

export interface EngineDatabase extends Database {
  /** Creates or migrates the tables of a component; call it once when the component starts. */
  register(component: Component): void;
}

/** Opens `engine.db`, creating it when it does not exist. Same errors as `openDatabase`. */
export function openEngineDatabase(dataDirectory: DataDirectory): EngineDatabase {
  const database = openDatabase(dataDirectory.engineDatabase, { label: 'the engine database', create: true });
  return { ...database, register: (component) => migrate(database, component) };
}
