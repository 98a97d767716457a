import * as z from 'zod';
import type { InitializeResult } from '../engine/services.ts';
import { formatCount } from './amounts.ts';
import type { OperationDefinition } from './definition.ts';
import { makePlan } from './plans.ts';
import { noConflictPrecondition } from './subjects.ts';

const parameters = z.strictObject({});

export const init: OperationDefinition<typeof parameters, InitializeResult> = {
  name: 'init',
  kind: 'embedded',
  title: 'Initialise data directory',
  summary: 'Creates the databases and file shares of every server of the topology, empty.',
  description: [
    'What exists already is kept as it is, so it can be run again after servers were added to the topology.',
    'A share that is mapped to a folder of its own with --map is used where it lies.',
  ],
  parameters,
  examples: [{ command: 'init', explanation: 'Creates .lync beside the topology file, with everything in it.' }],
  roles: ['CsAdministrator'],
  effect: 'changes',
  describe: () => 'Initialise the data directory',
  leases: () => ['deployment'],
  plan: async (services, given) =>
    makePlan(init, given, {
      title: `Initialise ${services.dataDirectory}`,
      preconditions: [noConflictPrecondition(services, ['deployment'], services.deployment.name)],
      steps: [
        {
          title: `Create the databases and shares of ${formatCount(services.deployment.pools.length, 'pool')}`,
          detail: `In ${services.dataDirectory}. What exists is kept.`,
        },
      ],
    }),
  execute: (services, _given, run) => services.lab.initialize(run),
};
