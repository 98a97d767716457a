import * as z from 'zod';
import { LyncTopologyError } from '../errors.ts';
import { faultDefinition } from '../lab/faults/kinds.ts';
import type { FaultStatus } from '../status.ts';
import { formatList } from './amounts.ts';
import type { OperationDefinition, PlanStep } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan, requireAll } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  Action: z.enum(['stop', 'start', 'cut', 'slow', 'lose', 'read-only', 'disk-full', 'corrupt', 'list', 'clear']).meta(
    meta({
      description:
        'stop a server, cut the link between two, slow a server or a link down, lose what a share or database holds, make a share read-only or fill its disk, corrupt a stored file, start (mend) one of these again, list what is broken, or clear all of it.',
      placeholder: 'ACTION',
    }),
  ),
  Target: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta(
      meta({
        description:
          'One or several, each a server, a pool (its Front Ends, or its conference content), a share as \\\\server\\share, server\\INSTANCE, server\\INSTANCE\\database, a link as server+server, or a file as \\\\server\\share\\folder\\file.',
        placeholder: 'TARGET',
      }),
    ),
});
type Parameters = z.infer<typeof parameters>;

export const fault: OperationDefinition<typeof parameters, readonly FaultStatus[]> = {
  name: 'fault',
  kind: 'embedded',
  title: 'Break something for a drill',
  summary: 'Breaks servers, shares and files of the embedded deployment, lists what is broken and mends it.',
  description: [
    'A stopped server is really away: what lies on it cannot be read or written until it is started again. Lost content is really deleted: it comes back only by a restore, and is listed until then, or until "clear" accepts the loss.',
    'In an engine that runs its SQL instances as processes ("serve --instance-processes"), a stopped instance is a process that neither answers nor ends, alone, until it is started again; the processes of a stopped server are killed.',
    'A cut link keeps two servers from talking to each other, as primary, mirror and witness of a database do; nothing else changes.',
    'Whatever is slow keeps those that use it waiting: each commit on a slow SQL Server, or over a slow link to its mirror, takes 20 ms longer, and conference content passes a slow file server or link at a megabyte a second.',
    'A read-only share is really one: the permissions of its folder and of everything in it are taken away, or, for the superuser, it is mounted read-only. Where the system offers neither, the fault is refused.',
    'A full disk is one, too: for the superuser on Linux, the share is moved to a memory file system that is exactly as large as what it holds, and back when it is mended. Nobody else can make one, and the fault is refused.',
    'A corrupted file has inverted bytes and its old time, as from a failing disk. Mending gives the bytes back where nothing has restored or rewritten them meanwhile.',
    'Several targets are broken one after the other; where one of them cannot be, those before it are.',
    'Shares that are mapped to a directory of your own are never broken.',
    'The result is the list of faults as it is afterwards.',
  ],
  parameters,
  examples: [
    { command: 'fault stop atl-sql-001.litwareinc.com', explanation: 'The SQL Server is down.' },
    {
      command: 'fault stop atl-sql-001.litwareinc.com atl-sql-002.litwareinc.com',
      explanation: 'Both SQL Servers are, primary and mirror.',
    },
    {
      command: 'fault lose atl-cs-001.litwareinc.com',
      explanation: 'The pool loses its conference content; its share stays, empty of it.',
    },
    {
      command: "fault lose '\\\\atl-fs-001.litwareinc.com\\LyncShare'",
      explanation: 'The share itself is gone. "init" creates it anew, empty.',
    },
    {
      command: 'fault corrupt atl-cs-001.litwareinc.com',
      explanation: "Damages the largest file of the pool's conference content; the list names it.",
    },
    {
      command: 'fault cut atl-sql-001.litwareinc.com+atl-sql-002.litwareinc.com',
      explanation: 'The two SQL Servers do not reach each other; clients reach both.',
    },
    {
      command: 'fault slow atl-sql-001.litwareinc.com+atl-sql-002.litwareinc.com',
      explanation: 'Every mirrored commit waits for the line between the two.',
    },
    { command: 'fault clear', explanation: 'Mends everything that can be mended.' },
  ],
  roles: ['CsAdministrator'],
  effect: 'changes',
  columns: ['kind', 'target', 'since', 'detail'],
  describe: ({ Action, Target = [] }) => ['Fault:', Action, formatList(Target)].join(' ').trimEnd(),
  plan: async (services, given) =>
    makePlan(fault, given, {
      title: fault.describe(given),
      preconditions: [initializedPrecondition(services)],
      steps: stepsOf(given),
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
        for (const target of targetsOf(given)) await lab.mendFault(target);
        return lab.faults();
      default:
        for (const target of targetsOf(given)) await lab.fault(given.Action, target);
        return lab.faults();
    }
  },
};

function targetsOf({ Action, Target }: Parameters): readonly string[] {
  if (Target !== undefined) return Target;
  throw new LyncTopologyError({
    code: 'argument-missing',
    kind: 'usage',
    object: 'TARGET',
    message: `"fault ${Action}" needs a target.`,
    remedy: `Name a server, a pool or a share, for instance: fault ${Action} atl-sql-001.litwareinc.com`,
  });
}

function stepsOf(given: Parameters): readonly PlanStep[] {
  const { Action: action } = given;
  switch (action) {
    case 'list':
      return [{ title: 'List the faults', detail: 'Nothing is changed.' }];
    case 'clear':
      return [{ title: 'Mend everything that can be mended', detail: 'Lost content stays lost.' }];
    case 'start':
      return targetsOf(given).map((target) => ({
        title: `Start ${target}`,
        detail: 'What lies on it can be reached and changed again.',
      }));
    default:
      return targetsOf(given).map((target) => faultDefinition(action).step(target));
  }
}

function lossesOf(given: Parameters): readonly string[] {
  const { Action: action } = given;
  if (action === 'list' || action === 'clear' || action === 'start') return [];
  return targetsOf(given).flatMap((target) => faultDefinition(action).losses?.(target) ?? []);
}
