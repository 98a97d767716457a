import * as z from 'zod';
import type { ShippingOutcome } from '../persistentChat/contract.ts';
import type { OperationDefinition } from './definition.ts';
import { chatLease, chatPoolFqdn, chatPreconditions, requireChat } from './persistentChat.ts';
import { backupPrecondition, logSharePrecondition, statePrecondition } from './persistentChatProcedures.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({ PoolFqdn: chatPoolFqdn });

export interface ShippedLogs extends ShippingOutcome {
  readonly pool: string;
}

export const shipLogs: OperationDefinition<typeof parameters, ShippedLogs> = {
  name: 'ship-logs',
  kind: 'embedded',
  title: 'Ship Persistent Chat logs',
  summary: 'Runs log shipping of a Persistent Chat pool now: backup, copy and restore of what has been said since.',
  description: [
    'An engine that stays (a window, serve) does this by itself every minute; a command that is the engine only does it when asked.',
    'A log backup that is missing or damaged stops the restore and is named. What is behind is shown by "lync-topology status".',
  ],
  parameters,
  examples: [
    { command: 'ship-logs -PoolFqdn atl-pc-001.litwareinc.com', explanation: 'Brings the backup database up to now.' },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsPersistentChatAdministrator'],
  effect: 'changes',
  describe: ({ PoolFqdn }) => `Ship the Persistent Chat logs of ${PoolFqdn}`,
  leases: (services, given) => [chatLease(requireChat(services, given.PoolFqdn))],
  preconditions: async (services, given) => {
    const pool = requireChat(services, given.PoolFqdn);
    return [
      ...chatPreconditions(services, given.PoolFqdn),
      backupPrecondition(pool),
      logSharePrecondition(pool),
      statePrecondition(services, pool, 'Normal'),
    ];
  },
  plan: async (services, given, signal) =>
    makePlan(shipLogs, given, {
      title: shipLogs.describe(given),
      preconditions: (await shipLogs.preconditions?.(services, given, signal)) ?? [],
      steps: [
        { title: 'Back up the log', detail: 'Into the log-shipping share.' },
        { title: 'Copy the log backups', detail: 'To the backup server.' },
        { title: 'Restore them in order', detail: 'Into the backup database, which stays without recovery.' },
      ],
    }),
  execute: async (services, given, run) => {
    const pool = requireChat(services, given.PoolFqdn);
    return { pool: pool.fqdn, ...(await services.persistentChat.shipLogs(pool.fqdn, run.signal)) };
  },
};
