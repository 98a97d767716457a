import * as z from 'zod';
import { chatPoolStates } from '../persistentChat/contract.ts';
import { serversOfSide } from '../persistentChat/places.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { type PresentedChatState, presentState } from './getCsPersistentChatState.ts';
import { chatIdentity, chatPreconditions, requireChat } from './persistentChat.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({
  Identity: chatIdentity,
  PoolState: z
    .enum(chatPoolStates)
    .default('Normal')
    .meta(
      meta({
        description: 'Normal: the primary databases. FailedOver: the backup databases of the topology.',
        placeholder: 'STATE',
      }),
    ),
});

export const setCsPersistentChatState: OperationDefinition<typeof parameters, PresentedChatState> = {
  name: 'Set-CsPersistentChatState',
  kind: 'cmdlet',
  title: 'Change Persistent Chat state',
  summary: 'Makes a Persistent Chat pool use its backup databases, or its primary ones again.',
  description: [
    'This is one step of the documented failover and failback, and it moves no data: Invoke-PersistentChatFailover and Invoke-PersistentChatFailback run the whole procedures.',
    'While the databases of the new state are not recovered, nothing can be said in the rooms. The plan tells when the active servers stand in the other site than those databases.',
  ],
  parameters,
  examples: [
    {
      command: 'Set-CsPersistentChatState -Identity service:atl-pc-001.litwareinc.com -PoolState FailedOver',
      explanation: 'The chat servers use the backup databases.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  confirmation: ({ PoolState }) => `Set the state to ${PoolState}`,
  describe: ({ Identity, PoolState }) => `Set the state of ${Identity} to ${PoolState}`,
  preconditions: async (services, given) => chatPreconditions(services, given.Identity),
  plan: async (services, given) => {
    const pool = requireChat(services, given.Identity);
    const near = serversOfSide(services.deployment, pool, given.PoolState === 'Normal' ? 'primary' : 'backup');
    const far = services.persistentChat
      .activeServers(pool.fqdn)
      .filter((server) => !near.some(({ fqdn }) => fqdn === server));
    return makePlan(setCsPersistentChatState, given, {
      title: `Set the state of ${pool.fqdn} to ${given.PoolState}`,
      preconditions: chatPreconditions(services, given.Identity),
      steps: [
        {
          title: `Set PoolState to ${given.PoolState}`,
          detail: `It is ${services.persistentChat.state(pool.fqdn)} now.`,
        },
      ],
      losses: far.length === 0 ? [] : [`Active servers far from the databases of that state: ${far.join(', ')}.`],
      confirmation: `Set the state to ${given.PoolState}`,
    });
  },
  execute: async (services, given) => {
    const pool = requireChat(services, given.Identity);
    services.persistentChat.setState(pool.fqdn, given.PoolState);
    return presentState(services, pool);
  },
};
