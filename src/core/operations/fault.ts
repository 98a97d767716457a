import * as z from 'zod';
import { LyncTopologyError } from '../errors.ts';
import { faultDefinition } from '../lab/faults/kinds.ts';
import type { FaultStatus } from '../status.ts';
import type { OperationDefinition, PlanStep } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan, requireAll } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  Action: z.enum(['stop', 'start', 'lose', 'list', 'clear']).meta(
    meta({
      description:
        'stop a server, start it again, lose what a share or database holds, list what is broken, or clear all of it.',
      placeholder: 'ACTION',
    }),
  ),
  Target: z
    .string()
    .optional()
    .meta(
      meta({
        description:
          'A server, a pool (its Front Ends, or its conference content), a share as \\\\server\\share, server\\INSTANCE, or server\\INSTANCE\\database.',
        placeholder: 'TARGET',
      }),
    ),
});
type Parameters = z.infer<typeof parameters>;

export const fault: OperationDefinition<typeof parameters, readonly FaultStatus[]> = {
  name: 'fault',
  kind: 'embedded',
  title: 'Break something for a drill',
  summary:
    'Stops servers or loses the content of a share on the embedded deployment, lists such faults and mends them.',
  description: [
    'A stopped server is really away: what lies on it cannot be read or written until it is started again. Lost content is really deleted: it comes back only by a restore.',
    'The result is the list of faults as it is afterwards.',
  ],
  parameters,
  examples: [
    { command: 'fault stop atl-sql-001.litwareinc.com', explanation: 'The SQL Server is down.' },
    {
      command: 'fault lose atl-cs-001.litwareinc.com',
      explanation: 'The pool loses its conference content; its share stays, empty of it.',
    },
    {
      command: "fault lose '\\\\atl-fs-001.litwareinc.com\\LyncShare'",
      explanation: 'The share itself is gone. "init" creates it anew, empty.',
    },
    { command: 'fault clear', explanation: 'Starts everything that was stopped.' },
  ],
  roles: ['CsAdministrator'],
  effect: 'changes',
  columns: ['kind', 'target', 'since'],
  describe: ({ Action, Target }) => `Fault: ${Action} ${Target ?? ''}`.trimEnd(),
  plan: async (services, given) =>
    makePlan(fault, given, {
      title: fault.describe(given),
      preconditions: [initializedPrecondition(services)],
      steps: [stepOf(given)],
      losses: lossesOf(given),
    }),
  execute: async (services, given) => {
    requireAll([initializedPrecondition(services)]);
    const { lab } = services;
    switch (given.Action) {
      case 'list':
        return lab.faults();
      case 'clear':
        return lab.clearFaults();
      case 'start':
        return lab.mendFault(targetOf(given));
      default:
        return lab.fault(given.Action, targetOf(given));
    }
  },
};

function targetOf({ Action, Target }: Parameters): string {
  if (Target !== undefined) return Target;
  throw new LyncTopologyError({
    code: 'argument-missing',
    kind: 'usage',
    object: 'TARGET',
    message: `"fault ${Action}" needs a target.`,
    remedy: `Name a server, a pool or a share, for instance: fault ${Action} atl-sql-001.litwareinc.com`,
  });
}

function stepOf(given: Parameters): PlanStep {
  switch (given.Action) {
    case 'list':
      return { title: 'List the faults', detail: 'Nothing is changed.' };
    case 'clear':
      return { title: 'Start every server that was stopped', detail: 'Lost content stays lost.' };
    case 'start':
      return { title: `Start ${targetOf(given)}`, detail: 'What lies on it can be reached again.' };
    default:
      return faultDefinition(given.Action).step(targetOf(given));
  }
}

function lossesOf(given: Parameters): readonly string[] {
  if (given.Action === 'list' || given.Action === 'clear' || given.Action === 'start') return [];
  return faultDefinition(given.Action).losses?.(targetOf(given)) ?? [];
}
