/**
 * Format 1 of the topology file, whole. The published JSON schema is written from these definitions, and so are
 * completion and hover texts. An `error` here is the code of the rule that reports the value.
 */
import * as z from 'zod';
import {
  fqdnPattern,
  hostPattern,
  parseTimeSpan,
  sqlInstancePattern,
  timeOfDayPattern,
  timeSpanPattern,
  uncPathPattern,
} from './values.ts';
import { backupModules, databasesByType, editions, releases } from './vocabulary.ts';

const name = z.string().min(1).meta({ description: 'A name.' });
const text = z.string().meta({ description: 'Free text.' });
const fqdn = z.string().regex(fqdnPattern, { error: 'invalid-fqdn' });
const host = z.string().regex(hostPattern, { error: 'invalid-fqdn' });
const uncPath = z.string().regex(uncPathPattern, { error: 'invalid-unc-path' });
const sqlInstance = z.string().regex(sqlInstancePattern, { error: 'invalid-sql-instance' });
const timeSpan = z.string().regex(timeSpanPattern, { error: 'invalid-time-span' });
const positive = z.int().min(1).max(2_147_483_647);

/** A time span between two others, both included. */
function timeSpanWithin(least: string, most: string, rule: string) {
  const [from = 0, to = 0] = [parseTimeSpan(least), parseTimeSpan(most)];
  return timeSpan.refine(
    (value) => {
      const milliseconds = parseTimeSpan(value);
      return milliseconds === undefined || (milliseconds >= from && milliseconds <= to);
    },
    { error: rule },
  );
}

const syncInterval = timeSpanWithin('00:00:05', '03:00:00', 'sync-interval-range');
const failoverInterval = timeSpanWithin('00:00:30', '1.00:00:00', 'interval-range');

const site = z
  .strictObject({ description: text.optional().meta({ description: 'What the site is, for people.' }) })
  .meta({ description: 'A site: a data centre with pools in it. `{}` when there is nothing to say about it.' });

const placementKeys = {
  primary: sqlInstance.optional().meta({
    description:
      'SQL Server instance that is configured as primary, `server\\INSTANCE`. Which instance is principal at a moment is not configured here.',
  }),
  mirror: sqlInstance.optional().meta({
    description: 'SQL Server instance that holds the synchronous mirror. Up to release 2015.',
  }),
  witness: sqlInstance.optional().meta({
    description: 'SQL Server instance on a third computer; with it failover is automatic.',
  }),
  availabilityGroup: fqdn.optional().meta({
    description: 'Listener of the Always On availability group that holds the databases, from release 2015 on.',
  }),
};

const backupPlacementKeys = {
  backup: sqlInstance.optional().meta({ description: 'Log-shipping secondary of the stretched Persistent Chat pool.' }),
  backupMirror: sqlInstance.optional().meta({ description: 'Mirror of the log-shipping secondary.' }),
};

const needsAPrimary = {
  error: 'missing-key',
  path: ['primary'],
};

function hasInstance(value: { primary?: unknown; availabilityGroup?: unknown }): boolean {
  return value.primary !== undefined || value.availabilityGroup !== undefined;
}

const placement = z
  .strictObject(placementKeys)
  .refine(hasInstance, needsAPrimary)
  .meta({ description: 'Where the databases of a type lie.' });

const chatPlacement = z
  .strictObject({ ...placementKeys, ...backupPlacementKeys })
  .refine(hasInstance, needsAPrimary)
  .meta({ description: 'Where the databases of a type lie, with the log-shipping secondary.' });

function placementOf(type: keyof typeof databasesByType, purpose: string) {
  return placement.optional().meta({ description: `${purpose} (${databasesByType[type].join(', ')}).` });
}

const databases = z
  .strictObject({
    User: placementOf('User', 'Users, contacts, conference schedules and the address book'),
    Application: placementOf('Application', 'Response Groups and Call Park'),
    CentralMgmt: placementOf('CentralMgmt', 'The Central Management store and the location database'),
    Archiving: placementOf('Archiving', 'Archived messages'),
    Monitoring: placementOf('Monitoring', 'Call detail records and quality of experience'),
    PersistentChat: placementOf('PersistentChat', 'Persistent Chat rooms'),
    PersistentChatCompliance: placementOf('PersistentChatCompliance', 'Persistent Chat compliance'),
  })
  .meta({ description: 'Databases of the pool, by DatabaseType.' });

const pool = z
  .strictObject({
    site: name.meta({ description: 'Site in which the pool stands, one of `sites`.' }),
    edition: z.enum(editions).meta({ description: 'Enterprise pool, Standard Edition server, or Director.' }),
    release: z.enum(releases).meta({
      description:
        'Release of the product, in quotes where it is a year: "2013" (Lync Server), "2015", "2019" (Skype for Business Server) or SE (Subscription Edition).',
    }),
    hosting: z.enum(['physical', 'virtual']).optional().meta({
      description: 'What the servers run on. Pair physical with physical and virtual with virtual.',
    }),
    operatingSystem: name.optional().meta({
      description: 'Operating system of the servers, the same on both pools of a pair.',
      examples: [
        'Windows Server 2008 R2',
        'Windows Server 2012',
        'Windows Server 2012 R2',
        'Windows Server 2016',
        'Windows Server 2019',
      ],
    }),
    frontEnds: z.array(fqdn).optional().meta({ description: 'Front End Servers of the pool.' }),
    fileShare: uncPath.optional().meta({ description: 'File share of the pool, `\\\\server\\share`.' }),
    centralManagement: z.enum(['active', 'standby']).optional().meta({
      description:
        'Which part the pool has in Central Management: `active` hosts the store, `standby` its copy. Left out where it hosts neither.',
    }),
    enabledUsers: z
      .int()
      .min(0)
      .max(10_000_000)
      .optional()
      .meta({ description: 'Users homed on the pool, for capacity checks.' }),
    databases: databases.optional(),
  })
  .meta({ description: 'A Front End pool or a Standard Edition server.' });

const voiceFailover = z
  .strictObject({
    automatic: z
      .boolean()
      .optional()
      .meta({ description: 'Whether phones fail over to the backup pool by themselves.' }),
    failureDetectionInterval: failoverInterval
      .optional()
      .meta({ description: 'How long a pool is unreachable before voice fails over, 00:00:30 to 1.00:00:00.' }),
    failbackDetectionInterval: failoverInterval
      .optional()
      .meta({ description: 'How long a pool is back before voice fails back, 00:00:30 to 1.00:00:00.' }),
  })
  .meta({ description: 'Automatic failover and failback for voice.' });

const poolPair = z
  .strictObject({
    pools: z.array(fqdn).meta({ description: 'The two pools, each the backup pool of the other.' }),
    backupModules: z
      .array(z.string())
      .optional()
      .meta({
        description: 'Backup Service modules of the pair. Left out: all that apply.',
        examples: [[...backupModules.slice(0, 3)]],
      }),
    voiceFailover: voiceFailover.optional(),
  })
  .meta({ description: 'Two pools that back each other up.' });

const backupService = z
  .strictObject({
    syncInterval: syncInterval
      .optional()
      .meta({ description: 'Pause between two cycles, 00:00:05 to 03:00:00. Default 00:02:00.' }),
    maxBatchesPerUserStoreSync: positive
      .optional()
      .meta({ description: 'Batches that UserServices.PresenceFocus exports in a cycle. Default 500.' }),
    maxBatchesPerCmsSync: positive
      .optional()
      .meta({ description: 'Batches that CentralMgmt.CMSMaster exports in a cycle. Default 500.' }),
    maxDataConfPackageSizeKB: positive
      .optional()
      .meta({ description: 'Most content that ConfServices.DataConf exports in a cycle, in KB. Default 102400.' }),
    maxConcurrentCalls: positive.optional().meta({ description: 'Simultaneous calls to the service. Default 10.' }),
  })
  .meta({ description: 'The one global Backup Service configuration.' });

const availabilityGroup = z
  .strictObject({
    replicas: z.array(sqlInstance).meta({ description: 'SQL Server instances of the group.' }),
    listenerPort: z.int().min(1).max(65_535).optional().meta({ description: 'Port of the listener. Default 1433.' }),
    commit: z
      .enum(['synchronous', 'asynchronous'])
      .optional()
      .meta({ description: 'Whether a commit waits for the secondary.' }),
    failover: z
      .enum(['automatic', 'manual'])
      .optional()
      .meta({ description: 'Whether the group fails over by itself.' }),
  })
  .meta({ description: 'An Always On availability group, named by its listener.' });

const sqlServer = z
  .strictObject({
    version: name.optional().meta({
      description: 'SQL Server version, in quotes.',
      examples: ['2008 R2', '2012', '2014', '2016', '2017', '2019'],
    }),
    edition: z.enum(['Enterprise', 'Standard', 'Express']).optional().meta({ description: 'SQL Server edition.' }),
    domain: fqdn.optional().meta({ description: 'Active Directory domain of the server.' }),
    instances: z.array(name).optional().meta({ description: 'Names of the instances on the server.' }),
  })
  .meta({ description: 'Facts about a SQL server that rules use.' });

const edgePool = z
  .strictObject({
    site: name.meta({ description: 'Site in which the Edge pool stands, one of `sites`.' }),
    nextHop: fqdn.meta({ description: 'Pool that the Edge pool hands over to.' }),
  })
  .meta({ description: 'An Edge pool.' });

const chatServer = z
  .strictObject({
    site: name.meta({ description: 'Site in which the server stands.' }),
    active: z.boolean().meta({ description: 'Whether the server serves clients now.' }),
  })
  .meta({ description: 'A server of the stretched Persistent Chat pool.' });

const persistentChatPool = z
  .strictObject({
    nextHop: fqdn.meta({ description: 'Front End pool that the Persistent Chat pool hands over to.' }),
    servers: z.record(fqdn, chatServer).meta({ description: 'Servers of the pool, by name.' }),
    logShippingShare: uncPath.optional().meta({ description: 'Share through which the log is shipped.' }),
    databases: z
      .strictObject({ PersistentChat: chatPlacement.optional(), PersistentChatCompliance: chatPlacement.optional() })
      .optional()
      .meta({ description: 'Databases of the pool.' }),
  })
  .meta({ description: 'A Persistent Chat pool, stretched over two sites.' });

const timeOfDay = z.string().regex(timeOfDayPattern, { error: 'invalid-time-span' });

const virtualMachine = z
  .strictObject({
    primaryHost: host.meta({ description: 'Hyper-V host on which the machine runs.' }),
    replicaHost: host.optional().meta({ description: 'Hyper-V host that holds the replica.' }),
    extendedReplicaHost: host.optional().meta({ description: 'Hyper-V host that holds the replica of the replica.' }),
    disks: z.array(name).optional().meta({ description: 'Virtual disks that are replicated.' }),
    autoResynchronize: z
      .strictObject({
        enabled: z.boolean().meta({ description: 'Whether resynchronisation starts by itself.' }),
        start: timeOfDay.optional().meta({ description: 'Start of the window, "hh:mm".' }),
        end: timeOfDay.optional().meta({ description: 'End of the window, "hh:mm".' }),
      })
      .optional()
      .meta({ description: 'When resynchronisation may start by itself.' }),
  })
  .meta({ description: 'A virtual machine under Hyper-V Replica.' });

const adminRole = z
  .strictObject({
    template: name.meta({ description: 'Built-in role that the role is made from.' }),
    cmdlets: z
      .array(name)
      .optional()
      .meta({ description: 'Cmdlets that the role may run besides those of its template.' }),
    members: z.array(name).optional().meta({ description: 'Accounts and groups that have the role.' }),
  })
  .meta({ description: 'A custom RBAC role.' });

const objective = z
  .strictObject({
    recoveryTime: timeSpan.optional().meta({ description: 'How long the operation may take.' }),
    recoveryPoint: timeSpan.optional().meta({ description: 'How much of the last changes may be lost, as time.' }),
  })
  .meta({ description: 'An objective.' });

const objectives = z
  .strictObject({
    poolFailover: objective.optional(),
    poolFailback: objective.optional(),
    centralManagementFailover: objective.optional(),
    databaseFailover: objective.optional(),
  })
  .meta({ description: 'Objectives that drills are measured against.' });

/** The file as a whole. */
export const topologySchema = z
  .strictObject({
    lyncTopology: z.literal(1).meta({ description: 'Version of the format: 1.' }),
    deployment: name.meta({ description: 'Name of the deployment.' }),
    sites: z.record(name, site).optional().meta({ description: 'Sites, by name.' }),
    pools: z
      .record(fqdn, pool)
      .optional()
      .meta({ description: 'Front End pools and Standard Edition servers, by FQDN.' }),
    poolPairs: z.array(poolPair).optional().meta({ description: 'Pairs of pools that back each other up.' }),
    backupService: backupService.optional(),
    availabilityGroups: z
      .record(fqdn, availabilityGroup)
      .optional()
      .meta({ description: 'Always On availability groups, by listener.' }),
    sqlServers: z.record(host, sqlServer).optional().meta({ description: 'Facts about SQL servers, by name.' }),
    edgePools: z.record(fqdn, edgePool).optional().meta({ description: 'Edge pools, by FQDN.' }),
    persistentChatPools: z
      .record(fqdn, persistentChatPool)
      .optional()
      .meta({ description: 'Persistent Chat pools, by FQDN.' }),
    virtualMachines: z
      .record(name, virtualMachine)
      .optional()
      .meta({ description: 'Virtual machines under Hyper-V Replica, by name.' }),
    adminRoles: z.record(name, adminRole).optional().meta({ description: 'Custom RBAC roles, by name.' }),
    objectives: objectives.optional(),
  })
  .meta({ title: 'Lync Topology', description: 'A Lync Server or Skype for Business Server deployment.' });

/** The schema as JSON Schema 2020-12, for other editors and tools. */
export function topologyJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(topologySchema, { target: 'draft-2020-12' }) };
}
