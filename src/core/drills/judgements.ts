/** What a condition says of a pool, a Persistent Chat pool or a virtual machine, against what was measured. */
import { replicationStateNames } from '../hyperV/stateNames.ts';
import type { ChatShippingStatus, DatabaseStatus, PoolStatus } from '../status.ts';
import { canonicalBackupModule } from '../topology/vocabulary.ts';
import type { Judgement, Measured } from './conditions.ts';
import { disksOfBothSides } from './disks.ts';
import type { Condition } from './scenario.ts';

export function judgePool({ pools }: Measured, fqdn: string, condition: Condition): readonly Judgement[] {
  const pool = pools.find((candidate) => candidate.fqdn.toLowerCase() === fqdn.toLowerCase());
  if (pool === undefined) return [notMeasured(fqdn)];
  return [
    ...ofPool(pool, condition),
    ...ofModules(pool, condition),
    ...ofDatabases(pool.fqdn, pool.databases, condition),
  ];
}

export function judgeChatPool({ persistentChat = [] }: Measured, fqdn: string, condition: Condition) {
  const pool = persistentChat.find((candidate) => candidate.fqdn.toLowerCase() === fqdn.toLowerCase());
  if (pool === undefined) return [notMeasured(fqdn)];
  const { poolState, logShipping } = condition;
  const shipping = shippingWords(pool.logShipping);
  return [
    poolState === undefined
      ? []
      : { met: pool.PoolState === poolState, evidence: `the pool state is ${pool.PoolState}` },
    logShipping === undefined ? [] : { met: shipping === logShipping, evidence: `log shipping is ${shipping}` },
    ofDatabases(pool.fqdn, pool.databases, condition),
  ].flat();
}

export function judgeMachine(
  { virtualMachines = [], dataDirectory }: Measured,
  name: string,
  condition: Condition,
): readonly Judgement[] {
  const machine = virtualMachines.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const type = condition.relationship ?? 'Simple';
  const replication = machine?.relationships.find(({ RelationshipType }) => RelationshipType === type);
  if (machine === undefined || replication === undefined) return [notMeasured(name)];
  const { replicationState, disks } = condition;
  const state = replicationStateNames[replication.ReplicationState];
  return [
    replicationState === undefined
      ? []
      : { met: state === replicationState, evidence: `the replication is ${state}: ${replication.explanation}` },
    disks === undefined ? [] : disksOfBothSides(dataDirectory, machine, replication, disks),
  ].flat();
}

function notMeasured(name: string): Judgement {
  return { met: false, evidence: `${name} was not measured.` };
}

function ofPool(
  { service, share, failover, centralManagement }: PoolStatus,
  condition: Condition,
): readonly Judgement[] {
  const found = share?.state ?? 'not in the topology';
  const place = failover?.state === 'FailedOver' ? 'backup' : 'home';
  const words = failover === undefined ? 'its users are served at home' : `it is in ${failover.state}`;
  return [
    condition.service === undefined
      ? []
      : { met: service.state === condition.service, evidence: `its Front Ends are ${service.state}` },
    condition.share === undefined ? [] : { met: found === condition.share, evidence: `its file share is ${found}` },
    condition.servedBy === undefined ? [] : { met: place === condition.servedBy, evidence: words },
    condition.centralManagement === undefined
      ? []
      : {
          met: centralManagement === condition.centralManagement,
          evidence: `its Central Management store is ${centralManagement ?? 'not there'}`,
        },
  ].flat();
}

function ofModules(pool: PoolStatus, { module, exportStatus, importStatus }: Condition): readonly Judgement[] {
  if (exportStatus === undefined && importStatus === undefined) return [];
  const name = module === undefined ? undefined : canonicalBackupModule(module);
  const modules = pool.modules.filter((each) => (name === undefined ? each.exportsHere : each.Identity === name));
  if (modules.length === 0) return [{ met: false, evidence: `${module ?? 'A module'} does not run on ${pool.fqdn}` }];
  return modules.map(({ Identity, ExportStatus, ImportStatus }) => ({
    met:
      (exportStatus === undefined || reaches(ExportStatus, exportStatus)) &&
      (importStatus === undefined || ImportStatus === importStatus),
    evidence: `${Identity}: ${ExportStatus}, import ${ImportStatus}`,
  }));
}

/** Final State is a Steady State in which nothing is written any more (domain A.3). */
function reaches(found: string, wanted: string): boolean {
  return found === wanted || (wanted === 'SteadyState' && found === 'FinalState');
}

function ofDatabases(
  fqdn: string,
  all: readonly DatabaseStatus[],
  { databaseType, principal, mirroring }: Condition,
): readonly Judgement[] {
  if (principal === undefined && mirroring === undefined) return [];
  const databases = all.filter((each) => databaseType === undefined || each.DatabaseType === databaseType);
  if (databases.length === 0) return [{ met: false, evidence: `${fqdn} has no such database` }];
  return databases.map((database) => {
    const serving = database.principal ?? 'none';
    const state =
      database.principal === 'mirror' ? database.MirroringStatusOnMirror : database.MirroringStatusOnPrimary;
    return {
      met: (principal === undefined || serving === principal) && (mirroring === undefined || state === mirroring),
      evidence: `${database.DatabaseName}: principal ${serving}, ${state === '' ? 'not mirrored' : state}`,
    };
  });
}

/** An amount that cannot be measured is not known to be nothing. */
function shippingWords(shipping: ChatShippingStatus | undefined): 'upToDate' | 'behind' | 'off' {
  if (shipping?.running !== true) return 'off';
  const { unshipped, uncopied, unrestored } = shipping;
  return unshipped === 0 && uncopied === 0 && unrestored === 0 ? 'upToDate' : 'behind';
}
