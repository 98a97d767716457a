/** An engine on a data directory of its own, for tests: two paired pools with mirrored databases, as the documentation's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, type EngineOptions, openEngine } from '../../../src/core/engine/engine.ts';
import type { EngineServices, JobRequest, SynchronizeRun } from '../../../src/core/engine/services.ts';
import type { JobWork } from '../../../src/core/jobs/jobs.ts';
import { createDataDirectory, openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { BackupModule } from '../../../src/core/topology/vocabulary.ts';
import { litware } from '../lab/litware.ts';

export const atlanta = 'atl-cs-001.litwareinc.com';
export const dallas = 'dal-cs-001.litwareinc.com';
export interface TestDirectory extends Disposable {
  readonly root: string;
  /** Opens an engine on the directory; one at a time. */
  open(options?: Partial<EngineOptions> & { readonly mappings?: ReadonlyMap<string, string> }): Promise<Engine>;
}

export function testDirectory(prefix = 'lync-engine-'): TestDirectory {
  const root = mkdtempSync(join(tmpdir(), prefix));
  return {
    root,
    open: (options = {}) => openTestEngine(root, options),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export function openTestEngine(
  root: string,
  { mappings, ...options }: Partial<EngineOptions> & { readonly mappings?: ReadonlyMap<string, string> } = {},
): Promise<Engine> {
  createDataDirectory(root);
  const dataDirectory = openDataDirectory(root, { ...(mappings && { mappings }), missingMappings: 'report' });
  return openEngine({
    deployment: litware,
    dataDirectory,
    background: false,
    operator: 'tester',
    resume: () => undefined,
    ...options,
  });
}

export const quietRun = { signal: new AbortController().signal, onProgress: () => {} };

/** An engine whose databases and shares exist, empty. */
export async function initialized(
  directory: TestDirectory,
  options?: Parameters<TestDirectory['open']>[0],
): Promise<Engine> {
  const engine = await directory.open(options);
  await engine.lab.initialize(quietRun);
  return engine;
}

export function syncRun(change: Partial<SynchronizeRun> = {}): SynchronizeRun {
  return { ...quietRun, log: () => {}, acceptLoss: false, ...change };
}

export async function synchronizeBoth(engine: Engine, modules: readonly BackupModule[] = []): Promise<void> {
  await engine.backupService.synchronize(atlanta, modules, syncRun());
  await engine.backupService.synchronize(dallas, modules, syncRun());
}

/** Writes a user as a client of the pool does. */
export function writeUser(engine: EngineServices, pool: string, name: string, displayName = name): void {
  const value = { displayName, enabled: 1, homePool: pool, changedAt: new Date().toISOString() };
  engine.lab.commit(pool, 'rtcxds', [{ table: 'users', key: { sipAddress: `sip:${name}@litwareinc.com` }, value }]);
}

/** Users that belong to `home`, as the database of `pool` holds them. */
export function usersOf(engine: Engine, pool: string, home: string): readonly unknown[] {
  return engine.databases
    .find(pool, 'rtcxds')
    .read((database) => database.prepare('select * from users where homePool = ? order by sipAddress').all(home));
}

/** Writes many users, `perCommit` of them in one client transaction. */
export function writeUsers(engine: Engine, pool: string, prefix: string, count: number, perCommit = 100): void {
  const changedAt = new Date().toISOString();
  for (let first = 0; first < count; first += perCommit) {
    const changes = Array.from({ length: Math.min(perCommit, count - first) }, (_, index) => ({
      table: 'users',
      key: { sipAddress: `sip:${prefix}${first + index}@litwareinc.com` },
      value: { displayName: `${prefix} ${first + index}`, enabled: 1, homePool: pool, changedAt },
    }));
    engine.lab.commit(pool, 'rtcxds', changes);
  }
}

/** The request and the work of a job that synchronises user rows and content of Atlanta. */
export function syncOf(services: EngineServices): readonly [JobRequest, JobWork] {
  const modules: readonly BackupModule[] = ['UserServices.PresenceFocus', 'ConfServices.DataConf'];
  const request: JobRequest = {
    operation: 'Invoke-CsBackupServiceSync',
    title: `Synchronise ${atlanta}`,
    parameters: { PoolFqdn: atlanta },
    leases: modules.map((module) => `pool/${atlanta}/module/${module}`),
  };
  return [request, (run) => services.backupService.synchronize(atlanta, modules, { ...run, acceptLoss: false })];
}
