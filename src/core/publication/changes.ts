/** What a changed topology would change for the engine that works with the one before it (domain B.2, step 3: publish). */
import { isDeepStrictEqual } from 'node:util';
import { backupStoreOf } from '../lab/names.ts';
import {
  type DatabasePlacement,
  type Deployment,
  findPool,
  type Pool,
  type PoolPair,
  sqlInstanceName,
  uncPathName,
} from '../topology/model.ts';
import { databaseTypes } from '../topology/vocabulary.ts';

export interface TopologyChange {
  /** One line: what is added, removed or changed. */
  readonly title: string;
  /** What that means for what runs and for what lies on disk. */
  readonly detail: string;
}

/** In the order in which a person reads a topology; empty when both say the same. */
export function topologyChanges(before: Deployment, after: Deployment): readonly TopologyChange[] {
  const named = { before, after };
  return [
    ...listChanges('Site', before.sites, after.sites, ({ name }) => name, noMore),
    ...after.pools.flatMap((pool) => poolChanges(named, findPool(before, pool.fqdn), pool)),
    ...before.pools.flatMap((pool) => (findPool(after, pool.fqdn) === undefined ? [poolRemoved(pool)] : [])),
    ...pairChanges(before, after),
    ...settingChanges(before, after),
    ...listChanges('Edge pool', before.edgePools, after.edgePools, ({ fqdn }) => fqdn, noMore),
    ...listChanges('Persistent Chat pool', before.persistentChatPools, after.persistentChatPools, ({ fqdn }) => fqdn, {
      added: 'Its databases and its share are created, empty.',
      removed: 'Its servers stop being looked after; its databases and its share stay where they are.',
    }),
    ...listChanges('Virtual machine', before.virtualMachines, after.virtualMachines, ({ name }) => name, {
      added: 'Its disks are created on its hosts.',
      removed: 'Its replication stops being looked after; its disks stay where they are.',
    }),
    ...listChanges('Role', before.adminRoles, after.adminRoles, ({ name }) => name, noMore),
    ...(isDeepStrictEqual(before.objectives, after.objectives)
      ? []
      : [{ title: 'The objectives change', detail: 'Drills are measured against the new ones.' }]),
    ...(before.name === after.name
      ? []
      : [{ title: `The deployment is called ${after.name}`, detail: `It was ${before.name}.` }]),
  ];
}

/** Pairs by what makes two of them the same: their pools, in either order. */
export function pairsOnlyIn(deployment: Deployment, other: Deployment): readonly PoolPair[] {
  const known = new Set(other.poolPairs.map(keyOf));
  return deployment.poolPairs.filter((pair) => !known.has(keyOf(pair)));
}

/** `server\INSTANCE` of primary and mirror, in words. */
export function placementText({ primary, mirror, witness }: DatabasePlacement): string {
  const places = [
    `primary ${sqlInstanceName(primary)}`,
    ...(mirror === undefined ? [] : [`mirror ${sqlInstanceName(mirror)}`]),
    ...(witness === undefined ? [] : [`witness ${sqlInstanceName(witness)}`]),
  ];
  return places.join(', ');
}

interface Versions {
  readonly before: Deployment;
  readonly after: Deployment;
}

interface Meaning {
  readonly added: string;
  readonly removed: string;
}

const noMore: Meaning = { added: 'Nothing is created for it.', removed: 'Nothing is deleted.' };

function poolChanges(versions: Versions, before: Pool | undefined, after: Pool): readonly TopologyChange[] {
  const { fqdn } = after;
  if (before === undefined) {
    const types = databaseTypes.filter((type) => after.databases[type] !== undefined);
    const share = after.fileShare === undefined ? 'no share' : `the share ${uncPathName(after.fileShare)}`;
    return [
      {
        title: `Pool ${fqdn} is added`,
        detail: `Its databases (${types.join(', ') || 'none'}) and ${share} are created, empty. What exists is kept.`,
      },
    ];
  }
  const changed = (what: string, from: unknown, to: unknown, detail: string): readonly TopologyChange[] =>
    isDeepStrictEqual(from, to) ? [] : [{ title: `${what} of ${fqdn}`, detail }];
  return [
    ...changed('Front Ends', before.frontEnds, after.frontEnds, `Then they are ${after.frontEnds.join(', ')}.`),
    ...changed('File share', before.fileShare, after.fileShare, `${shareText(before)}; then ${shareText(after)}.`),
    ...databaseTypes.flatMap((type) => databaseChange(fqdn, type, before.databases[type], after.databases[type])),
    ...changed('Properties', restOf(before), restOf(after), describeRest(restOf(before), restOf(after))),
    ...changed(
      'Folder of the BackupStore',
      backupStoreOf(versions.before, before.fqdn),
      backupStoreOf(versions.after, fqdn),
      `${backupStoreOf(versions.after, fqdn)} from then on, because sites and pools are numbered in their order; packages in ${backupStoreOf(versions.before, before.fqdn)} stay there.`,
    ),
  ];
}

function poolRemoved({ fqdn }: Pool): TopologyChange {
  return {
    title: `Pool ${fqdn} is removed`,
    detail: 'Its databases and its share stay where they are and are not looked after any more.',
  };
}

function databaseChange(
  pool: string,
  type: string,
  before: DatabasePlacement | undefined,
  after: DatabasePlacement | undefined,
): readonly TopologyChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const title = `Databases of type ${type} of ${pool}`;
  if (after === undefined) return [{ title, detail: 'They are not looked after any more; their files stay.' }];
  if (before === undefined) return [{ title, detail: `They are created, empty: ${placementText(after)}.` }];
  return [{ title, detail: `${placementText(before)}; then ${placementText(after)}.` }];
}

function pairChanges(before: Deployment, after: Deployment): readonly TopologyChange[] {
  const kept = after.poolPairs.flatMap((pair) => {
    const old = before.poolPairs.find((candidate) => keyOf(candidate) === keyOf(pair));
    if (old === undefined) return [];
    const added = pair.backupModules.filter((module) => !old.backupModules.includes(module));
    const removed = old.backupModules.filter((module) => !pair.backupModules.includes(module));
    return [
      ...added.map((module) => ({
        title: `${module} is added to the pair ${pairName(pair)}`,
        detail: 'Its streams begin in both directions.',
      })),
      ...removed.map((module) => ({
        title: `${module} is removed from the pair ${pairName(pair)}`,
        detail: 'Its streams end; the copies stay where they are.',
      })),
    ];
  });
  return [
    ...pairsOnlyIn(after, before).map((pair) => ({
      title: `Pair ${pairName(pair)} is made`,
      detail: `Both directions begin with a full export of ${pair.backupModules.join(', ')}.`,
    })),
    ...pairsOnlyIn(before, after).map((pair) => ({
      title: `Pair ${pairName(pair)} is dissolved`,
      detail:
        'Its streams end. Each pool keeps its copies of the other as stale backup data, which Remove-CsUserStoreBackupData removes.',
    })),
    ...kept,
  ];
}

function settingChanges(before: Deployment, after: Deployment): readonly TopologyChange[] {
  const [old, now] = [Object.entries(before.backupService), Object.entries(after.backupService)];
  return now.flatMap(([name, value]) => {
    const former = old.find(([key]) => key === name)?.[1];
    if (former === value) return [];
    return [
      {
        title: `The initial value of ${name} is ${String(value)}`,
        detail: `It was ${String(former)}. What Set-CsBackupServiceConfiguration has set holds on.`,
      },
    ];
  });
}

function listChanges<Thing extends object>(
  kind: string,
  before: readonly Thing[] | undefined,
  after: readonly Thing[] | undefined,
  nameOf: (thing: Thing) => string,
  { added, removed }: Meaning,
): readonly TopologyChange[] {
  const byName = (things: readonly Thing[] = []) =>
    new Map(things.map((thing) => [nameOf(thing).toLowerCase(), thing]));
  const [old, now] = [byName(before), byName(after)];
  const news = [...now].flatMap(([key, thing]) => {
    const former = old.get(key);
    if (former === undefined) return [{ title: `${kind} ${nameOf(thing)} is added`, detail: added }];
    if (isDeepStrictEqual(former, thing)) return [];
    return [{ title: `${kind} ${nameOf(thing)} changes`, detail: describeRest(former, thing) }];
  });
  const gone = [...old].flatMap(([key, thing]) =>
    now.has(key) ? [] : [{ title: `${kind} ${nameOf(thing)} is removed`, detail: removed }],
  );
  return [...news, ...gone];
}

/** What of a pool has no sentence of its own. */
function restOf({ databases: _databases, fileShare: _share, frontEnds: _frontEnds, ...rest }: Pool): object {
  return rest;
}

function describeRest(before: object, after: object): string {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => !isDeepStrictEqual(old.get(name), now.get(name)),
  );
  const text = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
  return names.map((name) => `${name}: ${text(old.get(name))}, then ${text(now.get(name))}.`).join(' ');
}

function shareText({ fileShare }: Pool): string {
  return fileShare === undefined ? 'none' : uncPathName(fileShare);
}

function pairName({ pools }: PoolPair): string {
  return pools.join(' + ');
}

function keyOf({ pools }: PoolPair): string {
  return pools
    .map((pool) => pool.toLowerCase())
    .sort()
    .join('|');
}
