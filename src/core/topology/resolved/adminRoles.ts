/** The custom roles of a topology as plain data, as far as they are understood. */
import type { AdminRole } from '../model.ts';
import { findEntry, type MapNode } from '../syntax/nodes.ts';
import { entriesOf, type Fact } from './facts.ts';
import { roleFacts } from './roleFacts.ts';

/** Nothing when the topology gives no roles. A role without a template is left out: it allows nothing that is known. */
export function adminRolesOf(root: MapNode): { readonly adminRoles?: readonly AdminRole[] } {
  const adminRoles = entriesOf(findEntry(root, 'adminRoles')?.value).flatMap((entry) => {
    const { name, template, cmdlets, members } = roleFacts(entry);
    if (template === undefined) return [];
    return [{ name, template: template.value, cmdlets: valuesOf(cmdlets), members: valuesOf(members) }];
  });
  return adminRoles.length === 0 ? {} : { adminRoles };
}

function valuesOf(facts: readonly Fact<string>[]): readonly string[] {
  return facts.map(({ value }) => value);
}
