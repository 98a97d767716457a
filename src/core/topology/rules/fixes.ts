/** Fixes that many rules offer. */
import type { FindingFix } from '../findings.ts';
import { yamlText } from '../shape/values.ts';
import type { Place, TreeNode } from '../syntax/nodes.ts';
import { removeItem, replace } from './edits.ts';

/** Writes what was meant. */
export function change(place: Place, meant: string): FindingFix {
  return { title: `Change to "${meant}"`, edits: [replace(place, yamlText(meant))], preferred: true };
}

/** Takes an item out of its list, where that can be done safely. */
export function removal(
  list: TreeNode | undefined,
  item: Place,
  title: string,
  preferred: boolean,
): FindingFix | undefined {
  if (list?.kind !== 'sequence') return undefined;
  const index = list.items.findIndex(({ segment, start }) => segment === item.segment && start === item.start);
  const edit = removeItem(list, index);
  return edit && { title, edits: [edit], preferred };
}
