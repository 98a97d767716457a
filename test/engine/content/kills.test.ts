/** SIGKILL at random moments of cycles, again and again, while content keeps changing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { renameSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { commonSettings } from '../../../scripts/bundling.ts';
import { exists, inThread, leftovers, makeShares, memoryFolder, type Shares, snapshot, write } from './support.ts';

const kills = 60;
const megabyte = 1024 * 1024;

describe('content: killed at random moments', function () {
  this.timeout(300_000);

  it(`after each of ${kills} kills: no torn file, no temporary, and it goes on to the end`, async () => {
    const shares = makeShares(memoryFolder);
    const databaseFile = join(shares.base, 'engine.db');
    const script = await bundle(shares.base);
    const history = makeHistory(shares, 20_260_201);
    let found = 0;
    try {
      for (let kill = 0; kill < kills; kill++) {
        history.change();
        await killCycles(script, databaseFile, shares, kill % 3 !== 0, history.random());
        const database = new DatabaseSync(databaseFile);
        if ([...leftovers(shares.first), ...leftovers(shares.second)].length > 0) found += 1;
        const content = inThread(database);
        await content.recover(shares.forth);
        assert.deepEqual([...leftovers(shares.first), ...leftovers(shares.second)], [], `kill ${kill}`);
        history.assertWhole(`kill ${kill}`);
        database.close();
      }
      assert.ok(found > kills / 10, `only ${found} kills fell into the middle of a cycle`);
      const database = new DatabaseSync(databaseFile);
      const content = inThread(database);
      for (let round = 0; round < 3; round++) {
        await content.runCycle(shares.forth);
        await content.runCycle(shares.back);
      }
      assert.deepEqual(snapshot(shares.second), snapshot(shares.first));
      history.assertCurrent();
      database.close();
    } finally {
      shares.remove();
    }
  });
});

/** Bundles the process and its worker as the product is bundled: they start quickly, and the layout is the shipped one. */
async function bundle(folder: string): Promise<string> {
  const sources = join(import.meta.dirname, '../../../src/core/backupService/content');
  for (const entry of [join(import.meta.dirname, 'cyclesUntilKilled.ts'), join(sources, 'contentWorker.ts')]) {
    await build({ ...commonSettings(), entryPoints: [entry], outdir: folder });
  }
  return join(folder, 'cyclesUntilKilled.js');
}

/**
 * Starts the cycles and kills the process: some milliseconds after its first cycle began, or, `whileWriting`, after our
 * temporary folder appeared on one of the shares.
 */
async function killCycles(
  script: string,
  databaseFile: string,
  shares: Shares,
  whileWriting: boolean,
  moment: number,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      script,
      databaseFile,
      JSON.stringify(shares.forth),
      JSON.stringify(shares.back),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const begun = whileWriting ? temporaryFolderIn(shares) : once(child.stdout, 'data');
  await Promise.race([begun, exited]);
  await delay(moment * (whileWriting ? 60 : 200));
  const wasRunning = child.exitCode === null;
  child.kill('SIGKILL');
  await exited;
  assert.ok(wasRunning, `the cycles ended by themselves: ${errors}`);
}

/** Resolves when a cycle starts to write on either share. */
async function temporaryFolderIn(shares: Shares): Promise<void> {
  const watchers = [shares.first, shares.second].map((root) => watch(root));
  await new Promise<void>((resolve) => {
    for (const watcher of watchers) watcher.on('change', (_event, name) => name === '.lync-partial' && resolve());
  });
  for (const watcher of watchers) watcher.close();
}

interface History {
  random(): number;
  /** Changes a good part of both shares: new, changed, large changed in place, renamed, deleted files. */
  change(): void;
  /** Every file on either share has bytes that its owner gave it at some time. */
  assertWhole(how: string): void;
  /** Every file has the bytes that its owner gave it last. */
  assertCurrent(): void;
}

function makeHistory(shares: Shares, seed: number): History {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const versions = new Map<string, Set<string>>();
  const current = new Map<string, string>();
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  let time = 1_700_000_000;
  const put = (root: string, path: string, bytes: Buffer) => {
    write(root, path, bytes, ++time);
    const known = versions.get(path) ?? new Set();
    versions.set(path, known.add(digest(bytes)));
    current.set(path, digest(bytes));
  };
  const large = Buffer.alloc(6 * megabyte, 'large');
  return {
    random,
    change() {
      for (const root of [shares.first, shares.second]) {
        const name = root === shares.first ? 'first' : 'second';
        for (let number = 0; number < 80; number++) {
          put(
            root,
            `${name}/folder ${number % 7}/${Math.floor(random() * 60)}`,
            Buffer.alloc(1 + Math.floor(random() * 20_000), String(time)),
          );
        }
        for (let block = 0; block < 20; block++)
          large.writeDoubleLE(random(), Math.floor(random() * (large.length - 8)));
        put(root, `${name}/large`, large);
        const gone = `${name}/folder 3/${Math.floor(random() * 60)}`;
        rmSync(join(root, gone), { force: true });
        current.delete(gone);
        const from = `${name}/folder 2/${Math.floor(random() * 60)}`;
        const to = `${name}/moved/${time}`;
        if (exists(root, from) && current.has(from)) {
          put(root, to, Buffer.from('x'));
          renameSync(join(root, from), join(root, to));
          versions.set(to, new Set([...(versions.get(to) ?? []), current.get(from) ?? '']));
          current.set(to, current.get(from) ?? '');
          current.delete(from);
        }
      }
    },
    assertWhole(how) {
      for (const root of [shares.first, shares.second]) {
        for (const [path, content] of Object.entries(snapshot(root))) {
          if (content === '<folder>') continue;
          assert.ok(versions.get(path)?.has(digest(Buffer.from(content, 'latin1'))), `${path} is torn (${how})`);
        }
      }
    },
    assertCurrent() {
      const found = Object.entries(snapshot(shares.first)).filter(([, content]) => content !== '<folder>');
      const digests = new Map(found.map(([path, content]) => [path, digest(Buffer.from(content, 'latin1'))]));
      assert.deepEqual(new Map([...digests].sort()), new Map([...current].sort()));
    },
  };
}
