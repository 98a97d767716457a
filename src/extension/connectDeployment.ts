/** Connects to the deployment of a topology file, starting its engine when none runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LogOutputChannel, Uri } from 'vscode';
import { LyncTopologyError } from '../core/errors.ts';
import type { DeploymentConnection } from '../deployments/deployment.ts';
import { engineSettings } from './configuration.ts';
import { engineHostProcess } from './engineHostProcess.ts';

export interface ConnectOptions {
  readonly topology: Uri;
  readonly extension: Uri;
  readonly log: LogOutputChannel;
}

/**
 * How long an engine with other settings is waited for to end, milliseconds.
 * It ends by itself some seconds after this window has left it, unless somebody else uses it.
 */
const patience = 15_000;
const retryPause = 500;

export async function connectDeployment({ topology, extension, log }: ConnectOptions): Promise<DeploymentConnection> {
  // The engine's code is large, and its SQLite may be missing: both matter only to those who connect.
  const { connectEmbedded } = await import('../deployments/embedded.ts');
  const deadline = performance.now() + patience;
  for (;;) {
    const settings = engineSettings(topology);
    try {
      const connection = await connectEmbedded({
        ...settings,
        unpublished: true,
        engine: engineHostProcess(extension),
      });
      log.info(`${settings.topologyFile}: connected to the engine of ${settings.dataDirectory}`);
      return connection;
    } catch (error) {
      const passes = error instanceof LyncTopologyError && error.code === 'engine-different';
      if (!passes || performance.now() > deadline) throw error;
      log.debug(error.message);
      await delay(retryPause);
    }
  }
}
