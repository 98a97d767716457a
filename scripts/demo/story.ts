/** What the demo tells, in order. Everything it does goes through the deployment connection, as a command's work does. */
import { formatCount, formatDuration } from '../../src/core/operations/amounts.ts';
import { createDataDirectory, openDataDirectory } from '../../src/core/storage/dataDirectory.ts';
import { connectEmbedded } from '../../src/deployments/embedded.ts';
import { openHost } from '../../src/engineHost/host.ts';
import { readDeployment } from '../../src/engineHost/topologyFile.ts';
import { type DemoContext, type Finding, runStep } from './context.ts';
import { compareAcknowledged, failOverUnderLoad } from './failover.ts';
import { restoreContent } from './restore.ts';
import type { Screen } from './screen.ts';
import { synchronizePools } from './steadyState.ts';

export interface StoryOptions {
  readonly screen: Screen;
  readonly topologyFile: string;
  readonly dataDirectory: string;
  readonly signal: AbortSignal;
}

const sample = { Users: 1_000, Conferences: 200, ContentFiles: 3_200, ContentBytes: 157_286_400, RandomSeed: 1 };

/** True when every comparison held. */
export async function tellStory(options: StoryOptions): Promise<boolean> {
  const { screen, topologyFile, dataDirectory, signal } = options;
  const start = performance.now();
  const deployment = readDeployment(topologyFile);
  const [pool1, pool2] = deployment.pools;
  if (pool1 === undefined || pool2 === undefined) throw new Error('The sample has fewer than two pools.');
  screen.title(
    'Lync Topology',
    `${deployment.name}: ${pool1.fqdn} and ${pool2.fqdn}, each the backup pool of the other`,
  );
  createDataDirectory(dataDirectory);
  const directory = openDataDirectory(dataDirectory);
  const connection = await connectEmbedded({ engine: openHost, topologyFile, dataDirectory, backgroundCycles: false });
  const context: DemoContext = { screen, signal, topologyFile, connection, deployment, directory, pool1, pool2 };
  const findings: Finding[] = [];
  try {
    await create(context);
    findings.push(...(await synchronizePools(context)));
    findings.push(...(await restoreContent(context)));
    const { acknowledged, findings: measured } = await failOverUnderLoad(context);
    await connection[Symbol.asyncDispose]();
    findings.push(...measured, ...(await compareAcknowledged(context, acknowledged)));
  } finally {
    await connection[Symbol.asyncDispose]();
  }
  return report(screen, findings, performance.now() - start);
}

async function create(context: DemoContext): Promise<void> {
  context.screen.chapter('A deployment');
  await runStep(context, 'Create its databases and file shares', 'init');
  await runStep(context, 'Fill them with people, conferences and content', 'seed', sample);
}

function report(screen: Screen, findings: readonly Finding[], elapsed: number): boolean {
  screen.chapter('Report');
  screen.table(findings.map(({ name, value }) => [name, value]));
  const failed = findings.filter(({ good }) => good === false);
  const time = formatDuration(elapsed);
  if (failed.length === 0) screen.verdict(true, `Every comparison held, in ${time}. Nothing is left running.`);
  else screen.verdict(false, `${formatCount(failed.length, 'comparison')} did not hold, in ${time}.`);
  return failed.length === 0;
}
