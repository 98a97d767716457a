/** What clients of a pool do all day: they change their presence and contacts, schedule conferences and cancel them. */
import type { RowChange } from '../../engine/services.ts';
import type { DatabaseName } from '../../topology/vocabulary.ts';
import { createRandom, type NonEmpty, type Random } from '../random.ts';
import { type Conference, conferenceOf } from '../seed/conferences.ts';
import type { Person } from '../seed/people.ts';
import { conferenceRow, contactRow, presenceRow } from '../seed/userRows.ts';

/** One transaction of a client. */
export interface ClientChange {
  readonly database: DatabaseName;
  readonly changes: readonly RowChange[];
}

export interface ClientChangesOptions {
  /** Who is signed in. Two sources of changes with different people never touch the same row. */
  readonly people: NonEmpty<Person>;
  readonly seed: string;
  /** ISO 8601, UTC; the time a change carries. */
  readonly now?: () => string;
}

/**
 * Changes without end, the same for the same seed apart from their times. A person's first change carries the person's
 * own row too, so that everything refers to somebody who exists.
 */
export function* clientChanges(options: ClientChangesOptions): Generator<ClientChange, never, undefined> {
  const random = createRandom(options.seed);
  const now = options.now ?? (() => new Date().toISOString());
  const client: Client = { people: options.people, random, now, scheduled: [], added: new Map(), signedIn: new Set() };
  for (;;) {
    const person = random.pick(options.people);
    yield { database: 'rtcxds', changes: [...signIn(client, person), changeOf(client, person)] };
  }
}

interface Client {
  readonly people: NonEmpty<Person>;
  readonly random: Random;
  readonly now: () => string;
  /** Conferences that can be cancelled. */
  readonly scheduled: Conference[];
  /** Contacts that can be removed, by owner. */
  readonly added: Map<Person, Set<Person>>;
  readonly signedIn: Set<Person>;
}

function signIn(client: Client, person: Person): readonly RowChange[] {
  if (client.signedIn.has(person)) return [];
  client.signedIn.add(person);
  const { sipAddress, displayName, pool: homePool } = person;
  const value = { homePool, displayName, enabled: 1, changedAt: client.now() };
  return [{ table: 'users', key: { sipAddress }, value }];
}

function changeOf(client: Client, person: Person): RowChange {
  const dice = client.random.next();
  if (dice < 0.7) return presenceChange(client, person);
  if (dice < 0.85) return contactChange(client, person);
  return conferenceChange(client, person);
}

function presenceChange(client: Client, person: Person): RowChange {
  const { sipAddress = null, ...value } = presenceRow(person, client.random, client.now());
  return { table: 'presence', key: { sipAddress }, value };
}

/** Adds or changes a contact, or removes one that was added before. */
function contactChange(client: Client, person: Person): RowChange {
  const added = client.added.get(person) ?? new Set<Person>();
  client.added.set(person, added);
  const contact = client.random.pick(client.people);
  const row = contactRow(person, contact, client.random, client.now());
  const { ownerSipAddress = null, contactSipAddress = null, ...value } = row;
  const key = { ownerSipAddress, contactSipAddress };
  if (added.delete(contact)) return { table: 'contacts', key, value: null };
  added.add(contact);
  return { table: 'contacts', key, value };
}

/** Schedules a conference, or cancels one that was scheduled before. */
function conferenceChange(client: Client, person: Person): RowChange {
  const cancel = client.scheduled.length > 0 && client.random.chance(0.3);
  const cancelled = cancel ? client.scheduled.shift() : undefined;
  if (cancelled !== undefined) return { table: 'conferences', key: { conferenceId: cancelled.id }, value: null };
  const taken = new Set(client.scheduled.map((conference) => conference.id));
  const conference = conferenceOf(person, client.random, taken);
  client.scheduled.push(conference);
  const { conferenceId = null, ...value } = conferenceRow(conference, client.now());
  return { table: 'conferences', key: { conferenceId }, value };
}
