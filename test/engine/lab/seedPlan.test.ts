import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/lab/random.ts';
import { conferencesOf } from '../../../src/core/lab/seed/conferences.ts';
import { contentFilesOf } from '../../../src/core/lab/seed/contentPlan.ts';
import { peopleOf, shareOf } from '../../../src/core/lab/seed/people.ts';

const pools = ['atl-cs-001.litwareinc.com', 'dal-cs-001.litwareinc.com'];

describe('what a seed makes', () => {
  it('is the same for the same number and another for another', () => {
    const names = (seed: string): readonly string[] =>
      peopleOf(pools, 200, createRandom(seed)).map((person) => person.sipAddress);
    assert.deepEqual(names('1'), names('1'));
    assert.notDeepEqual(names('1'), names('2'));
  });

  it('homes a person on one pool only, whatever the number', () => {
    const homes = new Map<string, string>();
    for (const seed of ['1', '2', '3']) {
      const people = peopleOf(pools, 5_000, createRandom(seed));
      assert.equal(new Set(people.map((person) => person.sipAddress)).size, 5_000);
      for (const { sipAddress, pool } of people) {
        assert.equal(homes.get(sipAddress) ?? pool, pool);
        homes.set(sipAddress, pool);
      }
    }
  });

  it('gives whole shares that add up', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 20 }), (amount, parts) => {
        const shares = Array.from({ length: parts }, (_, index) => shareOf(amount, parts, index));
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0),
          amount,
        );
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
      }),
    );
  });

  it('plans exactly the files and bytes that were asked for, under names of their own', () => {
    const count = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(count, fc.nat(50_000_000), fc.string(), (files, bytes, seed) => {
        const random = createRandom(seed);
        const [first, ...others] = peopleOf(pools, 10, random);
        assert.ok(first);
        const [conference, ...more] = conferencesOf([first, ...others], 5, random);
        assert.ok(conference);
        const plan = contentFilesOf([conference, ...more], files, bytes, random);
        assert.equal(plan.length, files);
        assert.equal(new Set(plan.map((file) => file.path.normalize('NFC'))).size, files);
        assert.equal(
          plan.reduce((sum, file) => sum + file.size, 0),
          bytes,
        );
        assert.ok(plan.every((file) => file.size >= 0));
      }),
      { numRuns: 50 },
    );
  });

  it('has names in both normal forms, empty files and a large one', () => {
    const random = createRandom('1');
    const [first, ...others] = peopleOf(pools, 10, random);
    assert.ok(first);
    const [conference, ...more] = conferencesOf([first, ...others], 5, random);
    assert.ok(conference);
    const plan = contentFilesOf([conference, ...more], 1_000, 50_000_000, random);
    assert.ok(plan.some((file) => file.path !== file.path.normalize('NFC')));
    assert.ok(plan.some((file) => file.path !== file.path.normalize('NFD')));
    assert.ok(plan.some((file) => file.size === 0));
    assert.ok(plan.some((file) => file.size >= 5_000_000));
  });
});
