/** What custom roles are made from and what they allow (domain A.10). */
import { builtInRoleNames, unknownCmdlet } from '../cmdlets.ts';
import type { Report } from '../findings.ts';
import { entriesOf, type Fact } from '../resolved/facts.ts';
import { type RoleFacts, roleFacts } from '../resolved/roleFacts.ts';
import { nearest } from '../shape/nearest.ts';
import { change } from './fixes.ts';
import type { RuleFamily } from './rule.ts';
import { sameName } from './sqlServers.ts';

function example(template: string, cmdlet: string): string {
  return `adminRoles:
  DrOperators:
    template: ${template}
    cmdlets: [Invoke-CsBackupServiceSync, ${cmdlet}]
    members: [LITWARE\\dr-team]
`;
}

export const adminRoles: RuleFamily = {
  definitions: [
    {
      code: 'admin-role-unknown-cmdlet',
      severity: 'error',
      title: 'A cmdlet that does not exist',
      why: 'A role allows what it names. A misspelt cmdlet is allowed to nobody, and that is noticed when somebody needs it.',
      source: 'Microsoft, planning for role-based access control (domain A.10)',
      fix: 'The cmdlet that was meant, where one is a slip of the hand away.',
      wrong: example('CsServerAdministrator', '<<Invoke-CsDatabaseFailver>>'),
      right: example('CsServerAdministrator', 'Invoke-CsDatabaseFailover'),
      limits:
        'Known are the operations of this product and the cmdlets of its documentation. The servers have many more: another name that has the form of a cmdlet is pointed out as information, and may be right.',
    },
    {
      code: 'admin-role-unknown-template',
      severity: 'error',
      title: 'A template that is no built-in role',
      why: 'A custom role is made from one of the built-in roles and may do what that one may. From anything else it can do nothing that is known.',
      source: 'Microsoft, planning for role-based access control (domain A.10)',
      fix: 'The role that was meant, where one is a slip of the hand away.',
      wrong: example('<<CsServerAdministator>>', 'Invoke-CsDatabaseFailover'),
      right: example('CsServerAdministrator', 'Invoke-CsDatabaseFailover'),
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: ({ sections }, report) => {
        for (const entry of entriesOf(sections.get('adminRoles')?.value)) checkRole(roleFacts(entry), report);
      },
      reads: ({ sections }) => [sections.get('adminRoles')],
    },
  ],
};

function checkRole({ name, template, cmdlets }: RoleFacts, report: Report): void {
  if (template !== undefined) checkTemplate(name, template, report);
  for (const cmdlet of cmdlets) checkCmdlet(name, cmdlet, report);
}

function checkTemplate(role: string, { value, place }: Fact<string>, report: Report): void {
  if (builtInRoleNames.some((name) => sameName(name, value))) return;
  const meant = nearest(value, builtInRoleNames);
  const help = meant === undefined ? `There are ${builtInRoleNames.join(', ')}.` : `Did you mean ${meant}?`;
  report({
    code: 'admin-role-unknown-template',
    message: `${role} is made from "${value}", which is no built-in role. ${help}`,
    place,
    ...(meant !== undefined && { fixes: [change(place, meant)] }),
  });
}

function checkCmdlet(role: string, cmdlet: Fact<string>, report: Report): void {
  const unknown = unknownCmdlet(cmdlet.value);
  if (unknown === undefined) return;
  const { isPlausible, meant } = unknown;
  const help = meant === undefined ? '' : ` Did you mean ${meant}?`;
  report({
    code: 'admin-role-unknown-cmdlet',
    message: isPlausible
      ? `${cmdlet.value} is nothing that this product runs or knows; on servers that have it, ${role} allows it.`
      : `There is no cmdlet "${cmdlet.value}" that ${role} could allow.${help}`,
    place: cmdlet.place,
    ...(isPlausible && { severity: 'information' }),
    ...(meant !== undefined && { fixes: [change(cmdlet.place, meant)] }),
  });
}
