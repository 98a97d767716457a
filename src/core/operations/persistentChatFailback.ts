import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { failbackOperation } from '../persistentChat/failback.ts';
import { sqlInstanceName } from '../topology/model.ts';
import type { OperationDefinition, Precondition } from './definition.ts';
import { chatLease, chatPoolFqdn, chatPreconditions, requireChat } from './persistentChat.ts';
import {
  chatServersPrecondition,
  isUnderWay,
  type ProcedureResult,
  procedurePlan,
  runProcedure,
  serverPrecondition,
  statePrecondition,
} from './persistentChatProcedures.ts';
import { precondition } from './plans.ts';

const parameters = z.strictObject({ PoolFqdn: chatPoolFqdn });
type Parameters = z.infer<typeof parameters>;

export const persistentChatFailback: OperationDefinition<typeof parameters, ProcedureResult> = {
  name: failbackOperation,
  kind: 'guided',
  title: 'Fail back Persistent Chat',
  summary: 'Brings a Persistent Chat pool that was failed over home to its primary site, step by step as documented.',
  description: [
    'Sessions are stopped, the mirrors of the backup databases removed, mgc is backed up in full into the log-shipping share and restored on the primary, log shipping and the mirror are made anew, the servers of the primary site become active, and the pool state becomes Normal.',
    'What the primary instance still holds from before the failover is overwritten. Nothing can be said in the rooms while the procedure runs.',
    'Each step is on record. Where one cannot run the procedure stops and says why; run the same command again after mending it, and it goes on with that step.',
  ],
  parameters,
  examples: [
    {
      command: 'Invoke-PersistentChatFailback -PoolFqdn atl-pc-001.litwareinc.com',
      explanation: 'The primary site is there again.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  resumes: true,
  confirmation: () => 'Fail back Persistent Chat',
  describe: ({ PoolFqdn }) => `Fail back the Persistent Chat pool ${PoolFqdn}`,
  leases: (services, given) => [chatLease(requireChat(services, given.PoolFqdn))],
  preconditions,
  plan: async (services, given) => {
    const pool = requireChat(services, given.PoolFqdn);
    return procedurePlan(services, persistentChatFailback, given, {
      title: persistentChatFailback.describe(given),
      runbook: services.persistentChat.failback(pool.fqdn),
      preconditions: await preconditions(services, given),
      losses: [
        'What the primary instance holds and the backup database does not: messages that the failover gave up.',
        'No message since. Nothing can be said in the rooms while it runs.',
      ],
      confirmation: 'Fail back Persistent Chat',
    });
  },
  execute: async (services, given, run) => {
    const pool = requireChat(services, given.PoolFqdn);
    return await runProcedure(services, pool, services.persistentChat.failback(pool.fqdn), run);
  },
};

async function preconditions(services: EngineServices, given: Parameters): Promise<readonly Precondition[]> {
  const pool = requireChat(services, given.PoolFqdn);
  const common = chatPreconditions(services, given.PoolFqdn);
  if (common.some(({ met }) => !met) || isUnderWay(services, pool, failbackOperation)) return common;
  const state = statePrecondition(services, pool, 'FailedOver');
  if (!state.met) return [...common, state];
  const { primary, mirror } = pool.databases.PersistentChat ?? {};
  const serving = services.persistentChat.serving(pool.fqdn);
  return [
    ...common,
    state,
    precondition(
      'The backup database serves',
      'instance' in serving,
      'instance' in serving ? `${sqlInstanceName(serving.instance)} serves the rooms.` : serving.error.message,
      () => ({
        code: 'database-unavailable',
        kind: 'refused',
        object: pool.fqdn,
        message: `The backup database of ${pool.fqdn} does not serve, so nothing can be brought home.`,
        remedy: 'Start its server, and run this again.',
      }),
    ),
    ...(primary === undefined ? [] : [serverPrecondition(services, primary.server, 'The primary SQL server runs')]),
    ...(mirror === undefined ? [] : [serverPrecondition(services, mirror.server, 'The server of its mirror runs')]),
    ...(pool.logShippingShare === undefined
      ? []
      : [serverPrecondition(services, pool.logShippingShare.server, 'The server of the log-shipping share runs')]),
    chatServersPrecondition(services, pool, 'primary'),
  ];
}
