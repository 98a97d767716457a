/** What a Standard Edition server is made of: one server with its own SQL Server Express (domain K.3, F.1). */

import type { FindingFix, Report } from '../findings.ts';
import { sqlInstanceName } from '../model.ts';
import type { Fact, PlacementFacts, PoolFacts } from '../resolved/facts.ts';
import { yamlText } from '../shape/values.ts';
import { findEntry } from '../syntax/nodes.ts';
import { removeEntries, removeItem, replace } from './edits.ts';
import type { RuleFamily } from './rule.ts';

function example(frontEnds: string): string {
  return `pools:
  atl-se-001.litwareinc.com:
    site: Atlanta
    edition: Standard
    release: "2013"
    frontEnds: [${frontEnds}]
    databases:
      User:
        primary: atl-se-001.litwareinc.com\\RTC
`;
}

/** The types whose databases lie on the server itself. Archiving and Monitoring need a SQL server of their own. */
export const localTypes: ReadonlySet<string> = new Set(['User', 'Application', 'CentralMgmt']);

export const standardEdition: RuleFamily = {
  definitions: [
    {
      code: 'standard-edition-shape',
      severity: 'error',
      title: 'A Standard Edition server with more than itself',
      why: 'A Standard Edition server is one computer with its own SQL Server Express. It has no other Front Ends, its databases lie on no other server, and they are not mirrored: pairing is what protects it.',
      source: 'Microsoft, supported pool pairing options and database software (domain K.3)',
      fix: 'Front Ends that are other servers are taken out.',
      wrong: example('atl-se-001.litwareinc.com, <<atl-se-002.litwareinc.com>>'),
      right: example('atl-se-001.litwareinc.com'),
      limits: 'Of the databases, those for users, applications and Central Management are looked at.',
    },
  ],
  rules: [
    {
      on: 'pool',
      check: (pool, _, report) => {
        if (pool.edition?.value !== 'Standard') return;
        checkFrontEnds(pool, pool.edition, report);
        for (const placement of pool.databases) {
          if (!localTypes.has(placement.type)) continue;
          checkMirror(pool, placement, pool.edition, report);
          checkPrimary(pool, placement, pool.edition, report);
        }
      },
    },
  ],
};

function relatedTo(pool: PoolFacts, edition: Fact<string>) {
  return [{ place: edition.place, message: `${pool.name} is a Standard Edition server.` }];
}

function checkFrontEnds(pool: PoolFacts, edition: Fact<string>, report: Report): void {
  const hasItself = pool.frontEnds.some((fact) => isItself(fact, pool));
  for (const [index, fact] of pool.frontEnds.entries()) {
    if (isItself(fact, pool)) continue;
    const fix = index === 0 && !hasItself ? replacement(pool, fact) : removal(pool, index, fact);
    report({
      code: 'standard-edition-shape',
      message: `${pool.name} is a Standard Edition server and its own only Front End; ${fact.value} cannot be one.`,
      place: fact.place,
      related: relatedTo(pool, edition),
      ...(fix && { fixes: [fix] }),
    });
  }
}

function isItself({ value }: Fact<string>, pool: PoolFacts): boolean {
  return value.toLowerCase() === pool.lower;
}

function replacement(pool: PoolFacts, { place }: Fact<string>): FindingFix {
  return { title: `Change to "${pool.name}"`, edits: [replace(place, yamlText(pool.name))], preferred: true };
}

function removal({ frontEnds, frontEndsNode }: PoolFacts, index: number, fact: Fact<string>): FindingFix | undefined {
  if (frontEndsNode?.kind !== 'sequence' || frontEndsNode.items.length !== frontEnds.length) return undefined;
  const edit = removeItem(frontEndsNode, index);
  return edit && { title: `Take ${fact.value} out`, edits: [edit], preferred: true };
}

function checkMirror(pool: PoolFacts, placement: PlacementFacts, edition: Fact<string>, report: Report): void {
  const fact = placement.mirror ?? placement.witness;
  if (fact === undefined) return;
  const fix = removeMirror(placement, true);
  report({
    code: 'standard-edition-shape',
    message: `${pool.name} is a Standard Edition server, whose ${placement.type} databases lie on its own SQL Server Express and cannot be mirrored. Pair it with another server instead.`,
    place: fact.place,
    related: relatedTo(pool, edition),
    ...(fix && { fixes: [fix] }),
  });
}

/** Takes mirror and witness out of a placement together: a witness is set and removed with the mirror (domain C.5). */
export function removeMirror({ node }: PlacementFacts, preferred: boolean): FindingFix | undefined {
  if (node.kind !== 'map') return undefined;
  const entries = ['mirror', 'witness'].flatMap((key) => findEntry(node, key) ?? []);
  const edits = removeEntries(node, entries);
  const what = entries.map((entry) => entry.name).join(' and ');
  return edits && { title: `Take the ${what} out`, edits, preferred };
}

function checkPrimary(pool: PoolFacts, placement: PlacementFacts, edition: Fact<string>, report: Report): void {
  const { primary, type } = placement;
  const server = primary?.value.server.toLowerCase();
  // Without its domain the name means the same computer.
  if (primary === undefined || server === pool.lower || server === pool.lower.split('.')[0]) return;
  const local = sqlInstanceName({ ...primary.value, server: pool.name });
  report({
    code: 'standard-edition-shape',
    message: `${pool.name} is a Standard Edition server; its ${type} databases lie on its own SQL Server Express and not on ${primary.value.server}.`,
    place: primary.place,
    related: relatedTo(pool, edition),
    fixes: [{ title: `Change to ${local}`, edits: [replace(primary.place, yamlText(local))], preferred: true }],
  });
}
