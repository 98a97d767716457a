/** What the chapters of the demo share. */
import type { DataDirectory } from '../../src/core/storage/layout.ts';
import type { Deployment, Pool } from '../../src/core/topology/model.ts';
import type { DeploymentConnection } from '../../src/deployments/deployment.ts';
import type { Screen } from './screen.ts';

export interface DemoContext {
  readonly screen: Screen;
  readonly signal: AbortSignal;
  readonly topologyFile: string;
  readonly connection: DeploymentConnection;
  readonly deployment: Deployment;
  readonly directory: DataDirectory;
  /** Loses its content and has its databases moved. */
  readonly pool1: Pool;
  readonly pool2: Pool;
}

/** A line of the report; `good` says whether a comparison held, where one was made. */
export interface Finding {
  readonly name: string;
  readonly value: string;
  readonly good?: boolean;
}

/** Runs an operation as a step of the screen, with its progress. */
export function runStep(
  { screen, connection, signal }: DemoContext,
  title: string,
  operation: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  return screen.step(title, (tell) => connection.execute({ operation, parameters }, { signal, onProgress: tell }));
}

/** Where the share of a pool lies. */
export function shareFolder({ directory }: DemoContext, pool: Pool): string {
  if (pool.fileShare === undefined) throw new Error(`${pool.fqdn} has no file share in the topology.`);
  return directory.share(pool.fileShare).folder;
}
