/** One mirroring session as a topology configures it, and what must hold for its three instances. */
import type { RelatedPlace, Report } from '../findings.ts';
import { type SqlInstance, sqlInstanceName } from '../model.ts';
import type { ChatPoolFacts, StretchedPlacementFacts } from '../resolved/chatPoolFacts.ts';
import type { Fact, PlacementFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { findEntry, type Place, type TreeNode } from '../syntax/nodes.ts';
import { removeEntries } from './edits.ts';
import { type ReadServer, readDomain, type ServerFact, sameName } from './sqlServers.ts';

export interface MirrorSession {
  /** Type of the databases. */
  readonly type: string;
  /** What the partners are called: those of a log-shipping secondary have names of their own. */
  readonly words: { readonly primary: string; readonly mirror: string };
  readonly primary: Fact<SqlInstance> | undefined;
  readonly mirror: Fact<SqlInstance> | undefined;
  readonly witness: Fact<SqlInstance> | undefined;
  /** Whether a mirror is written, or there is none because the databases lie in an availability group. */
  readonly needsNoMirror: boolean;
  /** The placement that holds the instances. */
  readonly node: TreeNode;
}

export function sessionOf({ type, primary, mirror, witness, ...placement }: PlacementFacts): MirrorSession {
  const needsNoMirror = placement.hasMirrorKey || placement.availabilityGroup !== undefined;
  const words = { primary: 'primary', mirror: 'mirror' };
  return { type, words, primary, mirror, witness, needsNoMirror, node: placement.node };
}

/** Each placement has two sessions: that of the primary, and that of its log-shipping secondary (domain D.1). */
export function sessionsOfChatPool({ databases }: ChatPoolFacts): readonly MirrorSession[] {
  return databases.flatMap((placement) => [sessionOf(placement), sessionOfSecondary(placement)]);
}

function sessionOfSecondary({ type, backup, backupMirror, node }: StretchedPlacementFacts): MirrorSession {
  const words = { primary: 'backup', mirror: 'backup mirror' };
  return { type, words, primary: backup, mirror: backupMirror, witness: undefined, needsNoMirror: true, node };
}

/** What follows from the names of the instances alone. */
export function checkInstances(session: MirrorSession, report: Report): void {
  checkPartners(session, report);
  checkWitness(session, report);
}

function checkPartners({ type, words, primary, mirror }: MirrorSession, report: Report): void {
  if (primary === undefined || mirror === undefined) return;
  if (!sameName(primary.value.server, mirror.value.server)) return;
  const related = [{ place: primary.place, message: `The ${words.primary} instance.` }];
  const isSame = sameName(primary.value.instance, mirror.value.instance);
  const name = sqlInstanceName(primary.value);
  const message = isSame
    ? `The ${words.mirror} of ${type} is its ${words.primary} instance, ${name}; it needs another one.`
    : `The ${words.mirror} of ${type} is on ${mirror.value.server}, as the ${words.primary} is, and lost together with it.`;
  report({ code: isSame ? 'mirror-same-instance' : 'mirror-on-same-server', message, place: mirror.place, related });
}

function checkWitness({ type, primary, mirror, witness, needsNoMirror, node }: MirrorSession, report: Report): void {
  if (witness === undefined) return;
  const partner = [primary, mirror].find(
    (fact) => fact !== undefined && sameName(fact.value.server, witness.value.server),
  );
  if (partner !== undefined) {
    report({
      code: 'witness-on-partner-server',
      message: `The witness of ${type} runs on ${witness.value.server}, which is a partner itself; it needs a third computer.`,
      place: witness.place,
      related: [{ place: partner.place, message: `The ${partner === primary ? 'primary' : 'mirror'} instance.` }],
    });
  }
  if (needsNoMirror) return;
  const entry = findEntry(node, 'witness');
  const edits = node.kind === 'map' && entry !== undefined ? removeEntries(node, [entry]) : undefined;
  report({
    code: 'witness-without-mirror',
    message: `${type} has a witness and no mirror.`,
    place: witness.place,
    ...(primary && { related: [{ place: primary.place, message: `The only instance of ${type}.` }] }),
    ...(edits && { fixes: [{ title: 'Take the witness out', edits, preferred: false }] }),
  });
}

/** What follows from the facts about the servers of the instances. */
export function checkServers(session: MirrorSession, around: Pick<Topology, 'sqlServers'>, report: Report): void {
  const { type, words, primary, mirror, witness } = session;
  if (primary === undefined || mirror === undefined) return;
  const compare = (fact: Fact<SqlInstance>, read: ReadServer, say: (one: ServerFact, other: ServerFact) => void) => {
    const one = read(primary.value, around.sqlServers.get(primary.value.server));
    const other = read(fact.value, around.sqlServers.get(fact.value.server));
    if (one !== undefined && other !== undefined && !sameName(one.value, other.value)) say(one, other);
  };
  const relatedTo = (...facts: readonly [ServerFact, ServerFact]) =>
    related(primary.place, `The ${words.primary} instance: ${facts[0].value}`, facts);
  const others = [[words.mirror, mirror] as const, ...(witness === undefined ? [] : [['witness', witness] as const])];
  for (const [role, fact] of others) {
    compare(fact, readVersion, (one, other) => {
      const message = `The ${role} of ${type} runs SQL Server ${other.value} and the ${words.primary} ${one.value}; they must be the same.`;
      report({ code: 'mirror-version-mismatch', message, place: fact.place, related: relatedTo(one, other) });
    });
    compare(fact, readDomain, (one, other) => {
      const message = `The ${role} of ${type} is in domain ${other.value} and the ${words.primary} in ${one.value}; they must be in one.`;
      report({ code: 'mirror-domain-mismatch', message, place: fact.place, related: relatedTo(one, other) });
    });
  }
  compare(mirror, readEdition, (one, other) => {
    const message = `The ${words.mirror} of ${type} runs SQL Server ${other.value} Edition and the ${words.primary} ${one.value}; they must be the same.`;
    report({ code: 'mirror-edition-mismatch', message, place: mirror.place, related: relatedTo(one, other) });
  });
}

const readVersion: ReadServer = (_, facts) => facts?.version;
const readEdition: ReadServer = (_, facts) => facts?.edition;

function related(primary: Place, message: string, facts: readonly ServerFact[]): readonly RelatedPlace[] {
  const described = facts.flatMap(({ value, place }) => (place === undefined ? [] : [{ place, message: value }]));
  return [{ place: primary, message }, ...described];
}
