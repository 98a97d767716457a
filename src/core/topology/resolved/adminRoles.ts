/** The custom roles of a topology, as far as they are understood. */
import type { AdminRole } from '../model.ts';
import { findEntry, type MapNode, type TreeNode } from '../syntax/nodes.ts';

/** Nothing when the topology gives no roles. A role without a template is left out: it allows nothing that is known. */
export function adminRolesOf(root: MapNode): { readonly adminRoles?: readonly AdminRole[] } {
  const section = findEntry(root, 'adminRoles')?.value;
  if (section?.kind !== 'map') return {};
  const adminRoles = section.entries.flatMap(({ name, value }) => {
    const template = textOf(findEntry(value, 'template')?.value);
    if (template === undefined) return [];
    return [{ name, template, cmdlets: textsOf(value, 'cmdlets'), members: textsOf(value, 'members') }];
  });
  return adminRoles.length === 0 ? {} : { adminRoles };
}

function textsOf(role: TreeNode, key: string): readonly string[] {
  const list = findEntry(role, key)?.value;
  return list?.kind === 'sequence' ? list.items.flatMap((item) => textOf(item) ?? []) : [];
}

function textOf(node: TreeNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}
