/** What the rules on pairs share. */
import type { RuleCode, Severity } from '../diagnostics.ts';
import type { Report } from '../findings.ts';
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair } from '../resolved/topology.ts';

export interface Side<Value> {
  readonly name: string;
  readonly value: Value;
}

export interface Words {
  readonly message: string;
  readonly severity?: Severity;
}

/** Reports where both pools of a pair say something about the same thing, and not the same. */
export function difference<Value extends string>(
  pair: ResolvedPair,
  code: RuleCode,
  read: (pool: PoolFacts) => Fact<Value> | undefined,
  report: Report,
  words: (sides: readonly [Side<Value>, Side<Value>]) => Words,
): void {
  const { both, facts } = pair;
  if (both === undefined || facts.poolsNode === undefined) return;
  const [first, second] = both;
  const [one, other] = [read(first), read(second)];
  if (one === undefined || other === undefined || one.value === other.value) return;
  report({
    code,
    place: facts.poolsNode,
    ...words([
      { name: first.name, value: one.value },
      { name: second.name, value: other.value },
    ]),
    related: [
      { place: one.place, message: `${first.name}: ${one.value}` },
      { place: other.place, message: `${second.name}: ${other.value}` },
    ],
  });
}

interface ExamplePool {
  readonly edition?: string;
  readonly release?: string;
  readonly more?: readonly string[];
}

/** A pair of two pools for an example, with the list of pools marked where `mark` is not empty. */
export function pairExample(
  mark: '<<' | '',
  first: ExamplePool,
  second: ExamplePool,
  sites = ['Atlanta', 'Dallas'],
): string {
  const [open, close] = mark === '' ? ['', ''] : ['<<', '>>'];
  const pool = (name: string, site: string, { edition = 'Enterprise', release = '"2013"', more = [] }: ExamplePool) => [
    `  ${name}:`,
    ...[`site: ${site}`, `edition: ${edition}`, `release: ${release}`, ...more].map((line) => `    ${line}`),
  ];
  return [
    'pools:',
    ...pool('atl-cs-001.litwareinc.com', sites[0] ?? '', first),
    ...pool('dal-cs-001.litwareinc.com', sites[1] ?? '', second),
    'poolPairs:',
    `  - pools: ${open}[atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]${close}`,
    '',
  ].join('\n');
}
