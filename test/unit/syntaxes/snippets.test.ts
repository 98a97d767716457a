import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TopologyDocument } from '../../../src/core/topology/document.ts';
import { topologyJsonSchema } from '../../../src/core/topology/jsonSchema.ts';

interface Snippet {
  readonly word: string;
  readonly prefix?: string;
  readonly sections?: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

const snippets: Readonly<Record<string, Snippet>> = JSON.parse(
  readFileSync(new URL('../../../syntaxes/snippets.json', import.meta.url), 'utf8'),
);

/** A pool that is there for its databases. */
const archivingPool = [
  '  arc-cs-001.litwareinc.com:',
  '    site: Atlanta',
  '    edition: Enterprise',
  '    release: "2013"',
  '    frontEnds: [arc-fe-001.litwareinc.com, arc-fe-002.litwareinc.com, arc-fe-003.litwareinc.com]',
  '    databases:',
].join('\n');

/** What stands above each snippet in a deployment with two paired pools, and how far it is indented there. */
const places: Readonly<Record<string, readonly [above: string, indent: number]>> = {
  pool: ['pools:', 2],
  standard: ['pools:', 2],
  mirror: [`pools:\n${archivingPool}`, 6],
  pair: ['poolPairs:', 2],
  voice: ['  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]', 4],
  group: ['availabilityGroups:', 2],
  sql: ['sqlServers:', 2],
  edge: ['edgePools:', 2],
  chat: ['persistentChatPools:', 2],
  machine: ['virtualMachines:', 2],
  role: ['adminRoles:', 2],
  objectives: ['', 0],
  region: ['', 0],
  disable: ['', 0],
};

/** Findings about what is around a snippet and not about the snippet: names and releases of the file, the line below a comment. */
const aboutSurroundings = new Set([
  'undefined-reference',
  'pool-in-two-pairs',
  'sql-version-release',
  'unused-disable-comment',
]);

describe('The snippets', () => {
  const deployment = byWord('deployment');

  for (const [name, { word, body, description }] of Object.entries(snippets)) {
    it(`${word} (${name}) is a valid part of a topology, whatever is chosen`, () => {
      assert.match(description, /^[A-Z].+[^.]$/, 'the description is shown beside the name');
      for (const text of expansions(body.join('\n'))) {
        const whole = word === 'deployment' ? text : placed(word, text);
        assert.deepEqual(errorsOf(whole), [], whole);
      }
    });
  }

  it('cover every section of a topology', () => {
    const sections = Object.keys(topologyJsonSchema()['properties'] ?? {});
    const written = new Set(
      Object.values(snippets).flatMap(({ word, body }) =>
        [...`${places[word]?.[0] ?? ''}\n${body.join('\n')}`.matchAll(/^(\w+):/gm)].map(([, key]) => key),
      ),
    );
    assert.deepEqual(
      sections.filter((section) => !written.has(section)),
      [],
    );
  });

  it('have a word each, which is also the name under which the tests place them', () => {
    const words = Object.values(snippets).map(({ word }) => word);
    assert.deepEqual([...words].sort(), [...Object.keys(places), 'deployment'].sort());
  });

  it('are not offered by the editor itself, which would offer them everywhere', () => {
    for (const { prefix, word } of Object.values(snippets)) assert.equal(prefix, undefined, word);
  });

  it('belong to sections that there are', () => {
    const sections = new Set([...Object.keys(topologyJsonSchema()['properties'] ?? {}), 'file', 'top']);
    for (const { sections: own = [], word } of Object.values(snippets))
      for (const section of own) assert.ok(sections.has(section), `${word}: ${section}`);
  });

  it('know the order in which their places are visited', () => {
    for (const { body } of Object.values(snippets)) {
      const stops = [...body.join('\n').matchAll(/\$\{?(\d+)/g)].map(([, stop]) => Number(stop));
      assert.equal(stops.filter((stop) => stop === 0).length, 1, 'one place where the cursor ends');
      const first = [...new Set(stops.filter((stop) => stop > 0))];
      assert.deepEqual(
        first,
        first.map((_, index) => index + 1),
      );
    }
  });

  function placed(word: string, text: string): string {
    const [above = '', indent = 0] = places[word] ?? [];
    const inside = text.split('\n').map((line) => (line === '' ? line : ' '.repeat(indent) + line));
    const [base = ''] = expansions(deployment.body.join('\n'));
    const [anchor = '', ...wrapped] = above.split('\n');
    const lines = base.split('\n');
    const at = lines.indexOf(anchor);
    if (at === -1 || anchor === '') return [...lines, above, ...inside].join('\n');
    return lines.toSpliced(at + 1, 0, ...wrapped, ...inside).join('\n');
  }
});

function byWord(word: string): Snippet {
  const found = Object.values(snippets).find((snippet) => snippet.word === word);
  assert.ok(found, word);
  return found;
}

function errorsOf(text: string): readonly string[] {
  return TopologyDocument.open(text)
    .diagnostics.filter(({ code, severity }) => severity === 'error' && !aboutSurroundings.has(code))
    .map(({ message }) => message);
}

/** The text of a snippet with its own words in the places, once for each word that may be chosen. */
function expansions(body: string): readonly string[] {
  const choices = [...body.matchAll(/\$\{\d+\|([^|]*)\|\}/g)].map(([, words = '']) => words.split(',').length);
  return Array.from({ length: Math.max(1, ...choices) }, (_, choice) => expand(body, choice));
}

function expand(body: string, choice: number): string {
  const values = new Map<string, string>([['0', '']]);
  const place = /\$\{(\d+):((?:\\[\\}$]|[^}\\])*)\}|\$\{(\d+)\|([^|]*)\|\}|\$(\d+)|\\([\\}$])/g;
  return body.replaceAll(place, (_, named, text, chosen, words = '', again, escaped) => {
    if (named !== undefined) values.set(named, unescaped(text));
    if (chosen !== undefined) values.set(chosen, words.split(',')[Math.min(choice, words.split(',').length - 1)] ?? '');
    return escaped ?? values.get(named ?? chosen ?? again) ?? '';
  });
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([\\}$])/g, '$1');
}
