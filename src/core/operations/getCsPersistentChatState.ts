import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { PersistentChatPool } from '../topology/model.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { anyChatIdentity, requireChat } from './persistentChat.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({
  Identity: anyChatIdentity,
  Filter: z
    .string()
    .optional()
    .meta(meta({ description: 'Pools whose Identity is like this; * stands for anything.', placeholder: 'PATTERN' })),
  LocalStore: z
    .boolean()
    .optional()
    .meta(
      meta({ description: 'Reads the local replica of the store. Here there is one store, which answers either way.' }),
    ),
});
type Parameters = z.infer<typeof parameters>;

export interface PresentedChatState {
  readonly Identity: string;
  readonly PoolFqdn: string;
  readonly PoolState: 'Normal' | 'FailedOver';
  readonly ServerStates: readonly string[];
}

export const getCsPersistentChatState: OperationDefinition<typeof parameters, readonly PresentedChatState[]> = {
  name: 'Get-CsPersistentChatState',
  kind: 'cmdlet',
  title: 'Show Persistent Chat state',
  summary: 'Shows whether Persistent Chat pools use their primary or their backup databases.',
  description: [
    'Normal: the primary databases serve the rooms. FailedOver: the backup databases of the topology do.',
    'The state of the pool is the state of each of its servers.',
    '-Identity and -Filter exclude each other. -LocalStore matters on servers only, where Central Management may be away: an embedded deployment keeps the state of its pools in one place, beside all of its servers.',
  ],
  parameters,
  examples: [
    { command: 'Get-CsPersistentChatState', explanation: 'Every Persistent Chat pool.' },
    {
      command: 'Get-CsPersistentChatState -Identity PersistentChatServer:atl-pc-001.litwareinc.com',
      explanation: 'One pool.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator', 'CsPersistentChatAdministrator'],
  effect: 'reads',
  describe: () => 'Persistent Chat state',
  plan: async (_services, given) =>
    makePlan(getCsPersistentChatState, given, {
      title: 'Persistent Chat state',
      steps: [{ title: 'Read the state of the pools', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, given) => chatPoolsMeant(services, given).map((pool) => presentState(services, pool)),
  columns: ['Identity', 'PoolState', 'ServerStates'],
};

export function presentState(services: EngineServices, pool: PersistentChatPool): PresentedChatState {
  const PoolState = services.persistentChat.state(pool.fqdn);
  return {
    Identity: `PersistentChatServer:${pool.fqdn}`,
    PoolFqdn: pool.fqdn,
    PoolState,
    ServerStates: pool.servers.map(({ fqdn }) => `${fqdn}: ${PoolState}`),
  };
}

function chatPoolsMeant(services: EngineServices, given: Parameters): readonly PersistentChatPool[] {
  if (given.Identity !== undefined && given.Filter !== undefined) throw notBoth();
  const pools =
    given.Identity === undefined
      ? (services.deployment.persistentChatPools ?? [])
      : [requireChat(services, given.Identity)];
  if (given.Filter === undefined) return pools;
  const parts = given.Filter.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`, 'i');
  return pools.filter(({ fqdn }) => pattern.test(fqdn) || pattern.test(`PersistentChatServer:${fqdn}`));
}

function notBoth(): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: '-Filter',
    message: 'Get-CsPersistentChatState takes -Identity or -Filter, not both.',
    remedy: 'Leave one of them out.',
  });
}
