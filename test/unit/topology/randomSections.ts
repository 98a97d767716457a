/** Sections beside the pools, for random topologies: what hangs on pools, and what rules say about it. */
type Random = () => number;

function oneOf<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/** Edge pools, Persistent Chat, machines and roles, with and without faults; often nothing. */
export function randomSections(random: Random): readonly string[] {
  if (random() < 0.6) return [];
  return [...edgeLines(random), ...chatLines(random), ...machineLines(random), ...roleLines(random)];
}

function edgeLines(random: Random): readonly string[] {
  const nextHop = oneOf(random, ['cs-0.litwareinc.com', 'CS-1.litwareinc.com', 'cs-9.litwareinc.com']);
  return ['edgePools:', `  edge.litwareinc.com: { site: Atlanta, nextHop: ${nextHop} }`];
}

function chatLines(random: Random): readonly string[] {
  const active = () => oneOf(random, ['true', 'true', 'false']);
  return [
    'persistentChatPools:',
    '  pc.litwareinc.com:',
    `    nextHop: ${oneOf(random, ['cs-0.litwareinc.com', 'cs-1.litwareinc.com'])}`,
    '    servers:',
    ...[1, 2, 3].map((number) => `      pc-${number}.litwareinc.com: { site: Atlanta, active: ${active()} }`),
    `      pc-4.litwareinc.com: { site: Dallas, active: ${active()} } # lync-topology-disable-line persistent-chat-active-site`,
    ...oneOf(random, [[], ['    logShippingShare: \\\\fs.litwareinc.com\\Logs']]),
    '    databases:',
    '      PersistentChat:',
    `        primary: ${oneOf(random, ['sql-0', 'sql-7'])}.litwareinc.com\\CHAT`,
    ...oneOf(random, [
      [],
      ['        mirror: sql-0.litwareinc.com\\CHAT'],
      ['        backupMirror: sql-8.litwareinc.com'],
    ]),
    ...oneOf(random, [[], ['        backup: sql-7.litwareinc.com\\B']]),
  ];
}

function machineLines(random: Random): readonly string[] {
  return oneOf(random, [
    [],
    ['virtualMachines:', '  VM-1: { primaryHost: hv-1, replicaHost: hv-1, disks: [a, A] }'],
    ['virtualMachines:', '  VM-1:', '    primaryHost: hv-1', '    extendedReplicaHost: hv-1'],
  ]);
}

function roleLines(random: Random): readonly string[] {
  return oneOf(random, [
    [],
    ['adminRoles:', '  DrOperators:', '    template: CsHelpDesc', '    cmdlets: [Move-CsUser, Invoke-CsPoolFailOvr]'],
  ]);
}
