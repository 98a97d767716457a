/** What the rest of the product sees of stretched Persistent Chat pools (domain D). */
import type { LyncTopologyError } from '../errors.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { ChatShippingStatus, PersistentChatStatus } from '../status.ts';
import type { PersistentChatPool, SqlInstance } from '../topology/model.ts';

/** `Normal`: the primary databases serve. `FailedOver`: the backup databases of the topology do (domain D.2). */
export type ChatPoolState = 'Normal' | 'FailedOver';
export const chatPoolStates = ['Normal', 'FailedOver'] as const satisfies readonly ChatPoolState[];

/** What a client says in a room. */
export interface ChatMessage {
  readonly room: string;
  /** Unique in its room. */
  readonly id: string;
  readonly author: string;
  readonly body: string;
}

/** A message as a database holds it. */
export interface StoredMessage extends ChatMessage {
  /** ISO 8601, UTC. */
  readonly saidAt: string;
}

/** A message that was acknowledged and is not known to have reached the backup database. */
export interface UnshippedMessage {
  readonly room: string;
  readonly id: string;
  readonly author: string;
  readonly saidAt: string;
}

export interface ShippingOutcome {
  /** Log backups written to the share by this run, with the commits in them. */
  readonly written: { readonly files: number; readonly commits: number };
  readonly copied: number;
  readonly restored: { readonly files: number; readonly commits: number };
  readonly lag: ChatShippingStatus;
}

export interface FailoverRequest {
  /** The primary still serves: its last log backup is taken first, and nothing is lost. */
  readonly planned: boolean;
  /** Log backups that cannot be had any more are given up, and what they held is counted as lost. */
  readonly allowDataLoss: boolean;
}

/** What stands between the restored position of the backup database and the last log backup that was written. */
export interface OutstandingBackups {
  readonly files: number;
  readonly commits: number;
  /** The first that is missing or damaged on both sides, or keeps the others from being had. */
  readonly problem?: LyncTopologyError;
}

export interface PersistentChatServices {
  /** Throws `chat-pool-unknown`. */
  require(fqdn: string): PersistentChatPool;
  state(fqdn: string): ChatPoolState;
  /** Durable. Opens the databases of that state at their next use. Throws `chat-no-backup-database`. */
  setState(fqdn: string, state: ChatPoolState): void;
  /** Why the databases of a state cannot serve the rooms now, looked at now; `undefined` when they can. */
  notReady(fqdn: string, state: ChatPoolState): LyncTopologyError | undefined;
  activeServers(fqdn: string): readonly string[];
  /** Durable. Throws `chat-server-unknown`, `chat-server-limit` (more than 4, domain D.1). */
  setActiveServers(fqdn: string, servers: readonly string[]): readonly string[];
  /**
   * Says something in a room through an active chat server that runs; returns when it is durable. Throws
   * `chat-no-active-server`, and what commits throw.
   */
  say(fqdn: string, messages: readonly ChatMessage[]): { readonly time: string; readonly server: string };
  /** What the rooms hold, as the database that serves now has it, in the order of rooms and messages. */
  messages(fqdn: string): readonly StoredMessage[];
  /** Writes, copies and restores log backups until there is nothing left. Throws what stops it, with the file's name. */
  shipLogs(fqdn: string, signal?: AbortSignal): Promise<ShippingOutcome>;
  /** Measured now. */
  status(fqdn: string): PersistentChatStatus;
  /** Acknowledged and not known to be in the backup database; on record apart from either site. */
  unshipped(fqdn: string): readonly UnshippedMessage[];
  /** Given up by the failovers so far. */
  lost(fqdn: string): readonly UnshippedMessage[];
  /** Looked at now: whether what was written can be brought to the backup database. Throws `server-stopped` and the like. */
  outstanding(fqdn: string): OutstandingBackups;
  /** The instance that serves the rooms now, or what keeps all of them from it. */
  serving(fqdn: string): { readonly instance: SqlInstance } | { readonly error: LyncTopologyError };
  failover(fqdn: string, request: FailoverRequest): Runbook<undefined>;
  failback(fqdn: string): Runbook<undefined>;
}
