/** Releases beside each other in one deployment (domain K.7, K.11). */

import type { RelatedPlace, Report } from '../findings.ts';
import type { Topology } from '../resolved/topology.ts';
import type { Release } from '../vocabulary.ts';
import { poolsByRelease, type ReleaseUse } from './poolsByRelease.ts';
import type { RuleFamily } from './rule.ts';

function example(...releases: readonly string[]): string {
  const pools = releases.map(
    (release, index) => `  ${poolNames[index]}: { site: Atlanta, edition: Enterprise, release: ${release} }\n`,
  );
  return `pools:\n${pools.join('')}`;
}

const poolNames = ['atl-cs-001.litwareinc.com', 'atl-cs-002.litwareinc.com', 'atl-cs-003.litwareinc.com'];

export const coexistence: RuleFamily = {
  definitions: [
    {
      code: 'tri-coexistence',
      severity: 'warning',
      title: 'Three numbered releases in one deployment',
      why: 'Release 2019 is installed beside either 2013 or 2015; that both may be there at once is not documented. Finish one migration before the next.',
      source: 'Microsoft, upgrade and migration; that three are unwise is our conclusion (domain K.7, K.11)',
      wrong: example('"2013"', '"2015"', '<<"2019">>'),
      right: example('"2015"', '"2015"', '"2019"'),
    },
    {
      code: 'se-with-older-release',
      severity: 'information',
      title: 'Subscription Edition beside an older release',
      why: 'Subscription Edition may stand beside numbered releases while users are moved to it. A later update of it is meant to refuse that, so plan to take the older pools out.',
      source: 'Announcements of Subscription Edition (domain K.7, K.11)',
      wrong: example('"2019"', '<<SE>>'),
      right: example('SE', 'SE'),
    },
  ],
  rules: [
    { on: 'deployment', check: checkNumbered, reads: readsOfPools },
    { on: 'deployment', check: checkSubscriptionEdition, reads: readsOfPools },
  ],
};

function readsOfPools({ sections }: Topology): readonly unknown[] {
  return [sections.get('pools')];
}

function firstOf({ pools }: Topology, release: Release): ReleaseUse | undefined {
  return poolsByRelease(pools).get(release)?.[0];
}

function checkNumbered(topology: Topology, report: Report): void {
  const oldest = firstOf(topology, '2013');
  const middle = firstOf(topology, '2015');
  const newest = firstOf(topology, '2019');
  if (oldest === undefined || middle === undefined || newest === undefined) return;
  report({
    code: 'tri-coexistence',
    message: 'Releases 2013, 2015 and 2019 are in one deployment; that 2019 goes together with both is not documented.',
    place: newest.release.place,
    related: [oldest, middle].map(relatedTo),
  });
}

function checkSubscriptionEdition(topology: Topology, report: Report): void {
  const edition = firstOf(topology, 'SE');
  const older = (['2013', '2015', '2019'] as const).flatMap((release) => firstOf(topology, release) ?? []);
  if (edition === undefined || older.length === 0) return;
  const names = older.map(({ release }) => release.value).join(', ');
  report({
    code: 'se-with-older-release',
    message: `Subscription Edition stands beside ${names}: right for a migration, and to be refused by a later update.`,
    place: edition.release.place,
    related: older.map(relatedTo),
  });
}

function relatedTo({ pool, release }: ReleaseUse): RelatedPlace {
  return { place: release.place, message: `${pool.name}: ${release.value}` };
}
