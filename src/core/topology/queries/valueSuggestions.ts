/** Values that may stand under a key: names in scope, words of the format, and what people write. */
import { builtInRoleNames, operationNames, otherCmdlets } from '../cmdlets.ts';
import { applicableModules } from '../resolved/deployment.ts';
import type { Topology } from '../resolved/topology.ts';
import { examplesOf, factsOf, type Schema, schemaBelow, shapeOf, wordsOf } from '../shape/schemaWalk.ts';
import { yamlText } from '../shape/values.ts';
import type { TreeNode } from '../syntax/nodes.ts';
import type { CursorContext } from './cursor.ts';
import { bestMatches } from './matching.ts';
import { namesOnce } from './names.ts';
import { at, type TreePath } from './positions.ts';
import { detailOf, meantName, namesInScope } from './scope.ts';
import { filterOfNew, type Suggestion, type Template } from './suggestion.ts';
import type { SymbolKind } from './symbolKinds.ts';
import { symbolKindAt } from './symbols.ts';
import { type Site, valueTemplate, writtenWord } from './templates.ts';

export function valueSuggestions(
  topology: Topology,
  schema: Schema,
  cursor: CursorContext,
  site: Site,
): readonly Suggestion[] {
  const { path } = cursor;
  const symbol = symbolKindAt(path, 'value');
  if (symbol?.kind === 'frontEnd') return nextInSeries(topology, path);
  if (symbol !== undefined) return nameSuggestions(topology, symbol.kind, cursor, site);
  const shape = shapeOf(schema);
  if (shape === 'list') return listSuggestions(topology, schema, cursor, site);
  const words = wordsOf(schema);
  if (words.length > 0) return words.map((word) => wordSuggestion(schema, path, word));
  return [...found(topology, path), ...usual(schema, path)].filter(isFirst);
}

/** Cut to the best matches before anything is made of them: there may be thousands of names. */
function nameSuggestions(
  topology: Topology,
  kind: SymbolKind,
  { path, range, prefix, quote }: CursorContext,
  site: Site,
): readonly Suggestion[] {
  const names = namesInScope(topology, kind, path, range.start);
  const { items, complete } = bestMatches(names, quote === undefined ? prefix : prefix.slice(1), (name) => name);
  if (!complete) site.tellIncomplete();
  const listed = siblings(topology, path);
  return items.flatMap((name): readonly Suggestion[] => {
    if (listed.has(name.toLowerCase())) return [];
    const detail = detailOf(topology, kind, name);
    const shared = { label: name, text: yamlText(name), kind, filter: name } as const;
    return [{ ...shared, subject: { about: 'name', kind, name }, ...(detail !== undefined && { detail }) }];
  });
}

function wordSuggestion(schema: Schema, path: TreePath, word: string): Suggestion {
  const subject = { about: 'word', path: path.map(String), word } as const;
  return { label: word, text: writtenWord(schema, word), kind: 'word', filter: word, subject };
}

/** The default with its unit first, then the ends of the range, then values that people write. */
function usual(schema: Schema, path: TreePath): readonly Suggestion[] {
  const { default: byDefault, unit, allowed, source } = factsOf(schema);
  // An example of a free text only shows what the key is for.
  const isFreeText = (unit ?? allowed ?? source) === undefined;
  const ends = /^(\S*\d) to (\S*\d)$/.exec(allowed ?? '');
  const suggest = (value: unknown, detail: string | undefined): Suggestion => {
    const label = String(value);
    const text = typeof value === 'string' ? yamlText(value) : label;
    const subject = { about: 'key', path: path.map(String) } as const;
    return { label, text, kind: 'example', filter: label, subject, ...(detail !== undefined && { detail }) };
  };
  const counts = unit === undefined || unit.length > 10 ? '' : `, ${unit}`;
  const isSpan = shapeOf(schema) === 'text';
  return [
    ...(byDefault === undefined ? [] : [suggest(byDefault, `default${counts}`)]),
    ...examplesOf(schema)
      .filter((example) => typeof example !== 'object' && !isFreeText)
      .map((example) => suggest(example, unit !== undefined && unit.length <= 10 ? unit : undefined)),
    ...(isSpan && ends !== null ? [suggest(ends[1], 'shortest'), suggest(ends[2], 'longest')] : []),
  ];
}

function isFirst(item: Suggestion, index: number, all: readonly Suggestion[]): boolean {
  return all.findIndex(({ label }) => label === item.label) === index;
}

/** Values that follow from the rest of the file. */
function found(topology: Topology, path: TreePath): readonly Suggestion[] {
  const [section, name] = path;
  const key = path.findLast((step) => typeof step === 'string');
  if (section === 'adminRoles' && key === 'cmdlets') return cmdlets(siblings(topology, path));
  if (section === 'adminRoles' && key === 'template')
    return builtInRoleNames.map((role) => plain(role, 'built-in role'));
  if (key === 'operatingSystem') return operatingSystems(topology, String(name));
  if (key === 'fileShare' || key === 'logShippingShare') return shares(topology);
  if (section === 'sqlServers' && key === 'domain') return domains(String(name));
  if (section === 'sqlServers' && key === 'instances') return instancesOf(topology, String(name), path);
  return [];
}

/** What the product itself runs comes first. */
function cmdlets(listed: ReadonlySet<string>): readonly Suggestion[] {
  const suggest = (names: readonly string[], detail: string): readonly Suggestion[] =>
    names.filter((name) => !listed.has(name.toLowerCase())).map((name) => ({ ...plain(name, detail), kind: 'cmdlet' }));
  return [...suggest(operationNames, 'run by Lync Topology'), ...suggest(otherCmdlets, 'cmdlet of the servers')];
}

/** Those that the release runs on, the partner's first (domain K.6, B.1). */
const systemsByRelease: Readonly<Record<string, readonly string[]>> = {
  '2013': ['Windows Server 2012 R2', 'Windows Server 2012', 'Windows Server 2008 R2'],
  '2015': ['Windows Server 2012 R2', 'Windows Server 2012', 'Windows Server 2016'],
  '2019': ['Windows Server 2019', 'Windows Server 2016'],
  SE: ['Windows Server 2019', 'Windows Server 2016'],
};

function operatingSystems(topology: Topology, name: string): readonly Suggestion[] {
  const pool = topology.pools.get(name);
  const pair = topology.pairs.find(({ pools }) => pool !== undefined && pools.includes(pool));
  const partner = pair?.pools.find((other) => other !== undefined && other !== pool);
  const ofPartner = partner?.operatingSystem?.value;
  const fitting = systemsByRelease[pool?.release?.value ?? ''] ?? [];
  const named = (label: string, detail: string) => plain(label, detail);
  return [
    ...(ofPartner === undefined ? [] : [named(ofPartner, `as on ${partner?.name}`)]),
    ...fitting.map((system) => named(system, `for release ${pool?.release?.value}`)),
  ];
}

function shares(topology: Topology): readonly Suggestion[] {
  const share = topology.pools.all.find(({ fileShare }) => fileShare !== undefined)?.fileShare?.value.share;
  const servers = namesOnce(topology.root, 'fileServer');
  return servers.map((server) => plain(`\\\\${server}\\${share ?? 'LyncShare'}`, 'File server of another share'));
}

function domains(server: string): readonly Suggestion[] {
  const domain = server.slice(server.indexOf('.') + 1);
  return domain === server || !domain.includes('.') ? [] : [plain(domain, `domain of ${server}`)];
}

function instancesOf(topology: Topology, server: string, path: TreePath): readonly Suggestion[] {
  const lower = `${server.toLowerCase()}\\`;
  const listed = siblings(topology, path);
  const names = namesOnce(topology.root, 'sqlInstance').filter((name) => name.toLowerCase().startsWith(lower));
  const instances = names.map((name) => name.slice(lower.length)).filter((name) => !listed.has(name.toLowerCase()));
  return instances.map((instance) => plain(instance, 'holds databases'));
}

/** `atl-fe-004.litwareinc.com` behind `atl-fe-003.litwareinc.com`. */
function nextInSeries(topology: Topology, path: TreePath): readonly Suggestion[] {
  const names = [...siblings(topology, path)];
  const last = names.at(-1)?.match(/^([^.]*?)(\d+)(\..*)$/);
  if (last === null || last === undefined) return [];
  const [, before = '', number = '', behind = ''] = last;
  const next = `${before}${String(Number(number) + 1).padStart(number.length, '0')}${behind}`;
  return names.includes(next) ? [] : [plain(next, 'the next of its series')];
}

function plain(label: string, detail: string): Suggestion {
  return { label, text: yamlText(label), kind: 'example', filter: label, detail };
}

/** A whole list, on the line of its key. */
function listSuggestions(topology: Topology, schema: Schema, cursor: CursorContext, site: Site): readonly Suggestion[] {
  const { path } = cursor;
  const element = schemaBelow(schema, 0);
  if (element === undefined || shapeOf(element) === 'map') return [];
  if (path.at(-1) === 'backupModules') return allModules(topology, path);
  if (path[0] === 'poolPairs') {
    const [, ...template] = ['', ...valueTemplate(schema, path, { ...site, flow: true })];
    return [
      {
        label: '[two pools]',
        kind: 'entry',
        filter: filterOfNew('[two pools]', cursor.prefix),
        template: trimmed(template),
      },
    ];
  }
  const items = valueSuggestions(topology, element, { ...cursor, path: [...path, 0] }, site);
  return items.flatMap((item) =>
    item.text === undefined ? [] : [{ ...item, label: `[${item.label}]`, text: `[${item.text}]`, filter: item.filter }],
  );
}

/** Without the space behind the colon, which is written already. */
function trimmed(template: Template): Template {
  const [first = '', ...rest] = template;
  return typeof first === 'string' ? [first.trimStart(), ...rest] : template;
}

function allModules(topology: Topology, [, index]: TreePath): readonly Suggestion[] {
  const both = typeof index === 'number' ? topology.pairs[index]?.both : undefined;
  if (both === undefined) return [];
  const label = `[${applicableModules(both).join(', ')}]`;
  return [{ label, text: label, kind: 'backupModule', filter: label, detail: 'all that apply to this pair' }];
}

/** The other items of the list that the cursor stands in, in lower case. */
function siblings({ root }: Topology, path: TreePath): ReadonlySet<string> {
  const index = path.at(-1);
  if (typeof index !== 'number') return new Set();
  const list = at(root, path.slice(0, -1))?.node;
  const others = list?.kind === 'sequence' ? list.items.filter((_, position) => position !== index) : [];
  return new Set(others.map((item) => meantName(textOf(item))));
}

function textOf(node: TreeNode): string {
  return node.kind === 'scalar' ? String(node.value) : '';
}
