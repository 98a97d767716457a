/** The part of a changed topology whose stores do not exist yet: what publishing it creates, and nothing of what is there. */
import { type Deployment, findChatPool, findPool, type Pool } from '../topology/model.ts';
import { databaseTypes } from '../topology/vocabulary.ts';

/** As a deployment of its own, for `initialize`; it has pools, Persistent Chat pools and virtual machines only. */
export function newStores(before: Deployment, after: Deployment): Deployment {
  const machines = new Set(before.virtualMachines?.map(({ name }) => name.toLowerCase()));
  return {
    ...after,
    pools: after.pools.flatMap((pool) => newPart(findPool(before, pool.fqdn), pool)),
    poolPairs: [],
    edgePools: [],
    persistentChatPools: (after.persistentChatPools ?? []).filter(
      ({ fqdn }) => findChatPool(before, fqdn) === undefined,
    ),
    virtualMachines: (after.virtualMachines ?? []).filter(({ name }) => !machines.has(name.toLowerCase())),
  };
}

/** Databases of types that the pool had none of, and a share where it had none; servers that it gets have nothing else. */
function newPart(before: Pool | undefined, after: Pool): readonly Pool[] {
  if (before === undefined) return [after];
  const { fileShare, ...rest } = after;
  const added = databaseTypes.flatMap((type) => {
    const placement = after.databases[type];
    return placement === undefined || before.databases[type] !== undefined ? [] : [[type, placement] as const];
  });
  const withShare = fileShare !== undefined && before.fileShare === undefined;
  const frontEnds = after.frontEnds.filter((server) => !before.frontEnds.includes(server));
  if (added.length === 0 && !withShare && frontEnds.length === 0) return [];
  return [{ ...rest, frontEnds, databases: Object.fromEntries(added), ...(withShare && { fileShare }) }];
}
