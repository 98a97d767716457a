/** What only the embedded deployment has: making its data directory and filling it. */
import * as z from 'zod';
import type { InitializeResult, SeedResult } from '../engine/services.ts';
import { formatBytes, formatCount } from './amounts.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { initializedPrecondition, noConflictPrecondition } from './subjects.ts';

const initParameters = z.strictObject({});

export const init: OperationDefinition<typeof initParameters, InitializeResult> = {
  name: 'init',
  kind: 'embedded',
  title: 'Initialise data directory',
  summary: 'Creates the databases and file shares of every server of the topology, empty.',
  description: [
    'What exists already is kept as it is, so it can be run again after servers were added to the topology.',
    'A share that is mapped to a folder of its own with --map is used where it lies.',
  ],
  parameters: initParameters,
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

const seedAmount = (most: number) => z.int().min(0).max(most);

const seedParameters = z.strictObject({
  Users: seedAmount(1_000_000)
    .default(1_000)
    .meta(meta({ description: 'Users in the whole deployment, with their contacts.', placeholder: 'N' })),
  Conferences: seedAmount(1_000_000)
    .default(200)
    .meta(meta({ description: 'Conferences.', placeholder: 'N' })),
  ContentFiles: seedAmount(1_000_000)
    .default(3_000)
    .meta(meta({ description: 'Files of conference content.', placeholder: 'N' })),
  ContentBytes: seedAmount(100_000_000_000)
    .default(157_286_400)
    .meta(meta({ description: 'Bytes of conference content altogether.', placeholder: 'N' })),
  RandomSeed: seedAmount(2_147_483_647)
    .default(1)
    .meta(meta({ description: 'The same number gives the same data.', placeholder: 'N' })),
});

export const seed: OperationDefinition<typeof seedParameters, SeedResult> = {
  name: 'seed',
  kind: 'embedded',
  title: 'Fill with sample data',
  summary: 'Fills the pools with users, contacts, conferences and conference content, the same for the same number.',
  description: [
    'The amounts are those of the whole deployment and are shared out among its pools. Names, sizes and contents follow from the random seed alone.',
  ],
  parameters: seedParameters,
  examples: [
    { command: 'seed', explanation: '1,000 users, 200 conferences, 3,000 files of 150 MB together.' },
    {
      command: 'seed --users 50 --content-files 100 --content-bytes 1000000 --random-seed 7',
      explanation: 'A small deployment for a quick try.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'changes',
  describe: () => 'Fill the pools with sample data',
  leases: () => ['deployment'],
  preconditions: async (services) => [
    initializedPrecondition(services),
    noConflictPrecondition(services, ['deployment'], services.deployment.name),
  ],
  plan: async (services, given, signal) =>
    makePlan(seed, given, {
      title: `Fill the pools of ${services.deployment.name} with sample data`,
      preconditions: (await seed.preconditions?.(services, given, signal)) ?? [],
      steps: [
        {
          title: `Write ${formatCount(given.Users, 'user')} and ${formatCount(given.Conferences, 'conference')}`,
          detail: 'Through the databases, as clients do, so that the Backup Service sees them as changes.',
        },
        {
          title: `Write ${formatCount(given.ContentFiles, 'file')} of conference content`,
          detail: `${formatBytes(given.ContentBytes)} in all, on the file shares of the pools.`,
        },
      ],
    }),
  execute: (services, given, run) =>
    services.lab.seed(
      {
        users: given.Users,
        conferences: given.Conferences,
        contentFiles: given.ContentFiles,
        contentBytes: given.ContentBytes,
        randomSeed: given.RandomSeed,
      },
      run,
    ),
};
