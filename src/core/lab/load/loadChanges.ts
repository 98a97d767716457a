/** The changes of one load: people of its own, so that several loads at once never write the same row. */
import { createRandom } from '../random.ts';
import { peopleOf } from '../seed/people.ts';
import { administratorChanges } from './administratorChanges.ts';
import { type ClientChange, clientChanges } from './clientChanges.ts';
import { roomChanges } from './roomChanges.ts';

/** People that one load signs in. */
const signedIn = 50;

/**
 * `User`: what clients of the pool change. `CentralMgmt`: what administrators publish. `PersistentChat`: what people say in
 * the rooms of a Persistent Chat pool. `name` is no other load's.
 */
export function loadChanges(
  type: 'User' | 'CentralMgmt' | 'PersistentChat',
  pool: string,
  name: string,
): Iterable<ClientChange> {
  if (type === 'CentralMgmt') return administratorChanges({ name, seed: name });
  if (type === 'PersistentChat') return roomChanges({ name, seed: name });
  const [first, ...others] = peopleOf([pool], signedIn, createRandom(name)).map((person) => ({
    ...person,
    sipAddress: person.sipAddress.replace('@', `.${name}@`),
  }));
  if (first === undefined) throw new Error('there is nobody to sign in');
  return clientChanges({ people: [first, ...others], seed: name });
}
