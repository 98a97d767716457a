/** The people of a seeded deployment: who exists, on which pool, who organises what. */
import { sipDomainOf } from '../names.ts';
import { createRandom, type Random } from '../random.ts';
import { familyNames, givenNames } from './words.ts';

export interface Person {
  readonly sipAddress: string;
  readonly displayName: string;
  readonly pool: string;
  /** Names the organiser's folder among the conference content (domain A.8). */
  readonly guid: string;
}

/**
 * People for each pool, the same for the same random numbers. A SIP address belongs to the same pool whatever the
 * numbers are, so that seeding again with another number never homes somebody on two pools.
 */
export function peopleOf(pools: readonly string[], count: number, random: Random): readonly Person[] {
  const numbers = random.branch('people');
  const namesOfPool = Math.floor((givenNames.length * familyNames.length) / Math.max(1, pools.length));
  return pools.flatMap((pool, index) => {
    const first = numbers.integer(0, namesOfPool - 1);
    return Array.from({ length: shareOf(count, pools.length, index) }, (_, number) => {
      const name = ((first + number * stride) % namesOfPool) * pools.length + index;
      return person(pool, name, Math.floor(number / namesOfPool));
    });
  });
}

/** The part of an amount that falls to one of several: whole numbers that add up to the amount. */
export function shareOf(amount: number, parts: number, index: number): number {
  return Math.floor((amount * (index + 1)) / parts) - Math.floor((amount * index) / parts);
}

/** A prime, so that it walks through all names before it meets one again. */
const stride = 7_919;

function person(pool: string, name: number, round: number): Person {
  const given = givenNames[name % givenNames.length] ?? '';
  const family = familyNames[Math.floor(name / givenNames.length) % familyNames.length] ?? '';
  const number = round === 0 ? '' : String(round + 1);
  const sipAddress = `sip:${plain(given)}.${plain(family)}${number}@${sipDomainOf(pool)}`;
  const displayName = round === 0 ? `${given} ${family}` : `${given} ${family} (${number})`;
  return { sipAddress, displayName, pool, guid: createRandom(sipAddress).guid() };
}

/** A name as it is written in an address: without marks, in lower case. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}
