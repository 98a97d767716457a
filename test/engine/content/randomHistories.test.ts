/** Random histories on both shares of a pair: whatever people do, both trees become equal and nothing made is lost. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { exists, inThread, leftovers, makeShares, memoryFolder, type Shares, snapshot, write } from './support.ts';

type Step =
  | { readonly do: 'write'; readonly side: Side; readonly path: string; readonly size: number }
  | { readonly do: 'remove' | 'folder' | 'link' | 'mode'; readonly side: Side; readonly path: string }
  | { readonly do: 'move'; readonly side: Side; readonly path: string; readonly to: string }
  | { readonly do: 'cycle'; readonly side: Side; readonly restore: boolean };
type Side = 'first' | 'second';

const side = fc.constantFrom<Side>('first', 'second');
const path = fc
  .array(fc.constantFrom('a', 'b', 'c d', 'é', 'e\u0301'), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('/'));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write' as const), side, path, size: fc.integer({ min: 0, max: 40 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('remove', 'folder', 'link', 'mode'), side, path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), side, path, to: path }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('cycle' as const), side, restore: fc.boolean() }) },
);

/** Loss is what these histories are made of: the guard has tests of its own. */
const noGuard = { part: 1, files: 1_000_000 };

describe('content: random histories on both shares', () => {
  it('both trees become equal, repeating changes nothing, and no temporary stays', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const shares = makeShares(memoryFolder);
        const database = new DatabaseSync(':memory:');
        const content = inThread(database);
        try {
          // A file of each share that nothing touches keeps "came back empty" out of these histories.
          write(shares.first, 'kept by first', '1');
          write(shares.second, 'kept by second', '2');
          let time = 1_700_000_000;
          for (const one of steps) await apply(shares, content, one, time++);
          await settle(shares, content);
          assert.deepEqual(contentOf(shares.second), contentOf(shares.first));
          const before = snapshot(shares.first);
          const repeated = await content.runCycle(shares.forth, { guard: noGuard });
          assert.equal(repeated.bytesWritten, 0);
          assert.deepEqual(snapshot(shares.first), before);
          assert.deepEqual([...leftovers(shares.first), ...leftovers(shares.second)], []);
        } finally {
          database.close();
          shares.remove();
        }
      }),
      { numRuns: 300 },
    );
  });
});

async function settle(shares: Shares, content: ReturnType<typeof inThread>): Promise<void> {
  for (let round = 0; round < 8; round++) {
    await content.runCycle(shares.forth, { guard: noGuard });
    await content.runCycle(shares.back, { guard: noGuard });
    const outstanding =
      (await content.measure(shares.forth)).backlog.items + (await content.measure(shares.back)).backlog.items;
    if (outstanding === 0) return;
  }
  assert.fail(
    `outstanding: ${JSON.stringify([await content.measure(shares.forth), await content.measure(shares.back)])}`,
  );
}

async function apply(shares: Shares, content: ReturnType<typeof inThread>, one: Step, time: number): Promise<void> {
  if (one.do === 'cycle') {
    await content.runCycle(one.side === 'first' ? shares.forth : shares.back, { guard: noGuard, restore: one.restore });
    return;
  }
  const root = shares[one.side];
  const place = join(root, one.path);
  try {
    if (one.do === 'write') write(root, one.path, `${one.side} ${time} `.padEnd(one.size, 'x'), time);
    else if (one.do === 'remove') rmSync(place, { recursive: true, force: true });
    else if (one.do === 'folder') mkdirSync(place, { recursive: true });
    else if (one.do === 'mode' && exists(root, one.path)) chmodSync(place, time % 2 === 0 ? 0o700 : 0o750);
    else if (one.do === 'link' && !exists(root, one.path)) symlinkSync('/nowhere', place);
    else if (one.do === 'move') {
      mkdirSync(dirname(join(root, one.to)), { recursive: true });
      renameSync(place, join(root, one.to));
    }
  } catch {
    // A step that the file system does not allow (a file where a folder is needed) is no step.
  }
}

/** The tree without symbolic links, which are left out. */
function contentOf(root: string): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshot(root)).filter(([, content]) => content !== '<special>'));
}
