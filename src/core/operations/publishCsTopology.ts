import { realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { EngineServices, TopologyServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import { pairsOnlyIn, type TopologyChange, topologyChanges } from '../publication/changes.ts';
import { newStores } from '../publication/newStores.ts';
import { obstacles } from '../publication/obstacles.ts';
import { forgetFormerImports, releaseLogs } from '../publication/pairStreams.ts';
import type { Deployment } from '../topology/model.ts';
import { formatCount, formatList } from './amounts.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan, precondition } from './plans.ts';

const parameters = z.strictObject({
  FileName: z
    .string()
    .refine(isAbsolute, { error: 'the full path of a file is needed' })
    .optional()
    .meta(
      meta({
        description: 'The topology file that is published: the one that the engine works with, which is the default.',
        placeholder: 'FILE',
        path: true,
      }),
    ),
  Force: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Does not ask. Accepted because scripts pass it.' })),
});
type Parameters = z.infer<typeof parameters>;

export interface PublishedTopology {
  readonly FileName: string;
  /** One line for each thing that changed; empty when nothing did. */
  readonly Changes: readonly string[];
  readonly Databases: number;
  readonly Shares: number;
  /** What is left to do, in sentences. */
  readonly ToDo: readonly string[];
}

export const publishCsTopology: OperationDefinition<typeof parameters, PublishedTopology> = {
  name: 'Publish-CsTopology',
  kind: 'cmdlet',
  title: 'Publish topology',
  summary: 'Has the running engine go on with the topology file as it is now.',
  description: [
    'An engine works with the topology as it was when it started, until the changed one is published. The plan says everything that would change: sites, pools, pairs and their modules, databases, shares, settings.',
    'Databases and shares of what is new are created, empty. A new pair begins with a full export in both directions. Nothing is deleted: what is removed from the topology stays on disk and is not looked after any more, and the pools of a dissolved pair keep their copies of each other as stale backup data, which Remove-CsUserStoreBackupData removes.',
    'It is refused while jobs run, while a pool that would be removed or lose its pair is failed over, when the active Central Management store would lose its place, and where a database or a share would have to move to another place, which publishing does not do.',
    'Windows and commands that are attached stay attached: what they ask meanwhile waits a moment and is answered by the new topology.',
  ],
  parameters,
  examples: [
    {
      command: 'Publish-CsTopology -FileName litware.topology.yaml -WhatIf',
      explanation: 'Says what would change, and what stands in the way.',
    },
    { command: 'Publish-CsTopology', explanation: 'Publishes the topology file that the engine works with.' },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  confirmation: (_given, plan) => plan.confirmation ?? 'Publish',
  describe: ({ FileName }) => `Publish the topology${FileName === undefined ? '' : ` ${FileName}`}`,
  preconditions: async (services, given) => {
    const topology = topologyOf(services);
    const file = given.FileName ?? topology.file;
    return [
      samePrecondition(topology, file),
      quietPrecondition(services),
      ...obstaclePreconditions(services, topology.read(file)),
    ];
  },
  plan: async (services, given, signal) => {
    const topology = topologyOf(services);
    const file = given.FileName ?? topology.file;
    const changes = topologyChanges(services.deployment, topology.read(file));
    return makePlan(publishCsTopology, given, {
      title: changes.length === 0 ? `${file} is what the engine works with` : `Publish ${file}`,
      preconditions: (await publishCsTopology.preconditions?.(services, given, signal)) ?? [],
      steps: changes,
      losses: changes.length === 0 ? [] : ['Nothing. What is asked of the engine meanwhile waits a moment.'],
      confirmation: `Publish ${formatCount(changes.length, 'change')}`,
    });
  },
  execute: publish,
};

async function publish(services: EngineServices, given: Parameters, run: OperationRun): Promise<PublishedTopology> {
  const topology = topologyOf(services);
  const FileName = given.FileName ?? topology.file;
  const before = services.deployment;
  const after = topology.read(FileName);
  const changes = topologyChanges(before, after);
  if (changes.length === 0) return { FileName, Changes: [], Databases: 0, Shares: 0, ToDo: [] };
  const part = newStores(before, after);
  const { initialized } = services.lab;
  const made = initialized ? (await services.lab.createStores(part, after, run)).created : { databases: 0, shares: 0 };
  if (initialized)
    for (const pair of pairsOnlyIn(after, before)) {
      if (pair.pools.every((pool) => before.pools.some(({ fqdn }) => fqdn === pool)))
        forgetFormerImports(services.databases, before, pair);
    }
  run.verbose(`${formatCount(changes.length, 'change')}; ${formatCount(made.databases, 'database')} created.`);
  const Changes = changes.map(({ title }) => title);
  const ToDo = await topology.publish(after, async (next) => {
    if (initialized && part.persistentChatPools?.length !== 0) await next.lab.createStores(part, after, run);
    const open = initialized ? toDo(next, before, after, changes) : [];
    // The engine that began this has ended, and its audit log with it.
    next.audit.append({
      operation: publishCsTopology.name,
      parameters: { ...given },
      outcome: 'completed',
      detail: `${Changes.join('. ')}.`,
    });
    return open;
  });
  return { FileName, Changes, Databases: made.databases, Shares: made.shares, ToDo };
}

/** Sentences about what people have to do now. */
function toDo(
  next: EngineServices,
  before: Deployment,
  after: Deployment,
  changes: readonly TopologyChange[],
): readonly string[] {
  const dissolved = pairsOnlyIn(before, after);
  const silent = dissolved.flatMap((pair) => releaseLogs(next.databases, withPools(next.deployment, before), pair));
  const stale = dissolved.flatMap(({ pools }) => pools).filter((pool) => keepsCopies(next, pool));
  const mirrors = changes.filter(({ title }) => title.startsWith('Databases of type'));
  return [
    ...pairsOnlyIn(after, before).flatMap(({ pools }) => [
      `Synchronise both pools of the new pair: Invoke-CsBackupServiceSync -PoolFqdn ${pools[0]}, then -PoolFqdn ${pools[1]}.`,
    ]),
    ...stale.map(
      (pool) => `${pool} keeps stale backup data: Remove-CsUserStoreBackupData -PoolFqdn ${pool} removes it.`,
    ),
    ...silent.map(
      (pool) => `The databases of ${pool} did not answer, so their logs are still kept for the former partner.`,
    ),
    ...(mirrors.some(({ detail }) => detail.includes('mirror'))
      ? ['A mirror that is new is made with Install-CsMirrorDatabase.']
      : []),
  ];
}

/** Only pools that both topologies have can be asked. */
function withPools(now: Deployment, { pools }: Deployment): Deployment {
  return { ...now, pools: pools.filter((pool) => now.pools.some(({ fqdn }) => fqdn === pool.fqdn)) };
}

function keepsCopies(services: EngineServices, pool: string): boolean {
  if (!services.deployment.pools.some(({ fqdn }) => fqdn === pool)) return false;
  const partner = services.deployment.poolPairs
    .find(({ pools }) => pools.includes(pool))
    ?.pools.find((name) => name !== pool);
  try {
    return services.backupService.staleCopies.of(pool, partner).length > 0;
  } catch {
    // A store that does not answer keeps what it has.
    return true;
  }
}

function topologyOf({ topology, dataDirectory }: EngineServices): TopologyServices {
  if (topology !== undefined) return topology;
  throw new LyncTopologyError({
    code: 'deployment-unsupported',
    kind: 'refused',
    object: dataDirectory,
    message: `The engine on ${dataDirectory} works with one topology as long as it runs.`,
    remedy: 'End it, and open it with the changed topology.',
  });
}

/** A data directory belongs to one topology file. */
function samePrecondition({ file }: TopologyServices, given: string): Precondition {
  const same = realPath(file) === realPath(given);
  return precondition(`The engine works with ${given}`, same, `Its topology file is ${file}.`, () => ({
    code: 'engine-different',
    kind: 'refused',
    object: given,
    message: `The engine works with the topology file ${file}, not with ${given}.`,
    remedy: `Save what is to hold in ${file} and publish that.`,
  }));
}

function quietPrecondition({ jobs }: EngineServices): Precondition {
  const running = jobs.list().filter(({ endedAt }) => endedAt === undefined);
  const names = formatList(running.map(({ id, title }) => `${id} (${title})`));
  return precondition('No job runs', running.length === 0, running.length === 0 ? 'None does.' : names, () => ({
    code: 'lease-held',
    kind: 'refused',
    object: running[0]?.id ?? 'job',
    message: `The topology cannot be changed while jobs run: ${names}.`,
    remedy: `Wait for them, or cancel them with "lync-topology jobs cancel ${running[0]?.id.replace('job/', '') ?? ''}", then publish.`,
  }));
}

function obstaclePreconditions(services: EngineServices, after: Deployment): readonly Precondition[] {
  const found = obstacles(services, after);
  if (found.length === 0)
    return [
      { statement: 'Every change can be made while the engine runs', met: true, evidence: 'None is in the way.' },
    ];
  return found.map((refusal) =>
    precondition(`${refusal.object} can be changed as the topology says`, false, refusal.message, () => refusal),
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
