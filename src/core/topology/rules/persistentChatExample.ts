/** A Persistent Chat pool for examples. */

interface ExampleChatPool {
  readonly name?: string;
  readonly nextHop?: string;
  /** Lines below `servers`, without their indentation. */
  readonly servers?: readonly string[];
  /** Lines of the pool, without their indentation. */
  readonly more?: readonly string[];
}

export const chatServers = [
  'atl-pc-101.litwareinc.com: { site: Atlanta, active: true }',
  'dal-pc-101.litwareinc.com: { site: Dallas, active: false }',
] as const;

export const chatDatabases = [
  'databases:',
  '  PersistentChat:',
  '    primary: atl-sql-011.litwareinc.com\\CHAT',
  '    backup: dal-sql-011.litwareinc.com\\CHAT',
] as const;

export const chatShare = 'logShippingShare: \\\\dal-fs-002.litwareinc.com\\PChatLogs';

export function chatExample({
  name = 'atl-pc-001.litwareinc.com',
  nextHop = 'atl-cs-001.litwareinc.com',
  servers = chatServers,
  more = [],
}: ExampleChatPool): string {
  return [
    'persistentChatPools:',
    `  ${name}:`,
    `    nextHop: ${nextHop}`,
    '    servers:',
    ...servers.map((line) => `      ${line}`),
    ...more.map((line) => `    ${line}`),
    '',
  ].join('\n');
}
