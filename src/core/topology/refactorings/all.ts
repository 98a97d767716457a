/** Every refactoring, in the order in which they are offered. */

import type { Range } from '../diagnostics.ts';
import type { TopologyDocument } from '../document.ts';
import type { TreePosition } from '../queries/positions.ts';
import { lineStartOf } from '../syntax/textLines.ts';
import { backupModules } from './backupModules.ts';
import { collections } from './collections.ts';
import { mirroring } from './mirroring.ts';
import { pairing } from './pairing.ts';
import type { Asking, Refactor, Refactoring } from './refactoring.ts';
import { sqlServerDescription } from './sqlServers.ts';
import { standby } from './standby.ts';

const refactors: readonly Refactor[] = [pairing, mirroring, backupModules, standby, sqlServerDescription, collections];

/** What can be done at a place. */
export function refactoringsAt(document: TopologyDocument, range: Range): readonly Refactoring[] {
  const asking: Asking = { document, range, position: positionOn(document, range.start) };
  return refactors.flatMap((refactor) => refactor(asking));
}

/** In front of a line, behind it, and between its key and its end stands what the line is about. */
function positionOn(document: TopologyDocument, offset: number): TreePosition | undefined {
  const { text } = document;
  const start = lineStartOf(text, offset);
  const newline = text.indexOf('\n', offset);
  const line = text.slice(start, newline === -1 ? text.length : newline);
  const first = start + (/^[ \t]*(?:- +)*/.exec(line)?.[0].length ?? 0);
  const at = Math.min(Math.max(offset, first), start + line.trimEnd().length);
  const position = document.nodeAt(at);
  const isBetween = position === undefined || ('flow' in position.node && !position.node.flow);
  return isBetween ? document.nodeAt(first) : position;
}
