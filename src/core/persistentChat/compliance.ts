/**
 * Compliance events: that somebody said something in a room, for `mgccomp`. Chat servers hold them in a queue until the
 * compliance database takes them, so a message never waits for it. They are transient: a failover does not carry them over
 * (domain D.3), and the compliance database of the site that serves takes them from there on.
 */
import type { DatabaseSync } from 'node:sqlite';
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { PersistentChatPool } from '../topology/model.ts';
import type { ChatMessage, UnshippedMessage } from './contract.ts';
import type { ChatStore } from './store.ts';

export interface ComplianceOptions {
  readonly store: ChatStore;
  /** The compliance database beside the one that serves the rooms; `undefined` when there is none. */
  readonly database: (pool: PersistentChatPool) => MirroredDatabase | undefined;
}

/** Records what was said, and what waits from before; while the compliance database takes nothing it goes on waiting. */
export function recordCompliance(
  { store, database }: ComplianceOptions,
  pool: PersistentChatPool,
  saidAt: string,
  messages: readonly ChatMessage[],
): void {
  const compliance = database(pool);
  if (compliance === undefined || messages.length === 0) return;
  const said = messages.map(({ room, id, author }) => ({ room, id, author, saidAt }));
  const waiting = store.queued(pool.fqdn);
  try {
    compliance.commit('client', (connection) => insertEvents(connection, [...waiting, ...said]));
    if (waiting.length > 0) store.emptyQueue(pool.fqdn);
  } catch (error) {
    if (!(error instanceof LyncTopologyError)) throw error;
    store.queue(pool.fqdn, said);
  }
}

function insertEvents(connection: DatabaseSync, events: readonly UnshippedMessage[]): void {
  const insert = connection.prepare(
    `insert into complianceEvents (eventId, roomId, sipAddress, event, changedAt)
     values (?, ?, ?, 'message', ?) on conflict do nothing`,
  );
  for (const { room, id, author, saidAt } of events) insert.run(`${room}/${id}`, room, author, saidAt);
}
