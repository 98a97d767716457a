/** Seeded conferences: scheduled by people of a pool, with a folder of content each. */
import { contentFolder } from '../names.ts';
import type { NonEmpty, Random } from '../random.ts';
import type { Person } from './people.ts';
import { topics } from './words.ts';

export interface Conference {
  /** Eight characters, as in the paths of domain A.8. */
  readonly id: string;
  readonly organizer: Person;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** Relative to the pool's share, with `/`. */
  readonly contentFolder: string;
}

/** The day around which everything seeded happens, the same on every day that somebody seeds. */
export const seededDay = Date.UTC(2026, 10, 2, 8);

const quarterOfAnHour = 900_000;
const quartersOfTwoMonths = 60 * 24 * 4;
/** Without letters and digits that are mistaken for each other. */
const idCharacters: NonEmpty<string> = ['2', ...'3456789BCDFGHJKLMNPQRSTVWXYZ'];

export function conferencesOf(organizers: NonEmpty<Person>, count: number, random: Random): readonly Conference[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => {
    const conference = conferenceOf(random.pick(organizers), random, taken);
    taken.add(conference.id);
    return conference;
  });
}

export function conferenceOf(organizer: Person, random: Random, taken: ReadonlySet<string>): Conference {
  let id = conferenceId(random);
  while (taken.has(id)) id = conferenceId(random);
  const start = seededDay + random.integer(-quartersOfTwoMonths, quartersOfTwoMonths) * quarterOfAnHour;
  return {
    id,
    organizer,
    subject: `${random.pick(topics)} ${random.integer(1, 52)}`,
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(start + random.integer(1, 8) * quarterOfAnHour).toISOString(),
    contentFolder: `${contentFolder}/${organizer.guid}/${id}`,
  };
}

function conferenceId(random: Random): string {
  return Array.from({ length: 8 }, () => random.pick(idCharacters)).join('');
}
