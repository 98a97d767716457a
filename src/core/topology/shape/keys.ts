/** Keys that the format does not know, and keys that it needs. */

import type { Finding } from '../findings.ts';
import type { Entry, MapNode, Place, TreeNode } from '../syntax/nodes.ts';
import { lineBreakOf } from '../syntax/textLines.ts';
import { nearest } from './nearest.ts';
import { yamlText } from './values.ts';

/** `owner` says what the key stands in, for the message; empty at the top. */
export function unknownKey(entry: Entry, map: MapNode, known: readonly string[], owner: string): Finding {
  const meant = slipsOf(map, known).get(entry.name);
  const where = owner === '' ? 'A topology' : owner;
  const help = meant === undefined ? `It knows ${known.join(', ')}.` : `Did you mean "${meant}"?`;
  return {
    code: 'unknown-key',
    message: `${where} has no key "${entry.name}". ${help}`,
    place: entry.key,
    ...(meant !== undefined && {
      fixes: [{ title: `Change to "${meant}"`, edits: [{ place: entry.key, text: yamlText(meant) }], preferred: true }],
    }),
  };
}

/** For each unknown key of a map the one that was meant: one that is near and not written yet. */
type Slips = ReadonlyMap<string, string>;

const slipsOfMaps = new WeakMap<MapNode, { readonly known: string; readonly slips: Slips }>();

function slipsOf(map: MapNode, known: readonly string[]): Slips {
  const before = slipsOfMaps.get(map);
  if (before?.known === known.join()) return before.slips;
  const written = new Set(map.entries.map((entry) => entry.name));
  const missing = known.filter((key) => !written.has(key));
  const slips = new Map<string, string>();
  for (const name of written) {
    const meant = known.includes(name) ? undefined : nearest(name, missing);
    if (meant !== undefined) slips.set(name, meant);
  }
  slipsOfMaps.set(map, { known: known.join(), slips });
  return slips;
}

/** Whether a key is missing only because it is misspelt, which is said where it stands. */
export function isMisspelt(key: string, map: TreeNode, known: readonly string[]): boolean {
  return map.kind === 'map' && [...slipsOf(map, known).values()].includes(key);
}

/** `at` is the key of the thing that lacks it; without one the finding stands at the start of the map. */
export function missingKey(key: string, map: TreeNode, at: Place | undefined, owner = 'The topology'): Finding {
  const firstKey = map.kind === 'map' ? map.entries[0]?.key : undefined;
  const place = at ?? firstKey ?? map;
  const formatVersion = key === 'lyncTopology' && at === undefined && firstKey !== undefined;
  const start = firstKey && { ...firstKey, end: firstKey.start };
  const newline = lineBreakOf(firstKey?.segment.text ?? '');
  return {
    code: 'missing-key',
    message: `${owner} has no "${key}", which it needs.`,
    place,
    ...(formatVersion &&
      start && {
        fixes: [
          {
            title: 'Add "lyncTopology: 1"',
            edits: [{ place: start, text: `lyncTopology: 1${newline}` }],
            preferred: true,
          },
        ],
      }),
  };
}
