/** Seeded rows: people, conferences, directories and the address book of a pool, and the Central Management store. */
import { setImmediate as immediate } from 'node:timers/promises';
import type { DatabaseServices, LabRun, Row, SeedRequest } from '../../engine/services.ts';
import { throwIfCancelled } from '../../errors.ts';
import type { DataDirectory } from '../../storage/layout.ts';
import type { Deployment, Pool } from '../../topology/model.ts';
import type { DatabaseName } from '../../topology/vocabulary.ts';
import type { NonEmpty, Random } from '../random.ts';
import { insertMissingRows } from '../rowStatements.ts';
import type { Conference } from './conferences.ts';
import { documentRows, locationRows } from './documents.ts';
import type { Person } from './people.ts';
import { conferenceRow, personRows, sometimeBefore, type TableRow } from './userRows.ts';

export interface SeedContext {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly databases: DatabaseServices;
  /** Whether the active Central Management store is on that pool now. */
  readonly hostsActiveStore: (pool: string) => boolean;
}

/** The seeding of one pool. */
export interface PoolSeeding {
  readonly context: SeedContext;
  readonly request: SeedRequest;
  readonly run: LabRun;
  readonly tell: Teller;
  readonly random: Random;
  readonly pool: Pool;
  /** Of all pools. */
  readonly people: readonly Person[];
}

/** Tells how far it has come. */
export interface Teller {
  rows(phase: string, rows: number): void;
  files(phase: string, files: number, bytes: number): void;
}

const peopleOfCommit = 50;
const rowsOfCommit = 1_000;
const directoriesOfPool = 4;

/** Commits what is missing, a batch at a time, so that a cancelled seed loses nothing and blocks nobody. */
export async function seedRows(seeding: PoolSeeding, conferences: readonly Conference[], index: number): Promise<void> {
  const { pool, random, people } = seeding;
  const [first, ...others] = people;
  const own = people.filter((person) => person.pool === pool.fqdn);
  const rowsOfPeople = random.branch('rows');
  for (const group of chunks(own, peopleOfCommit)) {
    if (first === undefined) break;
    const everybody: NonEmpty<Person> = [first, ...others];
    const rows = group.flatMap((person) => personRows(person, everybody, rowsOfPeople));
    await commitRows(seeding, 'rtcxds', rows);
    seeding.tell.rows(`People of ${pool.fqdn}`, group.length);
  }
  const scheduled = random.branch('schedule');
  for (const group of chunks(conferences, rowsOfCommit)) {
    const rows = group.map((conference) => conferenceRow(conference, sometimeBefore(scheduled, 120)));
    await commitRows(seeding, 'rtcxds', tableRows('conferences', rows));
    seeding.tell.rows(`Conferences of ${pool.fqdn}`, group.length);
  }
  await seedSmallDatabases(seeding, index);
}

/** Conference directories and the address book, which every pool builds of everybody. */
async function seedSmallDatabases(seeding: PoolSeeding, index: number): Promise<void> {
  const { pool, random, people } = seeding;
  const times = random.branch('directories');
  const directories = Array.from({ length: directoriesOfPool }, (_, number) => ({
    directoryId: String(index * directoriesOfPool + number + 1),
    homePool: pool.fqdn,
    changedAt: sometimeBefore(times, 700),
  }));
  await commitRows(seeding, 'rtcshared', tableRows('conferenceDirectories', directories));
  for (const group of chunks(people, rowsOfCommit)) {
    const rows = group.map(({ sipAddress, displayName }) => ({
      sipAddress,
      displayName,
      changedAt: sometimeBefore(times, 30),
    }));
    await commitRows(seeding, 'rtcab', tableRows('addressBookEntries', rows));
  }
}

async function commitRows(seeding: PoolSeeding, database: DatabaseName, rows: readonly TableRow[]): Promise<void> {
  throwIfCancelled(seeding.run.signal, 'Seeding');
  commitMissing(seeding.context, seeding.pool.fqdn, database, rows);
  await immediate();
}

function commitMissing(context: SeedContext, pool: string, database: DatabaseName, rows: readonly TableRow[]): void {
  const tables = Map.groupBy(rows, (row) => row.table);
  context.databases.find(pool, database).commit('client', (connection) => {
    for (const [table, ofTable] of tables) {
      insertMissingRows(
        connection,
        table,
        ofTable.map(({ row }) => row),
      );
    }
  });
}

/** The Central Management store of the pool where it is active. */
export async function seedCentralManagement(context: SeedContext, random: Random, run: LabRun): Promise<void> {
  const active = context.deployment.pools.filter((pool) => context.hostsActiveStore(pool.fqdn));
  for (const pool of active) {
    if (pool.databases.CentralMgmt === undefined) continue;
    throwIfCancelled(run.signal, 'Seeding');
    const documents = documentRows(context.deployment, random.branch('documents'));
    commitMissing(context, pool.fqdn, 'xds', tableRows('documents', documents));
    const locations = locationRows(context.deployment, random.branch('locations'));
    commitMissing(context, pool.fqdn, 'lis', tableRows('locations', locations));
    await immediate();
  }
}

function tableRows(table: string, rows: readonly Row[]): readonly TableRow[] {
  return rows.map((row) => ({ table, row }));
}

function* chunks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
