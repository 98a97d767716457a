/** Mirrored databases move to the mirror and back while clients keep committing (domain C.4). */
import { setTimeout as delay } from 'node:timers/promises';
import type { AcknowledgedRow, LoadReport } from '../../src/core/lab/load/runLoad.ts';
import { formatCount, formatDuration, formatList } from '../../src/core/operations/amounts.ts';
import type { DatabaseName } from '../../src/core/topology/vocabulary.ts';
import { type DatabaseType, databasesByType } from '../../src/core/topology/vocabulary.ts';
import { compareStored, startClients } from './clients.ts';
import { type DemoContext, type Finding, runStep } from './context.ts';

const types = ['User', 'CentralMgmt'] as const satisfies readonly DatabaseType[];

/** Milliseconds that clients work between two failovers. */
const work = 700;

export async function failOverUnderLoad(
  context: DemoContext,
): Promise<{ readonly acknowledged: readonly AcknowledgedRow[]; readonly findings: readonly Finding[] }> {
  const { screen, signal, topologyFile, directory, pool1 } = context;
  screen.chapter(`The databases of ${pool1.fqdn} move while clients commit`);
  const clients = await screen.step('Start clients in a process of their own', () =>
    startClients(topologyFile, directory.root, pool1.fqdn),
  );
  try {
    for (const NewPrincipal of ['mirror', 'primary'] as const) {
      for (const type of types) {
        await clients.during(delay(work, undefined, { signal }));
        const title = `${NewPrincipal === 'mirror' ? 'Fail over' : 'Fail back'} ${type} (${formatList(databasesByType[type])})`;
        const parameters = { PoolFqdn: pool1.fqdn, DatabaseType: type, NewPrincipal };
        await clients.during(runStep(context, title, 'Invoke-CsDatabaseFailover', parameters));
      }
    }
    await clients.during(delay(work, undefined, { signal }));
    const { acknowledged, report } = await clients.stop();
    await screen.step('Let the mirrors redo their logs', () => untilRedone(context));
    return { acknowledged, findings: findingsOf(report) };
  } finally {
    clients.kill();
  }
}

function findingsOf(report: LoadReport): readonly Finding[] {
  return [
    {
      name: 'Committed by clients meanwhile',
      value: `${formatCount(report.acknowledged, 'row')} in ${formatCount(report.commits, 'transaction')}`,
      good: report.commits > 0,
    },
    {
      name: 'Refused during the four failovers and sent again',
      value: report.refusals === 0 ? 'none' : formatCount(report.refusals, 'time'),
    },
    { name: 'Longest wait of a client for its commit', value: formatDuration(report.longestWait) },
  ];
}

/** Reads the database files themselves once the engine has closed them. */
export function compareAcknowledged(
  context: DemoContext,
  acknowledged: readonly AcknowledgedRow[],
): Promise<readonly Finding[]> {
  const { directory, pool1, screen } = context;
  return screen.step('Compare what was acknowledged with what is stored', async () =>
    (['primary', 'mirror'] as const).map((place) => {
      const fileOf = (database: DatabaseName): string => {
        const type = types.find((candidate) => databasesByType[candidate].some((name) => name === database));
        const instance = type === undefined ? undefined : pool1.databases[type]?.[place];
        if (instance === undefined) throw new Error(`The topology has no ${place} of ${database}.`);
        return directory.databaseFile(instance, database);
      };
      const { compared, missing, different } = compareStored(acknowledged, fileOf);
      return {
        name: `Acknowledged rows on the ${place}`,
        value:
          missing + different === 0
            ? `${formatCount(compared, 'row')} compared, none lost`
            : `${missing} missing and ${different} different of ${compared}`,
        good: compared > 0 && missing + different === 0,
      };
    }),
  );
}

const patience = 20_000;
const askAgainAfter = 100;

/** The engine redoes in its own time; only then do both files hold the same rows. */
async function untilRedone({ connection, signal, pool1 }: DemoContext): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const status = await connection.status(signal);
    const databases = status.pools.find(({ fqdn }) => fqdn === pool1.fqdn)?.databases ?? [];
    if (databases.every(({ sendQueue, redoQueue }) => sendQueue + redoQueue === 0)) return;
    if (performance.now() > end) throw new Error('The mirrors have not redone their logs.');
    await delay(askAgainAfter, undefined, { signal });
  }
}
