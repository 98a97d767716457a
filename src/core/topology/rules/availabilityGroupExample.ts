/** Examples of rules on availability groups. */

export interface GroupExample {
  readonly replicas: string;
  /** Further lines of the group. */
  readonly group?: readonly string[];
  /** Lines of the pool's databases; left out: the user databases in the group. */
  readonly databases?: readonly string[];
  readonly edition?: string;
  readonly release?: string;
  /** Lines below `sqlServers`. */
  readonly servers?: readonly string[];
}

/** The two replicas of a group that is as it is to be. */
export const twoReplicas = '[dal-sql-001.litwareinc.com\\RTC, dal-sql-002.litwareinc.com\\RTC]';

export const groupListener = 'dal-sql-ag.litwareinc.com';

/** A pool with its databases in a group. */
export function groupExample({
  replicas,
  group = [],
  databases = ['User:', `  availabilityGroup: ${groupListener}`],
  edition = 'Enterprise',
  release = '"2015"',
  servers = [],
}: GroupExample): string {
  return [
    'pools:',
    '  dal-cs-001.litwareinc.com:',
    '    site: Dallas',
    `    edition: ${edition}`,
    `    release: ${release}`,
    '    databases:',
    ...databases.map((line) => `      ${line}`),
    'availabilityGroups:',
    `  ${groupListener}:`,
    `    replicas: ${replicas}`,
    ...group.map((line) => `    ${line}`),
    ...(servers.length === 0 ? [] : ['sqlServers:', ...servers.map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}
