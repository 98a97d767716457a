/** Where lenses stand in a topology file, read from the outline that the language server makes of it. */
import type { DocumentSymbol } from 'vscode-languageclient/node';
import { type DatabaseType, databaseTypes } from '../core/topology/vocabulary.ts';

export type LensPlace =
  | { readonly kind: 'pool'; readonly pool: string; readonly line: number }
  | { readonly kind: 'pair'; readonly pools: readonly [string, string]; readonly line: number }
  | { readonly kind: 'databaseType'; readonly pool: string; readonly type: DatabaseType; readonly line: number };

/** Pools with the kinds of their databases, and pairs; lines count from 0. */
export function lensPlaces(outline: readonly DocumentSymbol[]): readonly LensPlace[] {
  return outline.flatMap(({ name, children = [] }) => {
    if (name === 'pools') return children.flatMap(placesOfPool);
    return name === 'poolPairs' ? children.flatMap(placeOfPair) : [];
  });
}

function placesOfPool({ name: pool, selectionRange, children = [] }: DocumentSymbol): readonly LensPlace[] {
  const databases = children.flatMap(({ name, selectionRange }): readonly LensPlace[] => {
    const type = databaseTypes.find((candidate) => candidate === name);
    return type === undefined ? [] : [{ kind: 'databaseType', pool, type, line: selectionRange.start.line }];
  });
  return [{ kind: 'pool', pool, line: selectionRange.start.line }, ...databases];
}

/** The outline names a pair by its pools. */
function placeOfPair({ name, range }: DocumentSymbol): readonly LensPlace[] {
  const [one, other, ...more] = name.split(' ↔ ');
  if (one === undefined || other === undefined || more.length > 0) return [];
  return [{ kind: 'pair', pools: [one, other], line: range.start.line }];
}
