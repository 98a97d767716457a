import assert from 'node:assert/strict';
import { placeOfThing, relatedThingAt } from '../../../src/core/topology/queries/relatedThings.ts';
import {
  type RelatedThing,
  relationsFrom,
  relationsTo,
  wordsAboutHelped,
  wordsAboutHelper,
} from '../../../src/core/topology/queries/relations.ts';
import { rangeOf } from '../../../src/core/topology/syntax/nodes.ts';
import { cursorIn, goneAround } from './deploymentToGoAround.ts';
import { TopologyDocument } from './imports.ts';

const { topology } = TopologyDocument.open(goneAround);

function thingAt(marked: string): RelatedThing | undefined {
  return relatedThingAt(topology, cursorIn(marked));
}

/** What helps the thing at the cursor, what it helps, each with the texts that say so. */
function around(marked: string): { readonly needs: readonly string[]; readonly helps: readonly string[] } {
  const thing = thingAt(marked);
  assert.ok(thing, marked);
  const texts = (places: Parameters<typeof rangeOf>[0][]): string =>
    places.map((place) => goneAround.slice(rangeOf(place).start, rangeOf(place).end)).join(' + ');
  return {
    needs: relationsFrom(topology, thing).map(
      (one) => `${one.to.name} ${wordsAboutHelper(one)} (${texts([...one.places])})`,
    ),
    helps: relationsTo(topology, thing).map(
      (one) => `${one.from.name} ${wordsAboutHelped(one)} (${texts([...one.places])})`,
    ),
  };
}

const atlanta = 'atl-cs-001.litwareinc.com';
const newYork = 'NYC-se-001.litwareinc.com';
const [primary, mirror] = ['atl-sql-001.litwareinc.com\\RTC', 'atl-sql-002.litwareinc.com\\RTC'];
const inQuotes = '"atl-sql-002.litwareinc.com\\\\RTC"';

describe('Relations', () => {
  it('are those of a pool to its backup pool, its mirrors, and the pools whose next hop it is', () => {
    assert.deepEqual(around('pools: [atl¦-cs-001'), {
      needs: [
        `${newYork} backs up ${atlanta} ("nyc-se-001.litwareinc.com")`,
        `${mirror} takes over User, CentralMgmt of ${atlanta} (${inQuotes} + ${mirror})`,
      ],
      helps: [
        `${newYork} is backed by ${atlanta} (${atlanta})`,
        `edge-atl.litwareinc.com hands over to its next hop ${atlanta} (ATL-CS-001.litwareinc.com)`,
        `atl-pc-001.litwareinc.com hands over to its next hop ${atlanta} (${atlanta})`,
      ],
    });
  });

  it('are those of an Edge pool and of a Persistent Chat pool', () => {
    assert.deepEqual(around('¦edge-atl').needs, [
      `${atlanta} is next hop of edge-atl.litwareinc.com (ATL-CS-001.litwareinc.com)`,
    ]);
    assert.equal(around('¦atl-pc-001').needs.length, 2);
  });

  it('are those of an instance to its mirror and its log-shipping secondary', () => {
    const { needs, helps } = around('primary: atl-¦sql-001');
    assert.deepEqual(needs, [
      `${mirror} takes over User, CentralMgmt, PersistentChat of ${primary} (${inQuotes} + ${mirror} + ${mirror})`,
      `nyc-sql-001.litwareinc.com\\RTC receives the log of ${primary} for PersistentChat (nyc-sql-001.litwareinc.com\\RTC)`,
    ]);
    assert.deepEqual(helps, []);
    assert.match(
      around('mirror: "atl-sql-002.litware¦inc').helps.join('\n'),
      /001.*\\RTC fails over to .*002.*\\RTC with User, C/,
    );
  });

  it('begin at the databases of a type too, with the instance that they lie on', () => {
    assert.deepEqual(thingAt('Us¦er:'), { kind: 'sqlInstance', name: primary });
  });

  it('begin nowhere else', () => {
    for (const marked of [
      'Atl¦anta',
      'atl-fe¦-001.litwareinc',
      '¦poolPairs',
      'primary: ¦nyc-se-001',
      'hv-¦atl',
      'site¦:',
    ])
      assert.equal(thingAt(marked), undefined, marked);
  });

  it('lead to where a thing is described, or first used', () => {
    const selected = (kind: RelatedThing['kind'], name: string): string => {
      const place = placeOfThing(topology, { kind, name });
      assert.ok(place && place.range.start <= place.selection.start && place.range.end >= place.selection.end);
      return goneAround.slice(place.selection.start, place.selection.end);
    };
    assert.equal(selected('pool', newYork), newYork);
    assert.equal(selected('sqlInstance', primary), 'RTC');
    assert.equal(selected('sqlInstance', mirror), 'RTC');
    assert.equal(placeOfThing(topology, { kind: 'pool', name: 'gone.litwareinc.com' }), undefined);
  });

  it('are of no pool that backs itself, and survive a text that is being typed', () => {
    const text = 'pools:\n  a.b: {}\npoolPairs:\n  - pools: [a.b, a.b]\n  - pools: [a.b, \n';
    const document = TopologyDocument.open(text);
    assert.deepEqual(relationsFrom(document.topology, { kind: 'pool', name: 'a.b' }), []);
  });
});
