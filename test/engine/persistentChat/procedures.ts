/** Running the two procedures of a Persistent Chat pool, and what the world looks like after them. */

import type { Engine } from '../../../src/core/engine/engine.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { standbyState } from '../../../src/core/mirroring/standbyFile.ts';
import { planOperation, startOperation } from '../../../src/core/operations/run.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { SqlInstance } from '../../../src/core/topology/model.ts';
import { backup, backupMirror, chatPool, mirror, primary, said } from './stretchedPool.ts';

const { signal } = new AbortController();

/** Starts the operation as a surface does; throws its refusal or the error of its job. */
export async function run(
  engine: Engine,
  operation: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const request = { operation, parameters: { PoolFqdn: chatPool, ...parameters } };
  const { ended } = await startOperation(engine, request, { signal, onVerbose: () => {} });
  const { error } = await ended;
  if (error !== undefined) throw new LyncTopologyError(error);
}

export const failOver = (engine: Engine, parameters: Readonly<Record<string, unknown>> = {}): Promise<void> =>
  run(engine, 'Invoke-PersistentChatFailover', parameters);

export const failBack = (engine: Engine): Promise<void> => run(engine, 'Invoke-PersistentChatFailback');

export function planOf(engine: Engine, operation: string, parameters: Readonly<Record<string, unknown>> = {}) {
  return planOperation(engine, { operation, parameters: { PoolFqdn: chatPool, ...parameters } }, signal);
}

/** Everything that two runs must have in common: what is served, what each place holds, what is on record. */
export function worldOf(engine: Engine, root: string) {
  const [content, compliance] = engine.databases.of(chatPool).map((database) => database.status());
  const place = (instance: SqlInstance) => {
    const file = openDataDirectory(root).databaseFile(instance, 'mgc');
    const { recovering, position } = standbyState({ file, label: file });
    return { recovering, sequence: position.sequence };
  };
  const state = engine.persistentChat.state(chatPool);
  return {
    state,
    active: engine.persistentChat.activeServers(chatPool),
    said: said(engine),
    lost: engine.persistentChat.lost(chatPool).map(({ room, id }) => `${room}/${id}`),
    unshipped: engine.persistentChat.unshipped(chatPool).length,
    mirrored: [content?.MirroringStatusOnPrimary, compliance?.MirroringStatusOnPrimary],
    backup: place(backup),
    partner: place(state === 'Normal' ? mirror : backupMirror),
    ...(state === 'Normal' && { primary: place(primary) }),
    steps: engine.runbooks.latest(`persistentChat/${chatPool}`)?.steps.map((step) => `${step.id} ${step.state}`),
  };
}
