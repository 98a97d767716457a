/**
 * Tables of the Lync databases, reduced to what replication, failover and restore are about (domain A.2, C.2).
 *
 * `homePool` is the FQDN of the pool that a row belongs to; each pool of a pair holds its own rows and a copy of its
 * partner's. `changedAt` and other times are ISO 8601 in UTC. All tables are STRICT, hold text and integers only, and have a
 * primary key without NULL, since a changeset identifies rows by it.
 *
 * Tables named `backup_…` belong to the Backup Service. They are part of a commit and so of the mirror, because an import's
 * position must move with its rows; a batch for the partner leaves them out. Tables named `mirroring_…` describe one file
 * and are in no changeset.
 */
import type { DatabaseName } from '../topology/vocabulary.ts';
import type { Component } from './migrations.ts';

const users = `create table users (
  sipAddress text primary key, homePool text not null, displayName text not null, enabled integer not null,
  changedAt text not null
) strict, without rowid`;

const contacts = `create table contacts (
  ownerSipAddress text not null, contactSipAddress text not null, homePool text not null, groupName text not null,
  changedAt text not null, primary key (ownerSipAddress, contactSipAddress)
) strict, without rowid`;

const presence = `create table presence (
  sipAddress text primary key, homePool text not null, availability text not null, activity text not null,
  note text not null, changedAt text not null
) strict, without rowid`;

const conferences = `create table conferences (
  conferenceId text primary key, homePool text not null, organizer text not null, subject text not null,
  startsAt text not null, endsAt text not null, contentFolder text not null, changedAt text not null
) strict, without rowid`;

const conferenceDirectories = `create table conferenceDirectories (
  directoryId text primary key, homePool text not null, changedAt text not null
) strict, without rowid`;

const addressBookEntries = `create table addressBookEntries (
  sipAddress text primary key, displayName text not null, changedAt text not null
) strict, without rowid`;

const responseGroupWorkflows = `create table responseGroupWorkflows (
  workflowId text primary key, homePool text not null, name text not null, lineUri text not null,
  changedAt text not null
) strict, without rowid`;

const agentSignIns = `create table agentSignIns (
  agentSipAddress text not null, groupId text not null, signedIn integer not null, changedAt text not null,
  primary key (agentSipAddress, groupId)
) strict, without rowid`;

const parkedCalls = `create table parkedCalls (
  orbit text primary key, parkedBy text not null, caller text not null, changedAt text not null
) strict, without rowid`;

/** `content` is the document's text; `version` grows by one with every change of the document. */
const documents = `create table documents (
  name text primary key, version integer not null, content text not null, changedAt text not null
) strict, without rowid`;

const locations = `create table locations (
  locationId text primary key, address text not null, changedAt text not null
) strict, without rowid`;

const archivedMessages = `create table archivedMessages (
  messageId text primary key, sender text not null, recipient text not null, body text not null,
  changedAt text not null
) strict, without rowid`;

const callDetails = `create table callDetails (
  callId text primary key, caller text not null, callee text not null, startedAt text not null, endedAt text not null,
  responseCode integer not null, changedAt text not null
) strict, without rowid`;

/** Averages of one call: packet loss in hundredths of a percent, jitter and round trip in milliseconds. */
const callQuality = `create table callQuality (
  callId text primary key, packetLoss integer not null, jitter integer not null, roundTrip integer not null,
  changedAt text not null
) strict, without rowid`;

const chatMessages = `create table chatMessages (
  roomId text not null, messageId text not null, author text not null, body text not null, changedAt text not null,
  primary key (roomId, messageId)
) strict, without rowid`;

const complianceEvents = `create table complianceEvents (
  eventId text primary key, roomId text not null, sipAddress text not null, event text not null,
  changedAt text not null
) strict, without rowid`;

/** What the Backup Service has to remember with the rows of this database, by name, as JSON. */
const backupState = 'create table backup_state (name text primary key, value text not null) strict, without rowid';

const tables: Readonly<Record<DatabaseName, readonly string[]>> = {
  rtcxds: [users, contacts, presence, conferences],
  rtcshared: [conferenceDirectories],
  rtcab: [addressBookEntries],
  rgsconfig: [responseGroupWorkflows],
  rgsdyn: [agentSignIns],
  cpsdyn: [parkedCalls],
  xds: [documents],
  lis: [locations],
  lcslog: [archivedMessages],
  lcscdr: [callDetails],
  qoemetrics: [callQuality],
  mgc: [chatMessages],
  mgccomp: [complianceEvents],
};

/** The tables of a database as a component for `migrate`. */
export function databaseSchema(database: DatabaseName): Component {
  return { name: database, migrations: [[...tables[database], backupState].join(';\n')] };
}
