/** Seeded rooms: what people said in them, the same for the same number, through an active chat server. */
import { setImmediate as immediate } from 'node:timers/promises';
import type { LabRun, Row, SeedRequest, SeedResult } from '../../engine/services.ts';
import { throwIfCancelled } from '../../errors.ts';
import type { PersistentChat } from '../../persistentChat/persistentChat.ts';
import type { Deployment } from '../../topology/model.ts';
import { createRandom, type NonEmpty } from '../random.ts';
import { insertMissingRows } from '../rowStatements.ts';

const rooms: NonEmpty<string> = ['announcements', 'operations', 'helpdesk', 'sales', 'projects'];
const subjects: NonEmpty<string> = ['the release', 'the weekly report', 'the new branch', 'the rota', 'the migration'];
const mostMessages = 1_000;
const messagesOfCommit = 50;

/** As many messages as users in each pool, a thousand at most. Nothing when the topology has no Persistent Chat pool. */
export async function seedRooms(
  deployment: Deployment,
  chat: Pick<PersistentChat, 'write' | 'services'>,
  request: SeedRequest,
  run: LabRun,
): Promise<Pick<SeedResult, 'persistentChat'>> {
  const pools = (deployment.persistentChatPools ?? []).filter((pool) => pool.databases.PersistentChat !== undefined);
  if (pools.length === 0) return {};
  const total = Math.min(request.users, mostMessages);
  const results: { pool: string; rooms: number; messages: number }[] = [];
  for (const { fqdn } of pools) {
    const rows = messageRows(fqdn, total, request.randomSeed);
    for (let start = 0; start < rows.length; start += messagesOfCommit) {
      throwIfCancelled(run.signal, 'Seeding');
      run.onProgress({ phase: `Rooms of ${fqdn}`, done: start, total, unit: 'rows' });
      const part = rows.slice(start, start + messagesOfCommit);
      const said = part.map((row) => ({
        room: String(row['roomId']),
        id: String(row['messageId']),
        author: String(row['author']),
        body: String(row['body']),
      }));
      chat.write(fqdn, 'mgc', (connection) => void insertMissingRows(connection, 'chatMessages', part), said);
      await immediate();
    }
    const held = chat.services.messages(fqdn);
    results.push({ pool: fqdn, rooms: new Set(held.map(({ room }) => room)).size, messages: held.length });
  }
  return { persistentChat: results };
}

function messageRows(pool: string, count: number, seed: number): readonly Row[] {
  const random = createRandom(`seed/${seed}/rooms/${pool}`);
  const domain = pool.slice(pool.indexOf('.') + 1);
  return Array.from({ length: count }, (_, index) => {
    const subject = random.pick(subjects);
    return {
      roomId: random.pick(rooms),
      messageId: String(index + 1).padStart(8, '0'),
      author: `sip:user${random.integer(1, count)}@${domain}`,
      body: `About ${subject}, number ${random.integer(1, 1_000)}.`,
      changedAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
    };
  });
}
