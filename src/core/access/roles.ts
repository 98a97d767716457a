/**
 * Who may run which operation. Built-in roles are those of the servers (domain A.10); the topology's `adminRoles` give
 * them to people. A topology whose roles name nobody leaves the embedded deployment to whoever owns its data directory.
 */
import { LyncTopologyError } from '../errors.ts';
import type { AdminRole, Deployment } from '../topology/model.ts';

/** What is guarded: an operation, or a command of the command line that has no definition. */
export interface GuardedAction {
  readonly name: string;
  /** Built-in roles that may do it. */
  readonly roles: readonly string[];
}

/** Loading a pool as its clients do is not an operation, and not for everybody either. */
export const clientLoad: GuardedAction = { name: 'load', roles: ['CsAdministrator'] };

/** The roles that the topology gives to the operator, or `undefined` when it gives none to anybody. */
export function rolesOf(deployment: Deployment, operator: string): readonly AdminRole[] | undefined {
  const roles = rolesWithMembers(deployment);
  if (roles.length === 0) return undefined;
  return roles.filter((role) => role.members.some((member) => sameAccount(member, operator)));
}

/** Throws `role-missing`, naming the roles that would do. `deed` is what is refused, in words, if it is not to run it. */
export function requireRole(deployment: Deployment, operator: string, action: GuardedAction, deed?: string): void {
  const own = rolesOf(deployment, operator);
  if (own === undefined || own.some((role) => allows(role, action))) return;
  const held = own.length === 0 ? 'no role' : `only ${own.map(({ name }) => name).join(', ')}`;
  throw new LyncTopologyError({
    code: 'role-missing',
    kind: 'refused',
    object: operator,
    message: `${operator} may not ${deed ?? `run ${action.name}`}: the topology gives this account ${held}.`,
    remedy: `One of these roles would do: ${sufficientRoles(deployment, action).join(', ')}. Add the account to its members under adminRoles in the topology file.`,
  });
}

/** The role does it by its template or because it names it. */
export function allows(role: AdminRole, action: GuardedAction): boolean {
  const template = role.template.toLowerCase();
  const name = action.name.toLowerCase();
  return (
    action.roles.some((sufficient) => sufficient.toLowerCase() === template) ||
    role.cmdlets.some((cmdlet) => cmdlet.toLowerCase() === name)
  );
}

function sufficientRoles(deployment: Deployment, action: GuardedAction): readonly string[] {
  const custom = rolesWithMembers(deployment).filter((role) => allows(role, action));
  return [...new Set([...action.roles, ...custom.map(({ name }) => name)])];
}

function rolesWithMembers({ adminRoles }: Deployment): readonly AdminRole[] {
  return (adminRoles ?? []).filter(({ members }) => members.length > 0);
}

/** `DOMAIN\name` and `name` are the same account here: the embedded deployment knows the local account name only. */
function sameAccount(member: string, operator: string): boolean {
  const account = (name: string) => name.slice(name.lastIndexOf('\\') + 1).toLowerCase();
  return account(member) === account(operator);
}
