/**
 * How long clients wait when a mirrored database changes its principal: by itself, from the stop of the principal's server to the
 * first acknowledged commit, over the partner time-out; and by hand, with a million rows, while commits are refused.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openEngine } from '../../src/core/engine/engine.ts';
import type { MirroredDatabase } from '../../src/core/mirroring/contract.ts';
import { createDatabaseFiles } from '../../src/core/mirroring/createDatabaseFiles.ts';
import { openMirroredDatabase } from '../../src/core/mirroring/mirroredDatabase.ts';
import { createDataDirectory, openDataDirectory } from '../../src/core/storage/dataDirectory.ts';
import { type Deployment, defaultBackupServiceConfiguration } from '../../src/core/topology/model.ts';
import type { Benchmark, BenchmarkRow } from './harness.ts';

const pool = 'atl-cs-001.litwareinc.com';
const at = (server: string) => ({ server: `${server}.litwareinc.com`, instance: 'RTC' });
const place = { primary: at('atl-sql-001'), mirror: at('atl-sql-002'), witness: at('atl-sql-003') };
const upsert = `insert into presence (sipAddress, homePool, availability, activity, note, changedAt)
  values (?, '${pool}', 'Available', 'Available', ?, '2015-01-01T00:00:00.000Z')
  on conflict do update set note = excluded.note`;
/** Milliseconds that a change of roles may add. */
const allowance = 250;

export const benchmark: Benchmark = async ({ quick, log }) => {
  const timeouts = quick ? [1_000] : [1_000, 10_000];
  const rows: BenchmarkRow[] = [];
  for (const timeout of timeouts) {
    log(`automatic failover, time-out ${timeout} ms`);
    rows.push(await automatic(timeout, quick ? 2 : 5));
  }
  const amount = quick ? 100_000 : 1_000_000;
  log(`manual failover, ${amount} rows`);
  rows.push(await manual(amount, quick ? 4 : 10));
  return {
    title: 'Database failover',
    rows,
    notes: [
      'The worst of the rounds each. Automatic: the peer is the partner time-out. By hand: the peer is the limit.',
    ],
  };
};

async function automatic(timeout: number, rounds: number): Promise<BenchmarkRow> {
  const root = mkdtempSync(join(tmpdir(), 'lync-topology-bench-'));
  createDataDirectory(root);
  const deployment: Deployment = {
    name: 'Bench',
    sites: [{ name: 'Atlanta' }],
    pools: [
      {
        fqdn: pool,
        site: 'Atlanta',
        edition: 'Enterprise',
        release: '2013',
        frontEnds: ['atl-fe-001.litwareinc.com'],
        databases: { User: place },
      },
    ],
    poolPairs: [],
    backupService: defaultBackupServiceConfiguration,
  };
  const engine = await openEngine({
    deployment,
    dataDirectory: openDataDirectory(root),
    background: true,
    partnerTimeout: timeout,
    resume: () => undefined,
  });
  try {
    await engine.lab.initialize({ signal: new AbortController().signal, onProgress: () => {} });
    const database = engine.databases.find(pool, 'rtcxds');
    const waited: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      write(database, `round ${round}`);
      await synchronised(database);
      // The watch has to see everything together before the next loss.
      await wait(1_500);
      const { server } = place[database.status().principal ?? 'primary'];
      const lost = performance.now();
      await engine.lab.fault('stop', server);
      while (!tryWrite(database, `served again ${round}`)) await wait(5);
      waited.push(performance.now() - lost);
      await engine.lab.mendFault(server);
    }
    const worst = Math.max(...waited);
    return {
      name: `automatic failover, time-out ${timeout / 1_000} s`,
      ours: worst,
      peer: timeout,
      unit: 'ms',
      peerName: 'time-out',
      target: (timeout + allowance) / timeout,
      note: `${Math.round(worst - timeout)} ms over the time-out`,
    };
  } finally {
    await engine[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  }
}

async function manual(amount: number, rounds: number): Promise<BenchmarkRow> {
  const root = mkdtempSync(join(tmpdir(), 'lync-topology-bench-'));
  try {
    const options = { pool, type: 'User', name: 'rtcxds', ...place, dataDirectory: openDataDirectory(root) } as const;
    for (const { server } of Object.values(place)) {
      mkdirSync(options.dataDirectory.serverFolder(server), { recursive: true });
    }
    await createDatabaseFiles(options);
    using database = openMirroredDatabase(options);
    const perCommit = 1_000;
    for (let row = 0; row < amount; row += perCommit) {
      database.commit('client', (connection) => {
        const statement = connection.prepare(upsert);
        for (let next = row; next < row + perCommit; next += 1)
          statement.run(`sip:user${next}@litwareinc.com`, 'first');
      });
      if (row % 20_000 === 0) await database.maintain();
    }
    await database.maintain();
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (let next = 0; next < 50; next += 1) write(database, `${round} ${next}`);
      const { refusedFor } = await database.failOver(round % 2 === 0 ? 'mirror' : 'primary', {});
      refused = Math.max(refused, refusedFor);
    }
    return {
      name: `manual failover, ${amount.toLocaleString('en-US')} rows, writes refused`,
      ours: refused,
      peer: allowance,
      unit: 'ms',
      peerName: 'limit',
      target: 1,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function write(database: MirroredDatabase, note: string): void {
  database.commit('client', (connection) => connection.prepare(upsert).run('sip:user0@litwareinc.com', note));
}

function tryWrite(database: MirroredDatabase, note: string): boolean {
  try {
    write(database, note);
    return true;
  } catch {
    return false;
  }
}

async function synchronised(database: MirroredDatabase): Promise<void> {
  for (;;) {
    await database.maintain();
    const { MirroringStatusOnPrimary, MirroringStatusOnMirror } = database.status();
    if (MirroringStatusOnPrimary === 'synchronized' && MirroringStatusOnMirror === 'synchronized') return;
    await wait(20);
  }
}
