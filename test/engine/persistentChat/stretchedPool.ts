/** A stretched Persistent Chat pool beside the sample deployment, in an engine on a data directory of its own. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { EngineServices } from '../../../src/core/engine/services.ts';
import { openMirroredDatabase } from '../../../src/core/mirroring/mirroredDatabase.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { Deployment, PersistentChatPool, SqlInstance } from '../../../src/core/topology/model.ts';
import { litware } from '../lab/litware.ts';

export const chatPool = 'atl-pc-001.litwareinc.com';

export function chatServer(number: number, site: 'atl' | 'dal'): string {
  return `${site}-pc-${number}.litwareinc.com`;
}

function chatInstance(server: string): SqlInstance {
  return { server: `${server}.litwareinc.com`, instance: 'PCHAT' };
}

export const primary = chatInstance('atl-pcsql-001');
export const mirror = chatInstance('atl-pcsql-002');
const witness = chatInstance('atl-pcsql-003');
export const backup = chatInstance('dal-pcsql-001');
export const backupMirror = chatInstance('dal-pcsql-002');

export const pool: PersistentChatPool = {
  fqdn: chatPool,
  nextHop: 'atl-cs-001.litwareinc.com',
  servers: [
    { fqdn: chatServer(1, 'atl'), site: 'Atlanta', active: true },
    { fqdn: chatServer(2, 'atl'), site: 'Atlanta', active: true },
    { fqdn: chatServer(1, 'dal'), site: 'Dallas', active: false },
    { fqdn: chatServer(2, 'dal'), site: 'Dallas', active: false },
  ],
  logShippingShare: { server: 'atl-pcfs-001.litwareinc.com', share: 'PChatLogs', folder: '' },
  databases: {
    PersistentChat: { primary, mirror, witness, backup, backupMirror },
    PersistentChatCompliance: { primary, mirror, backup, backupMirror },
  },
};

export const stretched: Deployment = { ...litware, persistentChatPools: [pool] };

/** Everything of the first site that the rooms need. */
export const firstSite = [chatServer(1, 'atl'), chatServer(2, 'atl'), primary.server, mirror.server, witness.server];

let number = 0;

/** Says one thing, different from everything before. */
export function say(services: EngineServices, room = 'operations', author = 'sip:ann@litwareinc.com'): string {
  number += 1;
  const id = `message-${String(number).padStart(6, '0')}`;
  services.persistentChat.say(chatPool, [{ room, id, author, body: `What ${author} said, ${number}.` }]);
  return `${room}/${id}`;
}

/** What the rooms hold now, as `room/id`. */
export function said(services: EngineServices): readonly string[] {
  return services.persistentChat.messages(chatPool).map(({ room, id }) => `${room}/${id}`);
}

/** What a database that serves on that instance alone holds; throws when it serves nobody. */
export function heldBy(root: string, instance: SqlInstance): readonly string[] {
  using database = openMirroredDatabase({
    dataDirectory: openDataDirectory(root),
    pool: chatPool,
    type: 'PersistentChat',
    name: 'mgc',
    primary: instance,
  });
  return database.read((connection) =>
    connection
      .prepare('select roomId, messageId from chatMessages order by roomId, messageId')
      .all()
      .map((row) => `${row['roomId']}/${row['messageId']}`),
  );
}

export async function stop(engine: Engine, servers: readonly string[]): Promise<void> {
  for (const server of servers) await engine.lab.fault('stop', server);
}

/** The pool's folder on the log-shipping share. */
export function shareFolder(root: string): string {
  return join(root, 'servers', 'atl-pcfs-001.litwareinc.com', 'PChatLogs', chatPool);
}

export function logBackups(root: string): readonly string[] {
  return readdirSync(shareFolder(root))
    .filter((name) => name.endsWith('.trn'))
    .sort();
}

/** Copies a data directory that no engine has open. */
export function copyDirectory(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}
