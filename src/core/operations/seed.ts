import * as z from 'zod';
import type { SeedResult } from '../engine/services.ts';
import { formatBytes, formatCount } from './amounts.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { initializedPrecondition, noConflictPrecondition } from './subjects.ts';

const amount = (most: number) => z.int().min(0).max(most);

const parameters = z.strictObject({
  Users: amount(1_000_000)
    .default(1_000)
    .meta(meta({ description: 'Users in the whole deployment, with their contacts.', placeholder: 'N' })),
  Conferences: amount(1_000_000)
    .default(200)
    .meta(meta({ description: 'Conferences.', placeholder: 'N' })),
  ContentFiles: amount(1_000_000)
    .default(3_000)
    .meta(meta({ description: 'Files of conference content.', placeholder: 'N' })),
  ContentBytes: amount(100_000_000_000)
    .default(157_286_400)
    .meta(meta({ description: 'Bytes of conference content altogether.', placeholder: 'N' })),
  RandomSeed: amount(2_147_483_647)
    .default(1)
    .meta(meta({ description: 'The same number gives the same data.', placeholder: 'N' })),
});

export const seed: OperationDefinition<typeof parameters, SeedResult> = {
  name: 'seed',
  kind: 'embedded',
  title: 'Fill with sample data',
  summary: 'Fills the pools with users, contacts, conferences and conference content, the same for the same number.',
  description: [
    'The amounts are those of the whole deployment and are shared out among its pools. Names, sizes and contents follow from the random seed alone.',
  ],
  parameters,
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
