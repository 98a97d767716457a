/** What makes two engines of one data directory the same: topology file, its content, mapped shares. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { LyncTopologyError } from '../core/errors.ts';
import type { Deployment } from '../core/topology/model.ts';
import { type AttachParameters, protocolVersion } from './protocol.ts';

export interface EngineIdentity {
  readonly topologyFile: string;
  readonly deployment: Deployment;
  readonly mappings: ReadonlyMap<string, string>;
}

/** Of the model, not of the text: a changed comment is the same deployment. */
export function deploymentDigest(deployment: Deployment): string {
  return createHash('sha256').update(JSON.stringify(deployment)).digest('hex');
}

export function mappingLines(mappings: ReadonlyMap<string, string>): string[] {
  return [...mappings].map(([unc, folder]) => `${unc.toLowerCase()}=${folder}`).sort();
}

/** Throws `engine-different` when what the client works with is not what this engine works with. */
export function requireSame(engine: EngineIdentity, dataDirectory: string, client: AttachParameters): void {
  if (client.version !== protocolVersion) throw different(dataDirectory, 'is of another version of Lync Topology');
  if (realPath(client.topologyFile) !== realPath(engine.topologyFile)) {
    throw different(dataDirectory, `works with the topology file ${engine.topologyFile}, not ${client.topologyFile}`);
  }
  if (client.digest !== undefined && client.digest !== deploymentDigest(engine.deployment)) {
    throw notPublished(dataDirectory, engine.topologyFile);
  }
  const [own, asked] = [mappingLines(engine.mappings), client.mappings];
  if (asked !== undefined && asked.join('\n') !== own.join('\n')) {
    const what = own.length === 0 ? 'without mapped shares' : `with the mapped shares ${own.join(', ')}`;
    throw different(dataDirectory, `runs ${what}, and this command names ${asked.join(', ') || 'none'}`);
  }
}

function different(dataDirectory: string, how: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'engine-different',
    kind: 'refused',
    object: dataDirectory,
    message: `The engine that runs on ${dataDirectory} (process ${process.pid}) ${how}.`,
    remedy: 'End that engine (its window, or the command that serves it) and run this again, or use the same settings.',
  });
}

function notPublished(dataDirectory: string, topologyFile: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'engine-different',
    kind: 'refused',
    object: dataDirectory,
    message: `${topologyFile} has changed, and the engine that runs on ${dataDirectory} (process ${process.pid}) still works with the topology before.`,
    remedy:
      'See what would change with "lync-topology Publish-CsTopology -WhatIf" and publish it, or end that engine (its window, or the command that serves it), and run this again.',
  });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
