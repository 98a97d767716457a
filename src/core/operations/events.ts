import * as z from 'zod';
import type { BackupEvent } from '../backupService/eventLog.ts';
import type { OperationDefinition } from './definition.ts';
import { newest } from './fields.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({
  Last: newest(5_000, 'events'),
});

export const events: OperationDefinition<typeof parameters, readonly BackupEvent[]> = {
  name: 'events',
  kind: 'embedded',
  title: 'Show the events of the Backup Service',
  summary: 'Shows what the Backup Services of the pools wrote to their event log, under the documented numbers.',
  description: [
    'Event 4042: ConfServices.DataConf could not complete an export; it names the working directory, both file stores and the cause. Event 4069: the user database of the importing pool did not take a batch.',
    'Event 41027 of LS Data MCU: the store of conference content of a pool is full or unavailable, written once; 41028: it has recovered.',
    'The others are written when a cycle fails for that cause, each time. What the documentation gives no number is not an event: the status of the module says it.',
    'Documented events whose cause does not exist here are never written: 4007 (wrong binaries after pairing), 4070 (characters of a SIP address that block a batch: every text is carried here), 2020, 1015, 1017 and 1034 (replicas of single servers), 62010, 62031, 4106 and 12299 to 21052 (address book, web and Front End services, which the embedded deployment does not have).',
  ],
  parameters,
  examples: [{ command: 'events --last 20', explanation: 'The newest twenty events.' }],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  columns: ['time', 'id', 'source', 'pool', 'module', 'message'],
  describe: () => 'Events of the Backup Service',
  plan: async (_services, given) =>
    makePlan(events, given, {
      title: events.describe(given),
      steps: [{ title: 'Read the event log of the data directory', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { Last }) => services.backupService.events(Last),
};
