/** Fills the pools of a deployment with people, conferences and content, the same for the same number. */
import type { LabRun, SeedRequest, SeedResult } from '../../engine/services.ts';
import { LyncTopologyError } from '../../errors.ts';
import type { Progress } from '../../status.ts';
import type { ShareLocation } from '../../storage/layout.ts';
import type { Pool } from '../../topology/model.ts';
import { createRandom } from '../random.ts';
import { assertShareAvailable } from '../shareErrors.ts';
import { type Conference, conferencesOf } from './conferences.ts';
import { contentFilesOf, meetingFilesOf } from './contentPlan.ts';
import { peopleOf, shareOf } from './people.ts';
import { type PoolSeeding, type SeedContext, seedCentralManagement, seedRows, type Teller } from './seedRows.ts';
import { writeContent } from './writeContent.ts';

type PoolResult = SeedResult['pools'][number];

/**
 * Rows and files that are there already are kept, so seeding twice with the same number changes nothing. Throws
 * `argument-invalid`, `cancelled`, `server-stopped`, `share-missing`, `share-unwritable`, `disk-full`, and what commits throw.
 */
export async function seed(context: SeedContext, request: SeedRequest, run: LabRun): Promise<SeedResult> {
  const pools = context.deployment.pools.filter((pool) => pool.databases.User !== undefined);
  checkRequest(request, pools);
  const shares = contentShares(context, pools, request);
  const random = createRandom(`seed/${request.randomSeed}`);
  const names = pools.map((pool) => pool.fqdn);
  const people = peopleOf(names, request.users, random);
  const tell = progressOf(request, run);
  const results: PoolResult[] = [];
  for (const [index, pool] of pools.entries()) {
    const seeding: PoolSeeding = { context, request, run, tell, random: random.branch(pool.fqdn), pool, people };
    const conferences = conferencesFor(seeding, shareOf(request.conferences, pools.length, index));
    await seedRows(seeding, conferences, index);
    const share = shares.get(pool.fqdn);
    const ofPool = [...shares.keys()].indexOf(pool.fqdn);
    const content =
      share === undefined
        ? withoutContent(context, pool)
        : await seedContent(seeding, share, conferences, ofPool, shares.size);
    results.push({ pool: pool.fqdn, ...measured(context, pool), ...content });
  }
  await seedCentralManagement(context, random, run);
  return { pools: results };
}

type Content = Omit<PoolResult, 'pool' | 'users' | 'conferences'>;

const noContent: Content = { contentFiles: 0, contentBytes: 0 };

function checkRequest(request: SeedRequest, pools: readonly Pool[]): void {
  const refuse = (parameter: string, message: string, remedy: string): never => {
    throw new LyncTopologyError({ code: 'argument-invalid', kind: 'usage', object: parameter, message, remedy });
  };
  for (const [name, amount] of Object.entries(request)) {
    if (!Number.isSafeInteger(amount) || amount < 0) {
      refuse(name, `${name} is ${amount}; it must be a whole number, 0 or more.`, `Give a whole number for ${name}.`);
    }
  }
  if (request.conferences > 0 && request.users < pools.length) {
    refuse(
      'users',
      'Conferences need somebody on each pool who organises them.',
      `Seed at least ${pools.length} users.`,
    );
  }
  if (request.contentFiles > 0 && request.conferences < pools.length) {
    refuse('conferences', 'Content files belong to conferences.', `Seed at least ${pools.length} conferences.`);
  }
  if (request.contentFiles === 0 && request.contentBytes > 0) {
    refuse('contentFiles', 'There are bytes to write but no file for them.', 'Seed at least one content file.');
  }
}

/** The shares that get content, checked before anything is written. A mapped directory is somebody's own and gets none. */
function contentShares(
  context: SeedContext,
  pools: readonly Pool[],
  request: SeedRequest,
): ReadonlyMap<string, ShareLocation> {
  const shares = new Map<string, ShareLocation>();
  if (request.conferences === 0) return shares;
  for (const { fqdn, fileShare } of pools) {
    const share = fileShare === undefined ? undefined : context.dataDirectory.share(fileShare);
    if (share === undefined || share.mapped) continue;
    assertShareAvailable(context.dataDirectory, share);
    shares.set(fqdn, share);
  }
  return shares;
}

function conferencesFor(seeding: PoolSeeding, count: number): readonly Conference[] {
  const [first, ...others] = seeding.people.filter((person) => person.pool === seeding.pool.fqdn);
  return first === undefined ? [] : conferencesOf([first, ...others], count, seeding.random.branch('conferences'));
}

async function seedContent(
  seeding: PoolSeeding,
  share: ShareLocation,
  conferences: readonly Conference[],
  index: number,
  pools: number,
): Promise<Content> {
  const [first, ...others] = conferences;
  if (first === undefined) return noContent;
  const { request, pool, random } = seeding;
  const count = shareOf(request.contentFiles, pools, index);
  const bytes = shareOf(request.contentBytes, pools, index);
  const files = contentFilesOf([first, ...others], count, bytes, random.branch('content'));
  await writeContent({
    share,
    files: [...files, ...meetingFilesOf(conferences)],
    seed: `seed/${request.randomSeed}`,
    signal: seeding.run.signal,
    onWritten: (written, size) => seeding.tell.files(`Content of ${pool.fqdn}`, written, size),
  });
  return { contentFiles: count, contentBytes: bytes };
}

function withoutContent({ dataDirectory }: SeedContext, { fqdn, fileShare }: Pool): Content {
  const share = fileShare === undefined ? undefined : dataDirectory.share(fileShare);
  if (share?.mapped !== true) return noContent;
  const note = `The share ${share.unc} of ${fqdn} is mapped to ${share.folder}: nothing is written into a directory of somebody's own.`;
  return { ...noContent, note };
}

/** What the pool's database holds now. */
function measured(context: SeedContext, pool: Pool): { readonly users: number; readonly conferences: number } {
  return context.databases.find(pool.fqdn, 'rtcxds').read((connection) => {
    const count = (table: 'users' | 'conferences'): number =>
      Number(connection.prepare(`select count(*) as n from ${table} where homePool = ?`).get(pool.fqdn)?.['n'] ?? 0);
    return { users: count('users'), conferences: count('conferences') };
  });
}

/** Rows and files under way, as one amount each over all pools. */
function progressOf(request: SeedRequest, run: LabRun): Teller {
  const count = { rows: 0, files: 0, bytes: 0 };
  const rowsTotal = request.users + request.conferences;
  const filesTotal = request.contentFiles + request.conferences;
  const tell = (progress: Progress): void => run.onProgress(progress);
  return {
    rows: (phase, rows) => {
      count.rows += rows;
      tell({ phase, done: count.rows, total: rowsTotal, unit: 'rows' });
    },
    files: (phase, files, bytes) => {
      count.files += files;
      count.bytes += bytes;
      const bytesTotal = Math.max(request.contentBytes, count.bytes);
      tell({ phase, done: count.files, total: filesTotal, unit: 'files', bytesDone: count.bytes, bytesTotal });
    },
  };
}
