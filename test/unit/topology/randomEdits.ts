/** Seeded random topologies and edits: some by a writer who knows YAML, some by one who does not. */
import { randomSections } from './randomSections.ts';

export type Random = () => number;

/** A small generator of numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}

const siteNames = ['Atlanta', 'Dallas', 'New York', '"Berlin"'];
const releases = ['"2013"', '"2015"', "'2019'", 'SE', '2013'];

/** A topology with a number of pools, in as many ways of writing YAML as fit. */
export function randomTopology(random: Random, pools: number): string {
  const newline = random() < 0.2 ? '\r\n' : '\n';
  const lines = [
    ...oneOf(random, [[], ['# A comment', ''], ['---'], ['# c', '--- # start', '']]),
    'lyncTopology: 1',
    'deployment: Litware',
    'sites:',
    ...siteNames.slice(0, 2).map((site) => `  ${site}: {}`),
    ...sharedDatabases(random),
    ...poolLines(random, pools),
    ...pairLines(random, pools),
    ...oneOf(random, [
      [],
      ['backupService:', '  syncInterval: 00:02:00'],
      ['backupService: { syncInterval: 4 }'],
      ['backupService: {', '  syncInterval: 00:02:00', '}'],
    ]),
    ...oneOf(random, [
      [],
      ['sqlServers:', '    sql-1.litwareinc.com: { version: "2012" }', '    sql-2.litwareinc.com: {}'],
    ]),
    ...groupLines(random),
    ...oneOf(random, [[], ['virtualMachines:', '  fe-0-1: { primaryHost: hv-1 }', '  fe-0-2: { primaryHost: hv-1 }']]),
    ...randomSections(random),
  ];
  return lines.join(newline) + oneOf(random, ['', newline]);
}

function groupLines(random: Random): readonly string[] {
  if (random() < 0.5) return [];
  const replicas = oneOf(random, ['sql-0.litwareinc.com\\RTC, sql-1.litwareinc.com\\RTC', 'sql-0.litwareinc.com\\RTC']);
  return [
    'availabilityGroups:',
    '  ag.litwareinc.com:',
    `    replicas: [${replicas}]`,
    ...oneOf(random, [[], ['    listenerPort: 1434'], ['    commit: asynchronous']]),
  ];
}

function sharedDatabases(random: Random): readonly string[] {
  if (random() < 0.6) return [];
  return [
    'objectives: &shared',
    '  poolFailover: &objective { recoveryTime: 00:30:00 }',
    '  databaseFailover: *objective',
  ];
}

function poolLines(random: Random, pools: number): readonly string[] {
  const lines = ['pools:'];
  for (let index = 0; index < pools; index += 1) lines.push(...onePool(random, index));
  return lines;
}

function onePool(random: Random, index: number): readonly string[] {
  const site = oneOf(random, siteNames);
  const release = oneOf(random, releases);
  if (random() < 0.15)
    return [`  cs-${index}.litwareinc.com: { site: ${site}, edition: Standard, release: ${release} }`];
  if (random() < 0.15) {
    return [
      `  cs-${index}.litwareinc.com: {`,
      `    site: ${site}, edition: Standard,`,
      `    release: ${release}`,
      '  }',
    ];
  }
  return [
    `  cs-${index}.litwareinc.com:${oneOf(random, ['', '', ' # a pool', ` &pool${index}`])}`,
    `    site: ${site}`,
    `    edition: ${oneOf(random, ['Enterprise', 'Enterprise', 'Standard', 'Enterprse'])}`,
    `    release: ${release}`,
    ...oneOf(random, [
      [`    frontEnds: [fe-${index}-1.litwareinc.com, fe-${index}-2.litwareinc.com]`],
      [`    frontEnds: [fe-${index}-1.litwareinc.com, fe-0-1.litwareinc.com, fe-0-2.litwareinc.com]`],
      ['    frontEnds:', `    - fe-${index}-1.litwareinc.com`, `    - fe-${index}-2.litwareinc.com`],
      ['    frontEnds: [', `      fe-${index}-1.litwareinc.com,`, '    ]'],
      ['    operatingSystem: |', '      Windows', '', '      Server'],
      ['    operatingSystem: >-', '      Windows Server', '      2012 R2'],
      ['    operatingSystem: "Windows', '      Server"'],
    ]),
    '    databases:',
    ...oneOf(random, [
      [`      User: { primary: sql-${index}.litwareinc.com\\RTC, mirror: sql-m${index}.litwareinc.com\\RTC }`],
      [
        '      User:',
        `        primary: sql-${index}.litwareinc.com\\RTC`,
        `        witness: sql-${index}.litwareinc.com\\W`,
      ],
      [
        `      User: &user${index}`,
        `        primary: sql-${index}.litwareinc.com\\RTC`,
        `      CentralMgmt: *user${index}`,
      ],
      [`      User: *user${Math.max(0, index - 1)}`],
      ['      User: { availabilityGroup: ag.litwareinc.com }'],
    ]),
    ...oneOf(random, [[], [''], ['    # between pools'], ['', '# at the left', '']]),
  ];
}

function pairLines(random: Random, pools: number): readonly string[] {
  const indentation = oneOf(random, ['', '  ']);
  const lines = ['poolPairs:'];
  for (let index = 0; index + 1 < pools; index += 2) {
    lines.push(`${indentation}- pools: [cs-${index}.litwareinc.com, cs-${index + 1}.litwareinc.com]`);
    if (random() < 0.5) lines.push(`${indentation}  backupModules: [PresenceFocus, ConfServices.DataConf]`);
  }
  return lines;
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const tokens = [
  ': ',
  ':',
  '- ',
  '-',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '&a ',
  '&user0 ',
  '*a',
  '*user0',
  ' |\n',
  ' >\n',
  '# ',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '\t',
  '\r\n',
  '\n',
  '\n\n',
  '? ',
  '!!map ',
  '!x ',
  ', ',
  ' ',
  '  ',
  '    ',
  'a',
  'pools:\n',
  'sites:\n',
  'x: y\n',
  '  cs-9.litwareinc.com:\n',
  '    site: Atlanta\n',
  'poolPairs:\n',
  '- pools: []\n',
  '  - pools: []\n',
  '00:02:00',
  '\\',
  '@',
  '`',
  '# lync-topology-disable-line invalid-value\n',
  '# lync-topology-disable-next-line invalid-value unknown-key\n',
  '<<: *user0\n',
];

/** An edit by someone who knows YAML: tokens, whole lines, indentation. */
export function knowingEdit(random: Random, text: string): Edit {
  const at = below(random, text.length + 1);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const lineEnd = newline === -1 ? text.length : newline + 1;
  const line = text.slice(lineStart, lineEnd);
  switch (below(random, 9)) {
    case 0:
      return { start: lineStart, end: lineEnd, text: '' };
    case 1:
      return { start: lineStart, end: lineStart, text: line };
    case 2:
      return { start: lineStart, end: lineStart, text: oneOf(random, [' ', '  ', '    ', '\t']) };
    case 3:
      return { start: lineStart, end: lineStart + Math.min(below(random, 4), line.length), text: '' };
    case 4:
      return { start: lineStart, end: lineStart, text: oneOf(random, tokens) };
    case 5:
      return { start: at, end: lineEnd, text: oneOf(random, tokens) };
    case 6:
      return { start: lineStart, end: Math.min(text.length, lineEnd + below(random, 200)), text: '' };
    case 7:
      return moved(random, text, line);
    default:
      return { start: at, end: at, text: oneOf(random, tokens) };
  }
}

function moved(random: Random, text: string, line: string): Edit {
  const target = text.lastIndexOf('\n', below(random, text.length + 1) - 1) + 1;
  return { start: target, end: target, text: line.endsWith('\n') ? line : `${line}\n` };
}

const characters = [
  ...'abcXYZ019 \t\n\r:-[]{}"\'&*#?|>%@!,.\\/<=~é漢',
  '\u0000',
  '\uFEFF',
  '\u2028',
  '\uD83D',
  '😀',
  '\u0085',
];

/** An edit by someone who does not: any characters anywhere. */
export function blindEdit(random: Random, text: string): Edit {
  const start = below(random, text.length + 1);
  const end = Math.min(text.length, start + (random() < 0.5 ? 0 : below(random, random() < 0.1 ? 400 : 12)));
  const length = random() < 0.3 ? 0 : 1 + below(random, 6);
  return { start, end, text: Array.from({ length }, () => oneOf(random, characters)).join('') };
}
