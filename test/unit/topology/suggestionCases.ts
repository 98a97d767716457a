/** Completion as it is meant to be: a text with `|` at the cursor, the item that is accepted, and the whole text then. */

export interface SuggestionCase {
  readonly what: string;
  readonly text: string;
  /** Label of the item that is accepted; absent where nothing is offered. */
  readonly accept?: string;
  /** The whole text with what stands in the gaps. */
  readonly result?: string;
  /** The whole text where templates are not understood. */
  readonly plain?: string;
}

const sites = 'sites:\n  Atlanta: {}\n  Dallas: {}\n';
const pools = `pools:
  a.x.com: { site: Atlanta, edition: Enterprise, release: "2013" }
  b.x.com: { site: Dallas, edition: Enterprise, release: "2013" }
`;

export const suggestionCases: readonly SuggestionCase[] = [
  {
    what: 'a section with its first entry',
    text: `${sites}po|`,
    accept: 'pools',
    result: `${sites}pools:\n  pool.domain.com:\n    site: Atlanta\n    edition: Enterprise\n    release: "2013"`,
    plain: `${sites}pools:\n  `,
  },
  {
    what: 'pairs with the two pools that fit',
    text: `${sites}${pools}poolP|`,
    accept: 'poolPairs',
    result: `${sites}${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]`,
    plain: `${sites}${pools}poolPairs:\n  - `,
  },
  {
    what: 'a section of keys, none of them required',
    text: 'lyncTopology: 1\n|',
    accept: 'backupService',
    result: 'lyncTopology: 1\nbackupService:\n  ',
    plain: 'lyncTopology: 1\nbackupService:\n  ',
  },
  { what: 'a site', text: '|', accept: 'sites', result: 'sites:\n  Site: {}', plain: 'sites:\n  ' },
  {
    what: 'a new pool under the typed name',
    text: `${sites}pools:\n  c.x.com|`,
    accept: 'New pool',
    result: `${sites}pools:\n  c.x.com:\n    site: Atlanta\n    edition: Enterprise\n    release: "2013"`,
  },
  {
    what: 'a new pool in the indentation of the file',
    text: 'pools:\n    a.x.com:\n        edition: Standard\n    |\n',
    accept: 'New pool',
    result:
      'pools:\n    a.x.com:\n        edition: Standard\n    pool.domain.com:\n        site: Site\n        edition: Enterprise\n        release: "2013"\n',
  },
  {
    what: 'a pool that a pair names and nothing describes',
    text: `pools:\n  |\npoolPairs:\n  - pools: [n.x.com, m.x.com]\n`,
    accept: 'n.x.com',
    result: `pools:\n  n.x.com:\n    site: Site\n    edition: Enterprise\n    release: "2013"\npoolPairs:\n  - pools: [n.x.com, m.x.com]\n`,
    plain: `pools:\n  n.x.com:\n    \npoolPairs:\n  - pools: [n.x.com, m.x.com]\n`,
  },
  {
    what: 'a site that a pool names and nothing describes',
    text: 'sites:\n  |\npools:\n  a.x.com: { site: Atlanta }\n',
    accept: 'Atlanta',
    result: 'sites:\n  Atlanta: {}\npools:\n  a.x.com: { site: Atlanta }\n',
  },
  {
    what: 'an SQL server that holds databases and is not described',
    text: 'pools:\n  a.x.com:\n    databases:\n      User: { primary: sql-1.x.com\\RTC }\nsqlServers:\n  |',
    accept: 'sql-1.x.com',
    result:
      'pools:\n  a.x.com:\n    databases:\n      User: { primary: sql-1.x.com\\RTC }\nsqlServers:\n  sql-1.x.com:\n    ',
  },
  {
    what: 'a new pair as an item',
    text: `${pools}poolPairs:\n  |\n`,
    accept: 'New pair',
    result: `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n`,
  },
  {
    what: 'a new pair behind its dash',
    text: `${pools}poolPairs:\n  - |\n`,
    accept: 'pools',
    result: `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n`,
  },
  {
    what: 'a new pair at the column of its section',
    text: `${pools}poolPairs:\n- pools: [a.x.com, c.x.com]\n- p|\n`,
    accept: 'pools',
    result: `${pools}poolPairs:\n- pools: [a.x.com, c.x.com]\n- pools: [b.x.com, a.x.com]\n`,
  },
  {
    what: 'another key of a pair, under the first',
    text: 'poolPairs:\n  - pools: [a.x.com, b.x.com]\n    |\n',
    accept: 'backupModules',
    result: 'poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules:\n      - UserServices.PresenceFocus\n',
    plain: 'poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules:\n      - \n',
  },
  {
    what: 'a key of a pool with the words of its value',
    text: 'pools:\n  a.x.com:\n    site: Atlanta\n    ed|\n',
    accept: 'edition',
    result: 'pools:\n  a.x.com:\n    site: Atlanta\n    edition: Enterprise\n',
    plain: 'pools:\n  a.x.com:\n    site: Atlanta\n    edition: \n',
  },
  {
    what: 'a key whose value is there',
    text: 'pools:\n  a.x.com:\n    ed|iton: Standard # c\n',
    accept: 'edition',
    result: 'pools:\n  a.x.com:\n    edition: Standard # c\n',
    plain: 'pools:\n  a.x.com:\n    edition: Standard # c\n',
  },
  {
    what: 'databases with a primary instance',
    text: 'pools:\n  a.x.com:\n    databases:\n      U|\n',
    accept: 'User',
    result: 'pools:\n  a.x.com:\n    databases:\n      User:\n        primary: server.domain.com\\INSTANCE\n',
    plain: 'pools:\n  a.x.com:\n    databases:\n      User:\n        \n',
  },
  {
    what: 'a mirror with its witness',
    text: 'pools:\n  a.x.com:\n    databases:\n      User:\n        primary: s.x.com\\RTC\n        mirr|\n',
    accept: 'mirror with witness',
    result:
      'pools:\n  a.x.com:\n    databases:\n      User:\n        primary: s.x.com\\RTC\n        mirror: s.x.com\\RTC\n        witness: s.x.com\\RTC\n',
  },
  {
    what: 'a mirror with its witness in braces',
    text: 'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC, mirr| }\n',
    accept: 'mirror with witness',
    result:
      'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC, mirror: s.x.com\\RTC, witness: s.x.com\\RTC }\n',
  },
  {
    what: 'a virtual machine with its host',
    text: 'virtualMachines:\n  ATL-FE-001|\n',
    accept: 'New virtual machine',
    result: 'virtualMachines:\n  ATL-FE-001:\n    primaryHost: host\n',
  },
  {
    what: 'an Edge pool with its site and next hop',
    text: `${sites}${pools}edge|`,
    accept: 'edgePools',
    result: `${sites}${pools}edgePools:\n  edge.domain.com:\n    site: Atlanta\n    nextHop: a.x.com`,
  },
  {
    what: 'a Persistent Chat pool with a server',
    text: `${sites}${pools}persistentChatPools:\n  |\n`,
    accept: 'New Persistent Chat pool',
    result: `${sites}${pools}persistentChatPools:\n  chat.domain.com:\n    nextHop: a.x.com\n    servers:\n      server.domain.com:\n        site: Atlanta\n        active: true\n`,
  },
  {
    what: 'an availability group with its replicas',
    text: 'availabilityGroups:\n  |\n',
    accept: 'New availability group',
    result: 'availabilityGroups:\n  listener.domain.com:\n    replicas:\n      - server.domain.com\\INSTANCE\n',
  },
  {
    what: 'a role',
    text: 'adminRoles:\n  Op|\n',
    accept: 'New role',
    result: 'adminRoles:\n  Op:\n    template: CsServerAdministrator\n',
  },
  {
    what: 'a window with its start',
    text: 'virtualMachines:\n  A:\n    primaryHost: h\n    autoResynchronize:\n      enabled: true\n      st|\n',
    accept: 'start',
    result:
      'virtualMachines:\n  A:\n    primaryHost: h\n    autoResynchronize:\n      enabled: true\n      start: "18:30"\n',
  },
  {
    what: 'a time span by its default',
    text: 'backupService:\n  sy|\n',
    accept: 'syncInterval',
    result: 'backupService:\n  syncInterval: 00:02:00\n',
    plain: 'backupService:\n  syncInterval: \n',
  },
  {
    what: 'the default as a value',
    text: 'backupService:\n  syncInterval: |\n',
    accept: '00:02:00',
    result: 'backupService:\n  syncInterval: 00:02:00\n',
  },
  {
    what: 'a number in place of another',
    text: 'backupService:\n  maxBatchesPerCmsSync: 5|5 # c\n',
    accept: '500',
    result: 'backupService:\n  maxBatchesPerCmsSync: 500 # c\n',
  },
  {
    what: 'a number in braces',
    text: 'backupService: { maxConcurrentCalls: | }',
    accept: '10',
    result: 'backupService: { maxConcurrentCalls: 10 }',
  },
  {
    what: 'a release in quotes',
    text: 'pools:\n  a.x.com:\n    release: 20|\n',
    accept: '2015',
    result: 'pools:\n  a.x.com:\n    release: "2015"\n',
  },
  {
    what: 'a release that stands in quotes',
    text: "pools:\n  a.x.com:\n    release: '20|13'\n",
    accept: '2015',
    result: "pools:\n  a.x.com:\n    release: '2015'\n",
  },
  {
    what: 'a release behind a quote that is not closed',
    text: 'pools:\n  a.x.com:\n    release: "20|\n    site: X\n',
    accept: '2019',
    result: 'pools:\n  a.x.com:\n    release: "2019"\n    site: X\n',
  },
  {
    what: 'a site, and nothing behind it is lost',
    text: `${sites}pools:\n  a.x.com:\n    site: At|lanta # where it stands\n`,
    accept: 'Dallas',
    result: `${sites}pools:\n  a.x.com:\n    site: Dallas # where it stands\n`,
  },
  {
    what: 'a site in braces, and nothing behind it is lost',
    text: `${sites}pools:\n  a.x.com: { site: D|, edition: Standard }\n`,
    accept: 'Dallas',
    result: `${sites}pools:\n  a.x.com: { site: Dallas, edition: Standard }\n`,
  },
  {
    what: 'a key in braces',
    text: 'pools:\n  a.x.com: { site: D, ed| }\n',
    accept: 'edition',
    result: 'pools:\n  a.x.com: { site: D, edition: Enterprise }\n',
    plain: 'pools:\n  a.x.com: { site: D, edition:  }\n',
  },
  {
    what: 'a list in braces',
    text: 'pools:\n  a.x.com: { site: D, fr| }\n',
    accept: 'frontEnds',
    result: 'pools:\n  a.x.com: { site: D, frontEnds: [server.domain.com] }\n',
  },
  {
    what: 'a map in braces',
    text: 'pools:\n  a.x.com: { site: D, datab| }\n',
    accept: 'databases',
    result: 'pools:\n  a.x.com: { site: D, databases: {} }\n',
  },
  {
    what: 'a quoted key',
    text: 'pools:\n  a.x.com:\n    "ed|": Standard\n',
    accept: 'edition',
    result: 'pools:\n  a.x.com:\n    "edition": Standard\n',
  },
  {
    what: 'the other pool of a pair',
    text: `${pools}poolPairs:\n  - pools: [a.x.com, b|]\n`,
    accept: 'b.x.com',
    result: `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n`,
  },
  {
    what: 'a pool in a list in block style',
    text: `${pools}poolPairs:\n  - pools:\n      - a.x.com\n      - |\n`,
    accept: 'b.x.com',
    result: `${pools}poolPairs:\n  - pools:\n      - a.x.com\n      - b.x.com\n`,
  },
  {
    what: 'an item whose dash is not written',
    text: 'poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules:\n      - UserServices.PresenceFocus\n      |\n',
    accept: 'ConfServices.DataConf',
    result:
      'poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules:\n      - UserServices.PresenceFocus\n      - ConfServices.DataConf\n',
  },
  {
    what: 'all modules that apply',
    text: `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules: |\n`,
    accept: '[UserServices.PresenceFocus, ConfServices.DataConf]',
    result: `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules: [UserServices.PresenceFocus, ConfServices.DataConf]\n`,
  },
  {
    what: 'two pools at once',
    text: `${pools}poolPairs:\n  - pools: |\n`,
    accept: '[two pools]',
    result: `${pools}poolPairs:\n  - pools: [a.x.com, b.x.com]\n`,
  },
  {
    what: 'an instance that is seen elsewhere',
    text: 'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC, mirror: t.x.com\\RTC }\n      CentralMgmt: { primary: s| }\n',
    accept: 't.x.com\\RTC',
    result:
      'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC, mirror: t.x.com\\RTC }\n      CentralMgmt: { primary: t.x.com\\RTC }\n',
  },
  {
    what: 'an instance in double quotes',
    text: 'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC, mirror: "s|" }\n',
    accept: 's.x.com\\RTC',
    result: 'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC, mirror: "s.x.com\\\\RTC" }\n',
  },
  {
    what: 'the share of a file server that is known',
    text: 'pools:\n  a.x.com:\n    fileShare: \\\\fs.x.com\\Share\n  b.x.com:\n    fileShare: |\n',
    accept: '\\\\fs.x.com\\Share',
    result: 'pools:\n  a.x.com:\n    fileShare: \\\\fs.x.com\\Share\n  b.x.com:\n    fileShare: \\\\fs.x.com\\Share\n',
  },
  {
    what: 'the next Front End',
    text: 'pools:\n  a.x.com:\n    frontEnds: [fe-008.x.com, fe-009.x.com, |]\n',
    accept: 'fe-010.x.com',
    result: 'pools:\n  a.x.com:\n    frontEnds: [fe-008.x.com, fe-009.x.com, fe-010.x.com]\n',
  },
  {
    what: 'an operating system for the release',
    text: 'pools:\n  a.x.com:\n    release: "2019"\n    operatingSystem: Win|\n',
    accept: 'Windows Server 2019',
    result: 'pools:\n  a.x.com:\n    release: "2019"\n    operatingSystem: Windows Server 2019\n',
  },
  {
    what: 'an instance of a server that holds databases',
    text: 'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC }\nsqlServers:\n  s.x.com: { instances: [|] }\n',
    accept: 'RTC',
    result:
      'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC }\nsqlServers:\n  s.x.com: { instances: [RTC] }\n',
  },
  {
    what: 'the domain of a server',
    text: 'sqlServers:\n  s.x.com: { domain: | }\n',
    accept: 'x.com',
    result: 'sqlServers:\n  s.x.com: { domain: x.com }\n',
  },
  {
    what: 'a cmdlet for a role',
    text: 'adminRoles:\n  R: { template: CsHelpDesk, cmdlets: [Get-CsAdminRole, Invoke-CsPoolFail|] }\n',
    accept: 'Invoke-CsPoolFailBack',
    result: 'adminRoles:\n  R: { template: CsHelpDesk, cmdlets: [Get-CsAdminRole, Invoke-CsPoolFailBack] }\n',
  },
  {
    what: 'the role that a role is made from',
    text: 'adminRoles:\n  R:\n    template: |\n',
    accept: 'CsHelpDesk',
    result: 'adminRoles:\n  R:\n    template: CsHelpDesk\n',
  },
  {
    what: 'a boolean',
    text: 'poolPairs:\n  - voiceFailover: { automatic: t| }\n',
    accept: 'false',
    result: 'poolPairs:\n  - voiceFailover: { automatic: false }\n',
  },
  {
    what: 'the code of a rule that is found on the line',
    text: 'lyncTopology: 1\nnonsense: 2 # lync-topology-disable-line |\n',
    accept: 'unknown-key',
    result: 'lyncTopology: 1\nnonsense: 2 # lync-topology-disable-line unknown-key\n',
  },
  {
    what: 'a comment that switches a rule off',
    text: 'lyncTopology: 1 # ly|\n',
    accept: 'lync-topology-disable-line',
    result: 'lyncTopology: 1 # lync-topology-disable-line \n',
  },
  { what: 'nothing for a free text', text: 'deployment: |\n' },
  { what: 'nothing in another comment', text: 'lyncTopology: 1 # see |\n' },
  { what: 'nothing between pools at the left', text: 'pools:\n  a.x.com: {}\n|\n  b.x.com: {}\n' },
  { what: 'nothing before the key of a line', text: 'pools:\n  a.x.com:\n  |  site: X\n' },
  { what: 'nothing in a column between two levels', text: 'pools:\n  a.x.com:\n    site: X\n   |\n' },
  { what: 'nothing under a value', text: 'pools:\n  a.x.com:\n    site: X\n      |\n' },
  { what: 'nothing where a list follows', text: 'pools:\n  a.x.com:\n    frontEnds: |\n      - fe.x.com\n' },
  {
    what: 'nothing in a text of several lines',
    text: 'sites:\n  A:\n    description: |-\n      some\n      |\n      text\n',
  },
  {
    what: 'nothing at the left of what brackets belong to',
    text: 'pools:\n  a.x.com:\n    frontEnds: [\n      fe-1.x.com,\n|    ]\n',
  },
  {
    what: 'nothing in a quoted text of two lines',
    text: 'pools:\n  a.x.com:\n    operatingSystem: "Win|dows\n      Server"\n',
  },
  {
    what: 'nothing behind the end of the document',
    text: 'lyncTopology: 1\n---\na: 1 # lync-topology-disable-line |\n',
  },
  { what: 'nothing behind closing quotes', text: 'pools:\n  a.x.com:\n    release: "2013"|\n' },
  { what: 'nothing in front of a list in brackets', text: 'pools:\n  a.x.com:\n    frontEnds: | [fe.x.com]\n' },
];
