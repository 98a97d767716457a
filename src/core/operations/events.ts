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
    'An event is written when a cycle fails for that cause, each time. What the documentation gives no number is not an event: the status of the module says it.',
  ],
  parameters,
  examples: [{ command: 'events --last 20', explanation: 'The newest twenty events.' }],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  columns: ['time', 'id', 'pool', 'module', 'message'],
  describe: () => 'Events of the Backup Service',
  plan: async (_services, given) =>
    makePlan(events, given, {
      title: events.describe(given),
      steps: [{ title: 'Read the event log of the data directory', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { Last }) => services.backupService.events(Last),
};
