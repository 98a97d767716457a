/** Deployments in folders of their own, connected to as commands and windows do. */
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import type { DeploymentConnection } from '../../../src/deployments/deployment.ts';
import { connectEmbedded, type EmbeddedOptions } from '../../../src/deployments/embedded.ts';
import { openHost } from '../../../src/engineHost/host.ts';

export const atlanta = 'atl-cs-001.litwareinc.com';
export const dallas = 'dal-cs-001.litwareinc.com';

export interface HostFolder extends AsyncDisposable {
  readonly path: string;
  readonly topologyFile: string;
  readonly dataDirectory: string;
  connect(options?: Partial<EmbeddedOptions>): Promise<DeploymentConnection>;
}

/** `below` lengthens the path of the data directory. */
export function hostFolder(below = ''): HostFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lync-host-')));
  const path = join(root, below);
  mkdirSync(path, { recursive: true });
  const topologyFile = join(path, 'litware.topology.yaml');
  copyFileSync(join(projectFolder, 'samples/litware/litware.topology.yaml'), topologyFile);
  const dataDirectory = join(path, '.lync');
  const connections: DeploymentConnection[] = [];
  return {
    path,
    topologyFile,
    dataDirectory,
    connect: async (options = {}) => {
      const connection = await connectEmbedded({
        engine: openHost,
        topologyFile,
        dataDirectory,
        backgroundCycles: false,
        ...options,
      });
      connections.push(connection);
      return connection;
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections.toReversed()) await connection[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const engineProcess = {
  command: process.execPath,
  leadingArguments: ['--no-warnings', join(projectFolder, 'src/engineHost/main.ts')],
};

const smallSeed = { Users: 20, Conferences: 4, ContentFiles: 20, ContentBytes: 40_000 };

/** Runs long enough to be cancelled. */
export const longSeed = { Users: 4, Conferences: 4, ContentFiles: 4_000, ContentBytes: 4_000_000_000 };

export async function prepared(connection: DeploymentConnection): Promise<DeploymentConnection> {
  await connection.execute({ operation: 'init', parameters: {} });
  await connection.execute({ operation: 'seed', parameters: smallSeed });
  return connection;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
