/** What people say in the rooms of a Persistent Chat pool, one message a transaction, without end. */
import { createRandom, type NonEmpty } from '../random.ts';
import type { ClientChange } from './clientChanges.ts';

const rooms: NonEmpty<string> = ['announcements', 'operations', 'helpdesk', 'sales', 'projects'];
const authors = 50;

export interface RoomChangesOptions {
  /** No other load's: messages of two loads never have the same key. */
  readonly name: string;
  readonly seed: string;
}

export function* roomChanges({ name, seed }: RoomChangesOptions): Generator<ClientChange, never, undefined> {
  const random = createRandom(seed);
  for (let number = 1; ; number += 1) {
    const key = { roomId: random.pick(rooms), messageId: `${name}-${String(number).padStart(8, '0')}` };
    const author = `sip:member${random.integer(1, authors)}.${name}@rooms.invalid`;
    const value = { author, body: `Message ${number} of ${name}.`, changedAt: new Date().toISOString() };
    yield { database: 'mgc', changes: [{ table: 'chatMessages', key, value }] };
  }
}
