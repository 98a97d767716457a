import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import type { PersistentChatPool } from '../topology/model.ts';
import type { OperationDefinition } from './definition.ts';
import { anyChatIdentity, requireChat } from './persistentChat.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({ Identity: anyChatIdentity });

export interface PresentedActiveServers {
  readonly Identity: string;
  readonly ActiveServers: readonly string[];
  readonly InactiveServers: readonly string[];
}

export const getCsPersistentChatActiveServer: OperationDefinition<
  typeof parameters,
  readonly PresentedActiveServers[]
> = {
  name: 'Get-CsPersistentChatActiveServer',
  kind: 'cmdlet',
  title: 'Show active Persistent Chat servers',
  summary: 'Shows which servers of a Persistent Chat pool take new connections.',
  description: ['The others are idle: they take over when they are made active with Set-CsPersistentChatActiveServer.'],
  parameters,
  examples: [{ command: 'Get-CsPersistentChatActiveServer', explanation: 'Every Persistent Chat pool.' }],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator', 'CsPersistentChatAdministrator'],
  effect: 'reads',
  describe: () => 'Active Persistent Chat servers',
  plan: async (_services, given) =>
    makePlan(getCsPersistentChatActiveServer, given, {
      title: 'Active Persistent Chat servers',
      steps: [{ title: 'Read the active servers', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { Identity }) => {
    const pools =
      Identity === undefined ? (services.deployment.persistentChatPools ?? []) : [requireChat(services, Identity)];
    return pools.map((pool) => presentActive(services, pool));
  },
  columns: ['Identity', 'ActiveServers', 'InactiveServers'],
};

export function presentActive(services: EngineServices, pool: PersistentChatPool): PresentedActiveServers {
  const active = services.persistentChat.activeServers(pool.fqdn);
  return {
    Identity: `PersistentChatServer:${pool.fqdn}`,
    ActiveServers: active,
    InactiveServers: pool.servers.map(({ fqdn }) => fqdn).filter((server) => !active.includes(server)),
  };
}
