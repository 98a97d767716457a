/** Values with a form. The schema finds these; here stands what they mean. */
import type { RuleFamily } from './rule.ts';

export const forms: RuleFamily = {
  definitions: [
    {
      code: 'invalid-fqdn',
      severity: 'error',
      title: 'Not a fully qualified domain name',
      why: 'Pools and servers are known by their fully qualified names: letters, digits and hyphens, in two or more parts separated by dots. Certificates, DNS records and every cmdlet name them that way.',
      source: 'Host names as of RFC 1123',
      wrong: `persistentChatPools:
  <<atl_pc_001.litwareinc.com>>: { nextHop: atl-cs-001.litwareinc.com, servers: {} }
`,
      right: `persistentChatPools:
  atl-pc-001.litwareinc.com: { nextHop: atl-cs-001.litwareinc.com, servers: {} }
`,
    },
    {
      code: 'invalid-unc-path',
      severity: 'error',
      title: 'Not a share',
      why: 'A file share is named as Windows does: two backslashes, the server, a backslash, the share. Without quotes, or in single quotes, backslashes stand for themselves; in double quotes each is written twice.',
      source: 'UNC names',
      fix: 'The share with two backslashes before it and single ones in it, where that is what was meant.',
      wrong: `persistentChatPools:
  atl-pc-001.litwareinc.com:
    nextHop: atl-cs-001.litwareinc.com
    servers: {}
    logShippingShare: <<//atl-fs-001.litwareinc.com/PChatLogs>>
`,
      right: `persistentChatPools:
  atl-pc-001.litwareinc.com:
    nextHop: atl-cs-001.litwareinc.com
    servers: {}
    logShippingShare: \\\\atl-fs-001.litwareinc.com\\PChatLogs
`,
    },
    {
      code: 'invalid-sql-instance',
      severity: 'error',
      title: 'Not a SQL Server instance',
      why: 'An instance is named by its server, a backslash and its name, or by the server alone when it is the default instance. An instance name has at most 16 characters.',
      source: 'SQL Server instance names',
      fix: 'The instance with a backslash, where that is what was meant.',
      wrong: `availabilityGroups:
  dal-sql-ag.litwareinc.com:
    replicas: [<<dal-sql-001.litwareinc.com/RTC>>, dal-sql-002.litwareinc.com\\RTC]
`,
      right: `availabilityGroups:
  dal-sql-ag.litwareinc.com:
    replicas: [dal-sql-001.litwareinc.com\\RTC, dal-sql-002.litwareinc.com\\RTC]
`,
    },
    {
      code: 'invalid-time-span',
      severity: 'error',
      title: 'Not a time span',
      why: 'Time spans are written as the cmdlets take them: hh:mm:ss, with days and a dot before them where needed. The start and the end of a window are times of day, hh:mm in quotes.',
      source: '.NET TimeSpan, as the cmdlets use it',
      fix: 'The same time as hh:mm:ss, where it was written in another way.',
      wrong: `backupService:
  syncInterval: <<2 min>>
`,
      right: `backupService:
  syncInterval: 00:02:00
`,
    },
    {
      code: 'sync-interval-range',
      severity: 'error',
      title: 'A sync interval that the Backup Service does not accept',
      why: 'The pause between two cycles is 5 seconds at least and 3 hours at most. A longer one means a backup that is further behind, a shorter one load on both pools; Microsoft advises to leave it at two minutes.',
      source: 'Set-CsBackupServiceConfiguration, SyncInterval',
      fix: 'The nearest interval that is accepted; to be looked at, as it may not be the one that was meant.',
      wrong: `backupService:
  syncInterval: <<00:00:01>>
`,
      right: `backupService:
  syncInterval: 00:00:05
`,
    },
    {
      code: 'interval-range',
      severity: 'error',
      title: 'A detection interval that voice failover does not accept',
      why: 'Failure and failback detection take 30 seconds at least and one day at most.',
      source: 'Topology Builder, resiliency of a pool',
      fix: 'The nearest interval that is accepted; to be looked at, as it may not be the one that was meant.',
      wrong: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
    voiceFailover: { automatic: true, failureDetectionInterval: <<00:00:10>> }
`,
      right: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
    voiceFailover: { automatic: true, failureDetectionInterval: 00:00:30 }
`,
    },
  ],
  rules: [],
};
