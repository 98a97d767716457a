/** The processes of the SQL instances of an engine that was told to run them so. */
import { LyncTopologyError } from '../errors.ts';
import { createInstanceProcesses, type InstanceProcesses } from '../mirroring/instances/processes.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { type Deployment, sqlInstanceName } from '../topology/model.ts';
import { databaseTypes } from '../topology/vocabulary.ts';

/** Each takes about 70 MB. */
const most = 32;

/** Throws `argument-invalid` for more instances than one machine runs well. `timeout` in milliseconds. */
export function openInstanceHost(
  deployment: Deployment,
  dataDirectory: DataDirectory,
  timeout: number,
): InstanceProcesses {
  const count = instancesOf(deployment).size;
  if (count <= most) return createInstanceProcesses({ dataDirectory, timeout });
  throw new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: deployment.name,
    message: `The topology of ${deployment.name} has ${count} SQL Server instances; at most ${most} are run as processes.`,
    remedy: 'Leave --instance-processes out, or use a smaller topology for drills with processes.',
  });
}

function instancesOf(deployment: Deployment): ReadonlySet<string> {
  const pools = [...deployment.pools, ...(deployment.persistentChatPools ?? [])];
  const placements = pools.flatMap(({ databases }) => {
    const own: (typeof deployment.pools)[number]['databases'] = databases;
    return databaseTypes.flatMap((type) => own[type] ?? []);
  });
  const instances = placements.flatMap(({ primary, mirror, witness }) => [primary, mirror, witness]);
  return new Set(instances.flatMap((one) => (one === undefined ? [] : [sqlInstanceName(one).toLowerCase()])));
}
