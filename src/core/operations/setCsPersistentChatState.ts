import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { chatPoolStates } from '../persistentChat/contract.ts';
import { noBackupDatabase } from '../persistentChat/shippingErrors.ts';
import type { OperationDefinition, Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { type PresentedChatState, presentState } from './getCsPersistentChatState.ts';
import { chatIdentity, chatPreconditions, farFrom, farWords, requireChat } from './persistentChat.ts';
import { backupPrecondition } from './persistentChatProcedures.ts';
import { makePlan, precondition } from './plans.ts';

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
  Force: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Sets it although the databases of that state are not ready to serve.' })),
});
type Parameters = z.infer<typeof parameters>;

export const setCsPersistentChatState: OperationDefinition<typeof parameters, PresentedChatState> = {
  name: 'Set-CsPersistentChatState',
  kind: 'cmdlet',
  title: 'Change Persistent Chat state',
  summary: 'Makes a Persistent Chat pool use its backup databases, or its primary ones again.',
  description: [
    'This is one step of the documented failover and failback, and it moves no data: Invoke-PersistentChatFailover and Invoke-PersistentChatFailback run the whole procedures.',
    'It is refused while the databases of the new state are not ready: log backups that are not applied and a database without recovery before FailedOver, a primary that was not restored before Normal. With -Force it is set all the same; nothing can be said in the rooms until they are, or what was said since the failover is not there. The plan tells when the active servers stand in the other site than those databases.',
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
  preconditions: async (services, given) => preconditions(services, given),
  plan: async (services, given) => {
    const pool = requireChat(services, given.Identity);
    const far = farFrom(services, pool, given.PoolState, services.persistentChat.activeServers(pool.fqdn));
    return makePlan(setCsPersistentChatState, given, {
      title: `Set the state of ${pool.fqdn} to ${given.PoolState}`,
      preconditions: preconditions(services, given),
      steps: [
        {
          title: `Set PoolState to ${given.PoolState}`,
          detail: `It is ${services.persistentChat.state(pool.fqdn)} now.`,
        },
      ],
      losses: farWords(far),
      confirmation: `Set the state to ${given.PoolState}`,
    });
  },
  execute: async (services, given) => {
    const pool = requireChat(services, given.Identity);
    services.persistentChat.setState(pool.fqdn, given.PoolState);
    return presentState(services, pool);
  },
};

function preconditions(services: EngineServices, given: Parameters): readonly Precondition[] {
  const common = chatPreconditions(services, given.Identity);
  const pool = requireChat(services, given.Identity);
  const { backup } = pool.databases.PersistentChat ?? {};
  if (common.some(({ met }) => !met)) return common;
  if (given.PoolState === 'FailedOver' && backup === undefined) return [...common, backupPrecondition(pool)];
  const problem = services.persistentChat.notReady(pool.fqdn, given.PoolState);
  return [
    ...common,
    precondition(
      'The databases of that state are ready to serve',
      problem === undefined || given.Force === true,
      problem?.message ?? 'They are.',
      () => ({ ...(problem ?? noBackupDatabase(pool.fqdn)).toJSON(), kind: 'refused' }),
    ),
  ];
}
