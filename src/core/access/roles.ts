/**
 * Who may run which operation. Built-in roles are those of the servers (domain A.10); the topology's `adminRoles` give
 * them to people. A topology whose roles name nobody leaves the embedded deployment to whoever owns its data directory.
 */
import { LyncTopologyError } from '../errors.ts';
import type { OperationDefinition } from '../operations/definition.ts';
import type { AdminRole, Deployment } from '../topology/model.ts';

/** Throws `role-missing`, naming the roles that would do. */
export function requireRole(deployment: Deployment, operator: string, definition: OperationDefinition): void {
  const roles = (deployment.adminRoles ?? []).filter(({ members }) => members.length > 0);
  if (roles.length === 0) return;
  const own = roles.filter((role) => role.members.some((member) => sameAccount(member, operator)));
  if (own.some((role) => allows(role, definition))) return;
  const sufficient = [...definition.roles, ...roles.filter((role) => allows(role, definition)).map(({ name }) => name)];
  const held = own.length === 0 ? 'no role' : `only ${own.map(({ name }) => name).join(', ')}`;
  throw new LyncTopologyError({
    code: 'role-missing',
    kind: 'refused',
    object: operator,
    message: `${operator} may not run ${definition.name}: the topology gives this account ${held}.`,
    remedy: `One of these roles would do: ${sufficient.join(', ')}. Add the account to its members under adminRoles in the topology file.`,
  });
}

function allows(role: AdminRole, definition: OperationDefinition): boolean {
  const template = role.template.toLowerCase();
  const name = definition.name.toLowerCase();
  return (
    definition.roles.some((sufficient) => sufficient.toLowerCase() === template) ||
    role.cmdlets.some((cmdlet) => cmdlet.toLowerCase() === name)
  );
}

/** `DOMAIN\name` and `name` are the same account here: the embedded deployment knows the local account name only. */
function sameAccount(member: string, operator: string): boolean {
  const account = (name: string) => name.slice(name.lastIndexOf('\\') + 1).toLowerCase();
  return account(member) === account(operator);
}
