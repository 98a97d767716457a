/** The objectives of a topology, as far as they are understood. */
import type { Objective, Objectives } from '../model.ts';
import { findEntry, type MapNode, type TreeNode } from '../syntax/nodes.ts';
import { parseTimeSpan } from '../values.ts';

const names = ['poolFailover', 'poolFailback', 'centralManagementFailover', 'databaseFailover'] as const;

/** Nothing when the topology gives none. */
export function objectivesOf(root: MapNode): { readonly objectives?: Objectives } {
  const section = findEntry(root, 'objectives')?.value;
  const found = names.flatMap((name) => {
    const node = findEntry(section, name)?.value;
    return node === undefined ? [] : [[name, objectiveOf(node)] as const];
  });
  return found.length === 0 ? {} : { objectives: Object.fromEntries(found) };
}

function objectiveOf(node: TreeNode): Objective {
  const recoveryTime = timeSpanOf(node, 'recoveryTime');
  const recoveryPoint = timeSpanOf(node, 'recoveryPoint');
  return {
    ...(recoveryTime !== undefined && { recoveryTime }),
    ...(recoveryPoint !== undefined && { recoveryPoint }),
  };
}

function timeSpanOf(node: TreeNode, key: string): number | undefined {
  const value = findEntry(node, key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? parseTimeSpan(value.value) : undefined;
}
