/** Rows of the user database that belong to a person or a conference. */
import type { Row } from '../../engine/services.ts';
import type { NonEmpty, Random } from '../random.ts';
import { type Conference, seededDay } from './conferences.ts';
import type { Person } from './people.ts';
import { contactGroups, presenceNotes, presenceStates } from './words.ts';

export interface TableRow {
  readonly table: string;
  readonly row: Row;
}

const contactsOfPerson = { fewest: 3, most: 18 };
const dayLength = 86_400_000;

/** A person's own row, contacts and presence. */
export function personRows(person: Person, everybody: NonEmpty<Person>, random: Random): readonly TableRow[] {
  const { sipAddress, displayName, pool: homePool } = person;
  const enabled = random.chance(0.97) ? 1 : 0;
  return [
    { table: 'users', row: { sipAddress, homePool, displayName, enabled, changedAt: sometimeBefore(random, 700) } },
    ...contactRows(person, everybody, random),
    { table: 'presence', row: presenceRow(person, random, sometimeBefore(random, 1)) },
  ];
}

export function presenceRow(person: Person, random: Random, changedAt: string): Row {
  const { availability, activity } = random.pick(presenceStates);
  const note = random.pick(presenceNotes);
  return { sipAddress: person.sipAddress, homePool: person.pool, availability, activity, note, changedAt };
}

export function contactRow(owner: Person, contact: Person, random: Random, changedAt: string): Row {
  return {
    ownerSipAddress: owner.sipAddress,
    contactSipAddress: contact.sipAddress,
    homePool: owner.pool,
    groupName: random.pick(contactGroups),
    changedAt,
  };
}

export function conferenceRow(conference: Conference, changedAt: string): Row {
  return {
    conferenceId: conference.id,
    homePool: conference.organizer.pool,
    organizer: conference.organizer.sipAddress,
    subject: conference.subject,
    startsAt: conference.startsAt,
    endsAt: conference.endsAt,
    contentFolder: conference.contentFolder,
    changedAt,
  };
}

/** Moments before the seeded day. */
export function sometimeBefore(random: Random, days: number): string {
  return new Date(seededDay - random.integer(0, days * dayLength)).toISOString();
}

function contactRows(person: Person, everybody: NonEmpty<Person>, random: Random): readonly TableRow[] {
  const wanted = random.integer(contactsOfPerson.fewest, contactsOfPerson.most);
  const others = new Set(Array.from({ length: wanted }, () => random.pick(everybody)));
  others.delete(person);
  return [...others].map((other) => ({
    table: 'contacts',
    row: contactRow(person, other, random, sometimeBefore(random, 400)),
  }));
}
