import * as z from 'zod';
import type { AuditRecord } from '../engine/services.ts';
import type { OperationDefinition } from './definition.ts';
import { meta, newest } from './fields.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({
  Last: newest(10_000, 'records'),
  Outcome: z
    .enum(['started', 'completed', 'failed', 'refused', 'cancelled'])
    .optional()
    .meta(meta({ description: 'Only records with this outcome.', placeholder: 'OUTCOME' })),
});

export const audit: OperationDefinition<typeof parameters, readonly AuditRecord[]> = {
  name: 'audit',
  kind: 'embedded',
  title: 'Show the audit log',
  summary: 'Shows who ran what, when, with which parameters, and how it ended.',
  description: [
    'Every operation that changes something is on record, and so is every refusal for want of a role. What only reads is not.',
    'Records are only ever added; the database itself refuses to change or delete one.',
  ],
  parameters,
  examples: [
    { command: 'audit --last 20', explanation: 'The newest twenty records.' },
    { command: 'audit --outcome refused', explanation: 'What was refused, and why.' },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  columns: ['time', 'operator', 'operation', 'outcome', 'detail'],
  describe: () => 'Audit log',
  plan: async (_services, given) =>
    makePlan(audit, given, {
      title: audit.describe(given),
      steps: [{ title: 'Read the audit log of the data directory', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { Last, Outcome }) => services.audit.list(Last, Outcome),
};
