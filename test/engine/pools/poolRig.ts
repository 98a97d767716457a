/** Two pools with users and content, and operations on them as a person starts them. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { EngineServices } from '../../../src/core/engine/services.ts';
import { contentFolder } from '../../../src/core/lab/names.ts';
import { resumableWork, startOperation } from '../../../src/core/operations/run.ts';
import type { JobStatus } from '../../../src/core/status.ts';
import {
  atlanta,
  dallas,
  initialized,
  syncRun,
  type TestDirectory,
  testDirectory,
  writeUser,
} from '../engine/testEngine.ts';

export const resume = resumableWork;

export async function run(
  engine: EngineServices,
  operation: string,
  parameters: Record<string, unknown> = {},
): Promise<JobStatus> {
  const options = { signal: new AbortController().signal, onVerbose: () => {} };
  return (await startOperation(engine, { operation, parameters }, options)).ended;
}

export async function completed(
  engine: EngineServices,
  operation: string,
  parameters: Record<string, unknown> = {},
): Promise<JobStatus> {
  const job = await run(engine, operation, parameters);
  assert.equal(job.state, 'completed', `${job.error?.message} ${job.error?.remedy}`);
  return job;
}

function shareOf(root: string, pool: string): string {
  const prefix = pool.slice(0, 3);
  return join(root, 'servers', `${prefix}-fs-001.litwareinc.com`, 'LyncShare', contentFolder);
}

export function writeContent(root: string, pool: string, path: string, text: string): void {
  const file = join(shareOf(root, pool), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Every file of a pool's content with what it holds. */
export function contentOf(root: string, pool: string): Record<string, string> {
  const share = shareOf(root, pool);
  const files = readdirSync(share, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(found.map((file) => [file.slice(share.length + 1), readFileSync(file, 'utf8')]));
}

/** All rows of users that belong to `home`, as the database of `pool` holds them. */
export function rowsOf(engine: EngineServices, pool: string, home: string): readonly unknown[] {
  return engine.databases
    .find(pool, 'rtcxds')
    .read((database) =>
      ['users', 'conferences'].flatMap((table) =>
        database.prepare(`select * from ${table} where homePool = ? order by 1`).all(home),
      ),
    );
}

export function writeConference(engine: EngineServices, at: string, home: string, id: string): void {
  const value = {
    homePool: home,
    organizer: `sip:${id}@litwareinc.com`,
    subject: id,
    startsAt: '2013-04-01T08:00:00.000Z',
    endsAt: '2013-04-01T09:00:00.000Z',
    contentFolder: `${contentFolder}/${id}`,
    changedAt: '2013-04-01T07:00:00.000Z',
  };
  engine.lab.commit(at, 'rtcxds', [{ table: 'conferences', key: { conferenceId: id }, value }]);
}

/** A user of Atlanta, changed by a client of `at`. */
export function changeUser(engine: EngineServices, at: string, name: string, displayName: string): void {
  const value = { displayName, enabled: 1, homePool: atlanta, changedAt: '2013-04-02T00:00:00.000Z' };
  engine.lab.commit(at, 'rtcxds', [{ table: 'users', key: { sipAddress: `sip:${name}@litwareinc.com` }, value }]);
}

export interface Prepared extends Disposable {
  /** A data directory of its own with the same content. */
  copy(): TestDirectory;
}

/** A deployment that is made once: a test takes a copy of it. */
export async function prepared(
  prepare: (engine: Engine, root: string) => Promise<void> = fill,
  options: Parameters<TestDirectory['open']>[0] = {},
): Promise<Prepared> {
  const template = testDirectory('lync-pool-template-');
  const engine = await initialized(template, { resume, ...options });
  await prepare(engine, template.root);
  await engine[Symbol.asyncDispose]();
  return {
    copy: () => {
      const directory = testDirectory('lync-pools-');
      copyDirectory(template.root, directory.root);
      return directory;
    },
    [Symbol.dispose]: () => template[Symbol.dispose](),
  };
}

export function copyDirectory(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

/** Users, a conference and content on both pools, all of it replicated. */
export async function fill(engine: EngineServices, root: string): Promise<void> {
  for (const name of ['kim', 'robin', 'lee']) writeUser(engine, atlanta, name);
  writeUser(engine, dallas, 'sam');
  writeConference(engine, atlanta, atlanta, 'ATL1');
  writeContent(root, atlanta, 'ATL1/slides.txt', 'first draft');
  writeContent(root, atlanta, 'ATL1/notes.txt', 'agenda');
  writeContent(root, dallas, 'DAL1/plan.txt', 'of Dallas');
  for (const pool of [atlanta, dallas]) await engine.backupService.synchronize(pool, [], syncRun());
}
