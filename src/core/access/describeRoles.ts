/** The roles there are, built-in and custom, with what each may run: what `Get-CsAdminRole` says. */
import type { AdminRole, Deployment } from '../topology/model.ts';
import { builtInRoles } from './builtInRoles.ts';
import { allows, type GuardedAction } from './roles.ts';

/** Property names of the cmdlet's output where the servers have the property. */
export interface AdminRoleDescription {
  readonly Identity: string;
  /** Whether it is one of the built-in roles. */
  readonly IsStandardRole: boolean;
  /** The built-in role that a custom one starts from. */
  readonly Template?: string;
  readonly Cmdlets: readonly string[];
  /** Accounts that have it. */
  readonly Members: readonly string[];
  readonly Description?: string;
}

/** Built-in roles first, in the order of the documentation, then those of the topology in its order. */
export function describeRoles(
  deployment: Deployment,
  actions: readonly GuardedAction[],
): readonly AdminRoleDescription[] {
  const custom = (deployment.adminRoles ?? []).filter(({ name }) => !isBuiltIn(name));
  return [
    ...builtInRoles.map(({ name, description }) => ({
      Identity: name,
      IsStandardRole: true,
      Cmdlets: cmdletsOf({ name, template: name, cmdlets: [], members: [] }, actions),
      Members: membersOf(deployment, name),
      Description: description,
    })),
    ...custom.map((role) => ({
      Identity: role.name,
      IsStandardRole: false,
      Template: role.template,
      Cmdlets: cmdletsOf(role, actions),
      Members: role.members,
    })),
  ];
}

function isBuiltIn(name: string): boolean {
  return builtInRoles.some((role) => role.name.toLowerCase() === name.toLowerCase());
}

/** An entry of the topology under a built-in role's own name gives that role to people. */
function membersOf(deployment: Deployment, name: string): readonly string[] {
  const same = (deployment.adminRoles ?? []).filter((role) => role.name.toLowerCase() === name.toLowerCase());
  return same.flatMap(({ members }) => members);
}

/** What the product runs, and what the role names beside it. */
function cmdletsOf(role: AdminRole, actions: readonly GuardedAction[]): readonly string[] {
  const allowed = actions.filter((action) => allows(role, action)).map(({ name }) => name);
  const known = new Set(allowed.map((name) => name.toLowerCase()));
  const others = role.cmdlets.filter((name) => !known.has(name.toLowerCase()));
  return [...allowed, ...others].sort((left, right) => left.localeCompare(right, 'en'));
}
