/**
 * Format 1 of the topology file, whole. The published JSON schema is written from these definitions, and so are
 * completion and hover texts. An `error` here is the code of the rule that reports the value.
 */
import * as z from 'zod/mini';
import { type KeyFacts, keyFacts } from './schemaFacts.ts';
import {
  fqdnPattern,
  hostPattern,
  parseTimeSpan,
  sqlInstancePattern,
  timeOfDayPattern,
  timeSpanPattern,
  uncPathPattern,
} from './values.ts';
import { databasesByType, editions, releases } from './vocabulary.ts';

/** The schema with what is known about its value. A copy: a schema that several keys share is described for each. */
function described<Schema extends z.ZodMiniType>(schema: Schema, description: string, facts: KeyFacts = {}): Schema {
  const copy = schema.clone();
  const { default: byDefault, examples } = facts;
  z.globalRegistry.add(copy, {
    description,
    ...(byDefault !== undefined && { default: byDefault }),
    ...(examples !== undefined && { examples: [...examples] }),
  });
  keyFacts.add(copy, facts);
  return copy;
}

/** A key that may be left out, with what is known about its value. */
function maybe<Schema extends z.ZodMiniType>(schema: Schema, description: string, facts: KeyFacts = {}) {
  return described(z.optional(schema), description, facts);
}

const name = z.string().check(z.minLength(1));
const text = z.string();
const fqdn = z.string().check(z.regex(fqdnPattern, { error: 'invalid-fqdn' }));
const host = z.string().check(z.regex(hostPattern, { error: 'invalid-fqdn' }));
const uncPath = z.string().check(z.regex(uncPathPattern, { error: 'invalid-unc-path' }));
const sqlInstance = z.string().check(z.regex(sqlInstancePattern, { error: 'invalid-sql-instance' }));
const timeSpan = z.string().check(z.regex(timeSpanPattern, { error: 'invalid-time-span' }));
const timeOfDay = z.string().check(z.regex(timeOfDayPattern, { error: 'invalid-time-span' }));
const int = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));
const positive = int(1, 2_147_483_647);

/** A time span between two others, both included. */
function timeSpanWithin(least: string, most: string, rule: string) {
  const [from = 0, to = 0] = [parseTimeSpan(least), parseTimeSpan(most)];
  const isWithin = (value: string): boolean => {
    const milliseconds = parseTimeSpan(value);
    return milliseconds === undefined || (milliseconds >= from && milliseconds <= to);
  };
  return timeSpan.check(z.refine(isWithin, { error: rule }));
}

const syncInterval = timeSpanWithin('00:00:05', '03:00:00', 'sync-interval-range');
const failoverInterval = timeSpanWithin('00:00:30', '1.00:00:00', 'interval-range');

const instanceFacts: KeyFacts = {
  allowed: '`server\\INSTANCE`, or `server` for its default instance',
  examples: ['sql-001.litwareinc.com\\RTC'],
};
const timeSpanUnit = 'hh:mm:ss, with days before it where needed (1.00:00:00)';
const configuration = 'Microsoft, Set-CsBackupServiceConfiguration';
const mirroring = 'Microsoft, SQL mirroring in Skype for Business Server';
const alwaysOn = 'Microsoft, Always On availability groups for Skype for Business Server';
const pairing = 'Microsoft, supported pool pairing options';

const site = described(
  z.strictObject({ description: maybe(text, 'What the site is, for people.', { examples: ['Primary data centre'] }) }),
  'A site: a data centre with pools in it. `{}` when there is nothing to say about it.',
);

const placementKeys = {
  primary: maybe(
    sqlInstance,
    'SQL Server instance that is configured as primary. Which instance is principal at a moment is not configured here.',
    instanceFacts,
  ),
  mirror: maybe(
    sqlInstance,
    'SQL Server instance that holds the synchronous mirror. The same SQL Server version and edition as the primary. Up to release 2015.',
    { ...instanceFacts, source: mirroring },
  ),
  witness: maybe(
    sqlInstance,
    'SQL Server instance on a third computer; with it failover is automatic. Any edition, also Express. Up to release 2015.',
    { ...instanceFacts, source: mirroring },
  ),
  availabilityGroup: maybe(
    fqdn,
    'Listener of the Always On availability group that holds the databases, instead of a mirror. From release 2015 on.',
    { allowed: 'one of `availabilityGroups`', examples: ['sql-ag.litwareinc.com'], source: alwaysOn },
  ),
};

const backupPlacementKeys = {
  backup: maybe(
    sqlInstance,
    'Log-shipping secondary in the other data centre. Without it the pool cannot fail over.',
    instanceFacts,
  ),
  backupMirror: maybe(sqlInstance, 'Mirror of the log-shipping secondary.', instanceFacts),
};

const needsAPrimary = { error: 'missing-key', path: ['primary'] };

function hasInstance(value: { primary?: unknown; availabilityGroup?: unknown }): boolean {
  return value.primary !== undefined || value.availabilityGroup !== undefined;
}

const placement = z.strictObject(placementKeys).check(z.refine(hasInstance, needsAPrimary));

const chatPlacement = z
  .strictObject({ ...placementKeys, ...backupPlacementKeys })
  .check(z.refine(hasInstance, needsAPrimary));

function placementOf(type: keyof typeof databasesByType, purpose: string) {
  return maybe(placement, `Where these databases lie: ${purpose} (${databasesByType[type].join(', ')}).`);
}

const databases = z.strictObject({
  User: placementOf('User', 'users, contacts, conference schedules and the address book'),
  Application: placementOf('Application', 'Response Groups and Call Park'),
  CentralMgmt: placementOf('CentralMgmt', 'the Central Management store and the location database'),
  Archiving: placementOf('Archiving', 'archived messages'),
  Monitoring: placementOf('Monitoring', 'call detail records and quality of experience'),
  PersistentChat: placementOf('PersistentChat', 'Persistent Chat rooms'),
  PersistentChatCompliance: placementOf('PersistentChatCompliance', 'Persistent Chat compliance'),
});

const pool = described(
  z.strictObject({
    site: described(name, 'Site in which the pool stands.', { allowed: 'one of `sites`', examples: ['Atlanta'] }),
    edition: described(z.enum(editions), 'Edition of the pool.', {
      words: {
        Enterprise: 'A pool of several Front End Servers with its databases on SQL Servers.',
        Standard: 'One Standard Edition server with its databases on itself.',
        Director: 'A Director, which authenticates and redirects users and is never paired.',
      },
      source: pairing,
    }),
    release: described(z.enum(releases), 'Release of the product. A year stands in quotes.', {
      words: {
        '2013': 'Lync Server 2013. Out of support since April 2023.',
        '2015': 'Skype for Business Server 2015. Out of support since October 2025.',
        '2019': 'Skype for Business Server 2019. Out of support since October 2025.',
        SE: 'Skype for Business Server Subscription Edition. The only supported release.',
      },
      source: 'Microsoft, product lifecycle',
    }),
    hosting: maybe(
      z.enum(['physical', 'virtual']),
      'What the servers run on. Pair physical with physical and virtual with virtual.',
      {
        words: { physical: 'The servers are computers of their own.', virtual: 'The servers are virtual machines.' },
        source: pairing,
      },
    ),
    operatingSystem: maybe(name, 'Operating system of the servers, the same on both pools of a pair.', {
      examples: [
        'Windows Server 2008 R2',
        'Windows Server 2012',
        'Windows Server 2012 R2',
        'Windows Server 2016',
        'Windows Server 2019',
      ],
      source: pairing,
    }),
    frontEnds: maybe(
      z.array(fqdn),
      'Front End Servers of the pool. Three or more are advised for an Enterprise pool; up to 12, from release 2019 on up to 16.',
      {
        examples: [['fe-001.litwareinc.com', 'fe-002.litwareinc.com', 'fe-003.litwareinc.com']],
        source: 'Microsoft, Front End pool high availability and user models',
      },
    ),
    fileShare: maybe(uncPath, 'File share of the pool, with the content of its conferences.', {
      allowed: '`\\\\server\\share`, optionally with folders',
      examples: ['\\\\fs-001.litwareinc.com\\LyncShare'],
    }),
    centralManagement: maybe(
      z.enum(['active', 'standby']),
      'Which part the pool has in Central Management. Left out where it hosts neither.',
      {
        words: {
          active: 'The pool hosts the active Central Management store.',
          standby: 'The pool hosts the copy that takes over.',
        },
        source: 'Microsoft, disaster recovery of the Central Management store',
      },
    ),
    enabledUsers: maybe(int(0, 10_000_000), 'Users homed on the pool, for capacity checks.', {
      unit: 'users',
      examples: [12_000],
      source:
        'Microsoft, user models for 2019: 53,000 on an Enterprise pool of a pair, 2,500 on a Standard Edition server',
    }),
    databases: maybe(databases, 'Databases of the pool, by DatabaseType.'),
  }),
  'A Front End pool or a Standard Edition server.',
);

const detection: KeyFacts = {
  unit: timeSpanUnit,
  allowed: '00:00:30 to 1.00:00:00',
  source: 'Microsoft, Set-CsRegistrar',
};

const voiceFailover = z.strictObject({
  automatic: maybe(
    z.boolean(),
    'Whether phones fail over to the backup pool by themselves. Pool failover is always started by a person.',
    { source: 'Microsoft, deploying paired pools' },
  ),
  failureDetectionInterval: maybe(failoverInterval, 'How long a pool is unreachable before voice fails over.', {
    ...detection,
    examples: ['00:05:00'],
  }),
  failbackDetectionInterval: maybe(failoverInterval, 'How long a pool is back before voice fails back.', {
    ...detection,
    examples: ['00:10:00'],
  }),
});

const poolPair = described(
  z.strictObject({
    pools: described(z.array(fqdn), 'The two pools, each the backup pool of the other.', {
      allowed: 'two of `pools`, each in one pair only',
      examples: [['atl-cs-001.litwareinc.com', 'dal-cs-001.litwareinc.com']],
      source: pairing,
    }),
    backupModules: maybe(z.array(z.string()), 'Backup Service modules of the pair. Left out: all that apply.', {
      examples: [['UserServices.PresenceFocus', 'ConfServices.DataConf', 'CentralMgmt.CMSMaster']],
      source: 'Microsoft, Invoke-CsBackupServiceSync',
    }),
    voiceFailover: maybe(voiceFailover, 'Automatic failover and failback for voice.'),
  }),
  'Two pools that back each other up.',
);

const count: KeyFacts = { allowed: '1 to 2147483647', source: configuration };

const backupService = z.strictObject({
  syncInterval: maybe(syncInterval, 'Pause between two cycles. Microsoft advises against changing it.', {
    default: '00:02:00',
    unit: timeSpanUnit,
    allowed: '00:00:05 to 03:00:00',
    source: configuration,
  }),
  maxBatchesPerUserStoreSync: maybe(positive, 'Most batches that UserServices.PresenceFocus exports in a cycle.', {
    ...count,
    default: 500,
    unit: 'batches',
  }),
  maxBatchesPerCmsSync: maybe(positive, 'Most batches that CentralMgmt.CMSMaster exports in a cycle.', {
    ...count,
    default: 500,
    unit: 'batches',
  }),
  maxDataConfPackageSizeKB: maybe(positive, 'Most content that ConfServices.DataConf exports in a cycle.', {
    ...count,
    default: 102_400,
    unit: 'KB',
  }),
  maxConcurrentCalls: maybe(positive, 'Simultaneous calls to the service.', { ...count, default: 10, unit: 'calls' }),
});

const availabilityGroup = described(
  z.strictObject({
    replicas: described(z.array(sqlInstance), 'SQL Server instances of the group, each on another computer.', {
      allowed: '2 to 9 of `server\\INSTANCE`',
      examples: [['sql-001.litwareinc.com\\RTC', 'sql-002.litwareinc.com\\RTC']],
      source: 'Microsoft, overview of Always On availability groups',
    }),
    listenerPort: maybe(int(1, 65_535), 'Port of the listener. Skype for Business Server supports 1433 only.', {
      default: 1433,
      source: alwaysOn,
    }),
    commit: maybe(z.enum(['synchronous', 'asynchronous']), 'Whether a commit waits for the secondary replicas.', {
      words: {
        synchronous: 'A commit waits until it is hardened on the secondaries: what Skype for Business Server needs.',
        asynchronous: 'A commit waits for nobody; a failover may lose the last changes.',
      },
      source: alwaysOn,
    }),
    failover: maybe(z.enum(['automatic', 'manual']), 'Whether the group fails over by itself.', {
      words: {
        automatic: 'A secondary takes over by itself: what Skype for Business Server needs.',
        manual: 'An administrator starts the failover.',
      },
      source: alwaysOn,
    }),
  }),
  'An Always On availability group, named by its listener.',
);

const sqlServer = described(
  z.strictObject({
    version: maybe(name, 'SQL Server version, in quotes where it is a year.', {
      examples: ['2008 R2', '2012', '2014', '2016', '2017', '2019'],
      source: 'Microsoft, server requirements of the releases',
    }),
    edition: maybe(z.enum(['Enterprise', 'Standard', 'Express']), 'SQL Server edition.', {
      words: {
        Enterprise: 'SQL Server Enterprise. An availability group needs it.',
        Standard: 'SQL Server Standard.',
        Express: 'SQL Server Express: a witness, or the databases of a Standard Edition server.',
      },
    }),
    domain: maybe(
      fqdn,
      'Active Directory domain of the server. Primary, mirror and witness stand in one, and so do the replicas of a group and its pool.',
      { examples: ['litwareinc.com'] },
    ),
    instances: maybe(z.array(name), 'Names of the instances on the server.', { examples: [['RTC']] }),
  }),
  'Facts about a SQL server that rules use.',
);

const edgePool = described(
  z.strictObject({
    site: described(name, 'Site in which the Edge pool stands.', { allowed: 'one of `sites`', examples: ['Atlanta'] }),
    nextHop: described(fqdn, 'Pool that the Edge pool hands over to.', {
      allowed: 'one of `pools`',
      examples: ['atl-cs-001.litwareinc.com'],
    }),
  }),
  'An Edge pool.',
);

const chat = 'Microsoft, Persistent Chat planning';

const chatServer = described(
  z.strictObject({
    site: described(name, 'Site in which the server stands.', { allowed: 'one of `sites`', examples: ['Atlanta'] }),
    active: described(z.boolean(), 'Whether the server takes new connections of clients. At most 4 are active.', {
      source: chat,
    }),
  }),
  'A server of the stretched Persistent Chat pool.',
);

const chatDatabases = z.strictObject({
  PersistentChat: maybe(chatPlacement, `Where the rooms lie (${databasesByType.PersistentChat.join(', ')}).`),
  PersistentChatCompliance: maybe(
    chatPlacement,
    `Where the compliance data lies (${databasesByType.PersistentChatCompliance.join(', ')}).`,
  ),
});

const persistentChatPool = described(
  z.strictObject({
    nextHop: described(fqdn, 'Front End pool that the Persistent Chat pool hands over to, of release 2013 or 2015.', {
      allowed: 'one of `pools`',
      examples: ['atl-cs-001.litwareinc.com'],
      source: chat,
    }),
    servers: described(z.record(fqdn, chatServer), 'Servers of the pool, by name: at most 8, of which 4 are active.', {
      source: chat,
    }),
    logShippingShare: maybe(
      uncPath,
      'Share through which the log is shipped to the other data centre. Not the file share of a pool.',
      {
        allowed: '`\\\\server\\share`, optionally with folders',
        examples: ['\\\\fs-001.litwareinc.com\\PChatLogs'],
        source: chat,
      },
    ),
    databases: maybe(chatDatabases, 'Databases of the pool.'),
  }),
  'A Persistent Chat pool, stretched over two sites.',
);

const hyperV = 'Microsoft, Hyper-V Replica and Set-VMReplication';
const clock: KeyFacts = { unit: '"hh:mm", local time, in quotes', source: hyperV };

const virtualMachine = described(
  z.strictObject({
    primaryHost: described(host, 'Hyper-V host on which the machine runs.', { examples: ['hv-atl-01'] }),
    replicaHost: maybe(host, 'Hyper-V host that holds the replica.', { examples: ['hv-dal-01'], source: hyperV }),
    extendedReplicaHost: maybe(host, 'Hyper-V host that holds the replica of the replica.', {
      examples: ['hv-phx-01'],
      source: hyperV,
    }),
    disks: maybe(z.array(name), 'Virtual disks that are replicated.', { examples: [['os.vhdx', 'data.vhdx']] }),
    autoResynchronize: maybe(
      z.strictObject({
        enabled: described(z.boolean(), 'Whether resynchronisation starts by itself.', { source: hyperV }),
        start: maybe(timeOfDay, 'Start of the window.', { ...clock, default: '18:30' }),
        end: maybe(timeOfDay, 'End of the window, also on the next day.', { ...clock, default: '06:00' }),
      }),
      'When resynchronisation may start by itself.',
    ),
  }),
  'A virtual machine under Hyper-V Replica.',
);

const adminRole = described(
  z.strictObject({
    template: described(name, 'Built-in role that the role is made from.', {
      examples: ['CsServerAdministrator'],
      source: 'Microsoft, New-CsAdminRole',
    }),
    cmdlets: maybe(z.array(name), 'Cmdlets that the role may run besides those of its template.', {
      examples: [['Invoke-CsBackupServiceSync', 'Invoke-CsDatabaseFailover']],
    }),
    members: maybe(z.array(name), 'Accounts and groups that have the role.', { examples: [['LITWARE\\dr-team']] }),
  }),
  'A custom RBAC role.',
);

const span: KeyFacts = { unit: timeSpanUnit };

const objective = z.strictObject({
  recoveryTime: maybe(timeSpan, 'How long the operation may take.', { ...span, examples: ['00:30:00'] }),
  recoveryPoint: maybe(timeSpan, 'How much of the last changes may be lost, as time.', {
    ...span,
    examples: ['00:05:00'],
  }),
});

const stated = 'Microsoft, plan for high availability and disaster recovery';

const objectives = z.strictObject({
  poolFailover: maybe(
    objective,
    'Pool failover. Microsoft states 30 minutes for both with release 2013, then 15 to 20 minutes to recover and 5 minutes of changes.',
    { source: stated },
  ),
  poolFailback: maybe(objective, 'Pool failback. Microsoft states up to 60 minutes for 20,000 users.', {
    source: stated,
  }),
  centralManagementFailover: maybe(
    objective,
    'Failover of Central Management. Microsoft states 5 minutes for both from release 2015 on.',
    { source: stated },
  ),
  databaseFailover: maybe(
    objective,
    'Failover to the mirror. Microsoft states 5 minutes for both, for mirroring in release 2015.',
    { source: stated },
  ),
});

/** The file as a whole. */
export const topologySchema = z.strictObject({
  lyncTopology: described(z.literal(1), 'Version of the format: 1.', { words: { '1': 'The first version.' } }),
  deployment: described(name, 'Name of the deployment.', { examples: ['Litware'] }),
  sites: maybe(z.record(name, site), 'Sites, by name.'),
  pools: maybe(z.record(fqdn, pool), 'Front End pools and Standard Edition servers, by FQDN.'),
  poolPairs: maybe(z.array(poolPair), 'Pairs of pools that back each other up.'),
  backupService: maybe(backupService, 'The one global Backup Service configuration.', { source: configuration }),
  availabilityGroups: maybe(z.record(fqdn, availabilityGroup), 'Always On availability groups, by listener.'),
  sqlServers: maybe(z.record(host, sqlServer), 'Facts about SQL servers, by name.'),
  edgePools: maybe(z.record(fqdn, edgePool), 'Edge pools, by FQDN.'),
  persistentChatPools: maybe(z.record(fqdn, persistentChatPool), 'Persistent Chat pools, by FQDN. Up to release 2015.'),
  virtualMachines: maybe(z.record(name, virtualMachine), 'Virtual machines under Hyper-V Replica, by name.'),
  adminRoles: maybe(z.record(name, adminRole), 'Custom RBAC roles, by name, beside the built-in ones.'),
  objectives: maybe(objectives, 'Objectives that drills are measured against.'),
});
