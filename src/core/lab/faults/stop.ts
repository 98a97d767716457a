/**
 * Stopping and starting servers: the mark of a stopped server in its folder. Where SQL instances are processes of their own, an
 * instance is stopped alone, as a process that neither answers nor ends, and those of a stopped server are killed.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LyncTopologyError } from '../../errors.ts';
import { withHosts } from '../../hyperV/hosts.ts';
import type { FaultStatus } from '../../status.ts';
import { markStarted, markStopped, serverError, serverState } from '../../storage/availability.ts';
import type { DataDirectory } from '../../storage/layout.ts';
import type { Deployment } from '../../topology/model.ts';
import type { FaultDefinition, InstanceFaults } from './kind.ts';
import { computersOf, type FaultTarget, faultTarget, findFaultTarget } from './targets.ts';

export const stop: FaultDefinition = {
  kind: 'stop',
  step: (target) => ({
    title: `Stop ${target}`,
    detail: 'What lies on it cannot be reached until it is started.',
  }),
  inflict: ({ dataDirectory, deployment, instances }, name) => {
    const target = faultTarget(deployment, name);
    if (target.kind === 'instance' && instances !== undefined) return instances.freeze(target.instance);
    stopServers(withHosts(dataDirectory, deployment), target);
    for (const server of serversOfTarget(target)) instances?.kill(server);
  },
  present: ({ dataDirectory, deployment, instances }) => [
    ...stoppedServers(dataDirectory, deployment),
    ...stoppedInstances(instances),
  ],
  mend: ({ dataDirectory, deployment, instances }, name) => {
    const target = findFaultTarget(deployment, name);
    if (target === undefined || target.kind === 'share' || target.kind === 'database') return false;
    if (target.kind === 'instance' && instances?.thaw(target.instance) === true) return true;
    startServers(withHosts(dataDirectory, deployment), target);
    return true;
  },
  mendAll: ({ dataDirectory, deployment, instances }) => {
    const places = withHosts(dataDirectory, deployment);
    for (const { instance } of instances?.frozen() ?? []) {
      const target = findFaultTarget(deployment, instance);
      if (target?.kind === 'instance') instances?.thaw(target.instance);
    }
    for (const server of computersOf(deployment)) markStarted(places, server);
  },
};

/** Stops every server of the target; those that are stopped stay so. Throws `server-stopped` for one that has no folder. */
export function stopServers(dataDirectory: DataDirectory, target: FaultTarget): void {
  const servers = serversOfTarget(target);
  for (const server of servers) {
    const error =
      serverState(dataDirectory, server).state === 'missing' ? serverError(dataDirectory, server) : undefined;
    if (error !== undefined) throw error;
  }
  for (const server of servers) markStopped(dataDirectory, server);
}

export function startServers(dataDirectory: DataDirectory, target: FaultTarget): void {
  for (const server of serversOfTarget(target)) markStarted(dataDirectory, server);
}

/** The servers that carry the mark now. */
export function stoppedServers(dataDirectory: DataDirectory, deployment: Deployment): readonly FaultStatus[] {
  const places = withHosts(dataDirectory, deployment);
  return computersOf(deployment)
    .filter((server) => serverState(places, server).state === 'stopped')
    .map((server) => ({
      id: `fault/stop/${server}`,
      kind: 'stop',
      target: server,
      since: stoppedSince(join(places.serverFolder(server), '.stopped')),
    }));
}

function stoppedInstances(instances: InstanceFaults | undefined): readonly FaultStatus[] {
  const frozen = instances?.frozen() ?? [];
  return frozen.map(({ instance, since }) => ({ id: `fault/stop/${instance}`, kind: 'stop', target: instance, since }));
}

/** A pool is stopped by stopping its Front Ends, an instance by stopping its server. */
function serversOfTarget(target: FaultTarget): readonly string[] {
  switch (target.kind) {
    case 'pool':
      return target.pool.frontEnds;
    case 'server':
      return [target.name];
    case 'instance':
      return [target.instance.server];
    case 'database':
      throw notAServer(target.name, 'a database', target.instance.server);
    case 'share':
      throw notAServer(target.name, 'a share', target.path.server);
  }
}

function notAServer(name: string, what: string, server: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: name,
    message: `${name} is ${what}, and only servers are stopped and started.`,
    remedy: `Name its server, ${server}.`,
  });
}

/** The mark holds the time; one that was made by hand has at least its own. */
function stoppedSince(mark: string): string {
  const written = Date.parse(readFileSync(mark, 'utf8').trim());
  const time = Number.isNaN(written) ? statSync(mark).mtimeMs : written;
  return new Date(time).toISOString();
}
