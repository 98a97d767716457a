import * as z from 'zod';
import { type AdminRoleDescription, describeRoles } from '../access/describeRoles.ts';
import { clientLoad } from '../access/roles.ts';
import { LyncTopologyError } from '../errors.ts';
import type { Deployment } from '../topology/model.ts';
import { formatList } from './amounts.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { didYouMean } from './nearest.ts';
import { makePlan } from './plans.ts';
import { powershellLiteral, powershellText } from './powershell.ts';

const parameters = z.strictObject({
  Identity: z
    .string()
    .optional()
    .meta(meta({ description: 'Only the role of this name. Every role when left out.', placeholder: 'ROLE' })),
  Cmdlet: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'Only roles that may run a cmdlet with this in its name.',
        productOnly: true,
        placeholder: 'CMDLET',
      }),
    ),
});
type Parameters = z.infer<typeof parameters>;

/** `all` gives the operations that there are, this one included. */
export function getCsAdminRole(
  all: () => readonly OperationDefinition[],
): OperationDefinition<typeof parameters, readonly AdminRoleDescription[]> {
  const definition: OperationDefinition<typeof parameters, readonly AdminRoleDescription[]> = {
    name: 'Get-CsAdminRole',
    kind: 'cmdlet',
    title: 'Show administrator roles',
    summary: 'Shows the built-in roles and those of the topology, and who may run which cmdlet.',
    description: [
      'A role of the topology (adminRoles) may run what its template may run, and the cmdlets it names. It is given to the accounts among its members. An entry under the name of a built-in role gives that role.',
      'As long as no role of the topology has members, whoever owns the data directory may run everything. From then on every operation, cancelling a job and loading a pool need a role that allows it, whether they are asked for in the window, on the command line or by a drill. Seeing the status of the deployment and of jobs does not.',
      'On real servers the roles decide in remote sessions and in the Control Panel; the lists of cmdlets are not published, so those of the built-in roles here are what this product asks for.',
    ],
    parameters,
    examples: [
      { command: 'Get-CsAdminRole -Identity CsServerAdministrator', explanation: 'What this role may run.' },
      {
        command: 'Get-CsAdminRole -Cmdlet Invoke-CsDatabaseFailover',
        explanation: 'Which roles may fail databases over.',
      },
    ],
    roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator', 'CsHelpDesk'],
    effect: 'reads',
    columns: ['Identity', 'IsStandardRole', 'Template', 'Members', 'Cmdlets'],
    describe: ({ Identity, Cmdlet }) =>
      `Administrator roles${Identity === undefined ? '' : ` named ${Identity}`}${Cmdlet === undefined ? '' : ` that may run ${Cmdlet}`}`,
    plan: async (_services, given) =>
      makePlan(definition, given, {
        title: definition.describe(given),
        steps: [{ title: 'Read the roles from the topology', detail: 'Nothing is changed.' }],
        powershell: documentedUse(definition, given),
      }),
    execute: async ({ deployment }, given) =>
      select(describeRoles(deployment, [...all(), clientLoad]), deployment, given),
  };
  return definition;
}

/** The official way to find the roles of a cmdlet (domain A.10). */
function documentedUse(definition: OperationDefinition, given: Parameters): string {
  const { Cmdlet, ...others } = given;
  const text = powershellText(definition, others);
  if (Cmdlet === undefined) return text;
  return `${text} | Where-Object {$_.Cmdlets -match ${powershellLiteral(Cmdlet)}}`;
}

function select(
  roles: readonly AdminRoleDescription[],
  deployment: Deployment,
  { Identity, Cmdlet }: Parameters,
): readonly AdminRoleDescription[] {
  const named = Identity === undefined ? roles : roles.filter((role) => isSame(role.Identity, Identity));
  if (named.length === 0) throw roleUnknown(deployment, roles, Identity ?? '');
  if (Cmdlet === undefined) return named;
  const part = Cmdlet.toLowerCase();
  const cmdlets = [...new Set(roles.flatMap((role) => role.Cmdlets))];
  if (!cmdlets.some((name) => name.toLowerCase().includes(part))) throw cmdletUnknown(Cmdlet, cmdlets);
  return named.filter((role) => role.Cmdlets.some((name) => name.toLowerCase().includes(part)));
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function roleUnknown(deployment: Deployment, roles: readonly AdminRoleDescription[], name: string): LyncTopologyError {
  const known = roles.map(({ Identity }) => Identity);
  return new LyncTopologyError({
    code: 'role-unknown',
    kind: 'refused',
    object: name,
    message: `Neither the servers nor the topology of ${deployment.name} have a role ${name}.`,
    remedy: didYouMean(name, known, `The roles are ${formatList(known)}.`),
  });
}

function cmdletUnknown(name: string, known: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: '-Cmdlet',
    message: `No role may run a cmdlet with "${name}" in its name.`,
    remedy: didYouMean(name, known, '"lync-topology --help" lists the operations.'),
  });
}
