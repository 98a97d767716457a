/** A deployment with every kind of name in it, to go around in. */
export const goneAround = `# Litware
lyncTopology: 1
deployment: Litware

sites:
  Atlanta: { description: Primary data centre }
  "New York": {}

pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
    frontEnds:
      - atl-fe-001.litwareinc.com
      - atl-fe-002.litwareinc.com
    fileShare: \\\\atl-fs-001.litwareinc.com\\LyncShare
    databases:
      User:
        primary: atl-sql-001.litwareinc.com\\RTC
        mirror: "atl-sql-002.litwareinc.com\\\\RTC"
      CentralMgmt: { primary: atl-sql-001.litwareinc.com\\RTC, mirror: atl-sql-002.litwareinc.com\\RTC }
  'NYC-se-001.litwareinc.com':
    site: 'New York'
    edition: Standard
    release: "2013"
    frontEnds: [nyc-se-001.litwareinc.com]
    fileShare: \\\\nyc-se-001.litwareinc.com\\LyncShare
    databases:
      User: { primary: nyc-se-001.litwareinc.com\\RTC }

poolPairs:
  - pools: [atl-cs-001.litwareinc.com, "nyc-se-001.litwareinc.com"]
    backupModules: [UserServices.PresenceFocus, DataConf]

backupService:
  syncInterval: 00:02:00

availabilityGroups:
  atl-ag.litwareinc.com: { replicas: [atl-sql-003.litwareinc.com\\AG, atl-sql-004.litwareinc.com] }

sqlServers:
  atl-sql-001.litwareinc.com: { version: "2012", edition: Enterprise, instances: [RTC, LYNC] }

edgePools:
  edge-atl.litwareinc.com: { site: ATLANTA, nextHop: ATL-CS-001.litwareinc.com }

persistentChatPools:
  atl-pc-001.litwareinc.com:
    nextHop: atl-cs-001.litwareinc.com
    servers:
      pc1.litwareinc.com: { site: Atlanta, active: true }
      pc2.litwareinc.com: { site: New York, active: false }
    logShippingShare: \\\\atl-fs-001.litwareinc.com\\PChatLogs
    databases:
      PersistentChat:
        primary: atl-sql-001.litwareinc.com\\RTC
        mirror: atl-sql-002.litwareinc.com\\RTC
        backup: nyc-sql-001.litwareinc.com\\RTC

virtualMachines:
  ATL-FE-001: { primaryHost: hv-atl-01, replicaHost: hv-dal-01, disks: [os.vhdx] }
  ATL-FE-002: { primaryHost: hv-atl-01 }

adminRoles:
  DrOperators: { template: CsServerAdministrator }
`;

export interface Cursor {
  readonly text: string;
  readonly offset: number;
}

/** The text with `¦` taken out, and where it was. */
export function readCursor(marked: string): Cursor {
  const offset = marked.indexOf('¦');
  if (offset === -1) throw new Error('The text has no mark for the cursor.');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

/** A cursor in the deployment: the piece of its text that it stands in, with `¦`, and which one from the start. */
export function cursorIn(marked: string, occurrence = 0, text = goneAround): number {
  const { text: piece, offset } = readCursor(marked);
  let found = text.indexOf(piece);
  for (let index = 0; index < occurrence; index += 1) found = text.indexOf(piece, found + 1);
  if (found === -1) throw new Error(`${piece} is not in the text.`);
  return found + offset;
}
