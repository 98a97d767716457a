import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import {
  type CentralManagementMove,
  centralManagementOperation,
  centralManagementSubject,
  moveRunbook,
} from '../pools/moveCentralManagement.ts';
import { runEndedBefore, unfinishedRun } from '../pools/runs.ts';
import type { RunbookReport } from '../runbooks/runbook.ts';
import { partnerOf } from '../topology/model.ts';
import { reported } from './cmdletReport.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { reportFile, reportPreconditions } from './htmlReport.ts';
import { managementPreconditions } from './managementPreconditions.ts';
import { makePlan } from './plans.ts';

const instance = (description: string, placeholder: string) =>
  z.string().optional().meta(meta({ description, placeholder }));

const parameters = z.strictObject({
  BackupSqlServerFqdn: instance(
    'The server of the backup pool whose store becomes the active one, when the present one is lost. Without it the present one must answer.',
    'FQDN',
  ),
  BackupSqlInstanceName: instance('Its instance; the default instance when left out.', 'NAME'),
  BackupMirrorSqlServerFqdn: instance('The server of its mirror, where it has one.', 'FQDN'),
  BackupMirrorSqlInstanceName: instance('The instance of its mirror.', 'NAME'),
  Restore: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Ends a move that was interrupted, so that exactly one store is active again.' })),
  Force: z
    .boolean()
    .optional()
    .meta(
      meta({
        description:
          'Does not contact the present store, although it answers. With -Restore: takes the other store when the present one is lost for good.',
      }),
    ),
  Report: reportFile,
});
export type ManagementParameters = z.infer<typeof parameters>;

export interface ManagementFailoverResult {
  readonly PreviousMasterFqdn: string;
  readonly ActiveMasterFqdn: string;
  /** Documents of the previous store that the new one never got, by name; `null` while the previous one does not answer. */
  readonly Lost: readonly string[] | null;
  readonly Steps: readonly { readonly Step: string; readonly Evidence: string }[];
}

export const invokeCsManagementServerFailover: OperationDefinition<typeof parameters, ManagementFailoverResult> = {
  name: centralManagementOperation,
  kind: 'cmdlet',
  title: 'Fail over Central Management',
  summary: 'Makes the Central Management store of the backup pool the active one.',
  description: [
    'While the present store answers, it is made read-only and replicated to the last document before the roles change: nothing is lost.',
    'When it is lost, name the store of the backup pool with -BackupSqlServerFqdn, and its mirror with -BackupMirrorSqlServerFqdn, as the topology defines them; Get-CsDatabaseMirrorState shows which of the two is principal. The lost store is not contacted. What it had not replicated is lost, and is named when it answers again.',
    'There are never two active stores: every move is a new epoch, written down before either store changes. A store of an older epoch accepts and exports nothing, and becomes the standby copy when it answers again.',
    'It runs in steps that are on record. A run that was interrupted is gone on with by the same command, or called off with -Restore: the store that the connection point names is active then.',
    'Only a store in Backup mode can become the active one. One that was replaced while it was away, and has not been demoted because the one that replaced it is lost for good, is taken with -Restore -Force: what was changed on the lost one is lost, and named should it answer again.',
    '-WhatIf shows which pool has the store now and which would get it. Fail the store over before its pool; it need not be moved back.',
  ],
  parameters,
  examples: [
    { command: 'Invoke-CsManagementServerFailover -WhatIf', explanation: 'Where is the store, and where would it go?' },
    {
      command:
        'Invoke-CsManagementServerFailover -BackupSqlServerFqdn dal-sql-001.litwareinc.com -BackupSqlInstanceName RTC -BackupMirrorSqlServerFqdn dal-sql-002.litwareinc.com -BackupMirrorSqlInstanceName RTC -Force',
      explanation: 'Atlanta is lost: the store of Dallas becomes the active one.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  resumes: true,
  confirmation: (_given, plan) => plan.confirmation ?? 'Fail over Central Management',
  describe: ({ Restore: restore }) =>
    restore === true ? 'End an interrupted move of Central Management' : 'Fail over Central Management',
  leases: (services, given) => leasesOf(moveOf(services, given)),
  preconditions: async (services, given, signal) => preconditionsOf(services, given, moveOf(services, given), signal),
  plan: async (services, given, signal) => {
    const move = moveOf(services, given);
    const title =
      move.set === 'restore'
        ? `Make the Central Management store of ${move.to} the one active store again`
        : `Move the active Central Management store from ${move.from} to ${move.to}`;
    return makePlan(invokeCsManagementServerFailover, given, {
      title,
      preconditions: await preconditionsOf(services, given, move, signal),
      steps: moveRunbook(move).steps.map(({ title: step, detail }) => ({ title: step, detail })),
      losses:
        move.set === 'disaster'
          ? [
              `What ${move.from} had not replicated to ${move.to}. It is named when the store of ${move.from} answers again.`,
            ]
          : move.set === 'restore' && move.to !== services.centralManagement.standing().active
            ? [
                `What was changed on ${move.from} since it replaced ${move.to}. It is named should the store of ${move.from} answer again.`,
              ]
            : ['No document. Changes are refused while the store moves; administrators try again.'],
      confirmation: move.set === 'restore' ? `Restore ${move.to}` : `Fail over to ${move.to}`,
    });
  },
  execute: runMove,
};

async function preconditionsOf(
  services: EngineServices,
  given: ManagementParameters,
  move: CentralManagementMove,
  signal: AbortSignal,
): Promise<readonly Precondition[]> {
  const own = await managementPreconditions(services, given, move, leasesOf(move), signal);
  return [...own, ...reportPreconditions(given.Report)];
}

function runMove(
  services: EngineServices,
  given: ManagementParameters,
  run: OperationRun,
): Promise<ManagementFailoverResult> {
  const report = { file: given.Report, title: 'Failover of Central Management', columns: ['Step', 'Evidence'] };
  return reported(
    report,
    ({ Steps }) => Steps,
    () => move(services, given, run),
  );
}

async function move(
  services: EngineServices,
  given: ManagementParameters,
  run: OperationRun,
): Promise<ManagementFailoverResult> {
  const ended = runEndedBefore(services, centralManagementOperation, centralManagementSubject, run);
  if (ended !== undefined) return resultOf(services, moveIn(ended), ended);
  const wanted = moveOf(services, given);
  const steps = { signal: run.signal, onProgress: run.onProgress, log: run.verbose };
  return resultOf(services, wanted, await services.runbooks.run(moveRunbook(wanted), { services }, steps));
}

function resultOf(
  services: EngineServices,
  { from, to }: CentralManagementMove,
  report: RunbookReport,
): ManagementFailoverResult {
  const previous = services.centralManagement.standing().stores.find(({ pool }) => pool === from);
  return {
    PreviousMasterFqdn: from,
    ActiveMasterFqdn: to,
    Lost: previous === undefined || previous.mode !== 'Backup' ? null : (previous.unreplicated ?? []),
    Steps: report.steps.map(({ title, evidence }) => ({ Step: title, Evidence: evidence ?? '' })),
  };
}

function leasesOf({ from, to }: CentralManagementMove): readonly string[] {
  return [...new Set([from, to])].map((pool) => `pool/${pool}/module/CentralMgmt.CMSMaster`);
}

/** What is to be moved: the move that was interrupted, if one was. Throws `pool-not-paired`, `argument-invalid`. */
function moveOf(services: EngineServices, given: ManagementParameters): CentralManagementMove {
  const set = setOf(given);
  const { active } = services.centralManagement.standing();
  if (active === undefined) throw noStore(services.deployment.name);
  if (set === 'restore') return restoreOf(services, active, given.Force === true);
  const interrupted = unfinishedRun(services, centralManagementOperation, centralManagementSubject);
  const move = interrupted === undefined ? undefined : moveIn(interrupted);
  if (move?.set === set) return move;
  const partner = partnerOf(services.deployment, active);
  if (partner?.centralManagement === undefined) throw noBackup(active, partner?.fqdn);
  return { set, from: active, to: partner.fqdn };
}

/** The present store is brought in line; with -Force, when that does not answer, the other one takes its place. */
function restoreOf(services: EngineServices, active: string, takesOther: boolean): CentralManagementMove {
  const other = partnerOf(services.deployment, active)?.fqdn ?? active;
  const { stores } = services.centralManagement.standing();
  const isLost = stores.find(({ pool }) => pool === active)?.error !== undefined;
  const replaces = takesOther && isLost && stores.some(({ pool }) => pool === other);
  return replaces ? { set: 'restore', from: active, to: other } : { set: 'restore', from: other, to: active };
}

function setOf(given: ManagementParameters): CentralManagementMove['set'] {
  const disaster = given.BackupSqlServerFqdn !== undefined;
  const others = [given.BackupSqlInstanceName, given.BackupMirrorSqlServerFqdn, given.BackupMirrorSqlInstanceName];
  if (!disaster && others.some((value) => value !== undefined))
    throw invalid('-BackupSqlServerFqdn', 'The other -Backup… parameters need it.');
  if (given.Restore !== true) return disaster ? 'disaster' : 'normal';
  if (disaster) throw invalid('-Restore', 'It is not used together with -BackupSqlServerFqdn.');
  return 'restore';
}

const moveSchema = z.object({ set: z.enum(['normal', 'disaster', 'restore']), from: z.string(), to: z.string() });

function moveIn({ parameters: recorded }: RunbookReport): CentralManagementMove {
  return moveSchema.parse(recorded);
}

function invalid(object: string, reason: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object,
    message: `The parameters of ${centralManagementOperation} do not go together at ${object}. ${reason}`,
    remedy: `lync-topology ${centralManagementOperation} --help describes them.`,
  });
}

function noStore(deployment: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'module-not-applicable',
    kind: 'refused',
    object: deployment,
    message: `The topology of ${deployment} names no pool with the Central Management store.`,
    remedy: 'Add centralManagement: active to the pool that hosts it.',
  });
}

function noBackup(active: string, partner: string | undefined): LyncTopologyError {
  return new LyncTopologyError({
    code: 'pool-not-paired',
    kind: 'refused',
    object: active,
    message:
      partner === undefined
        ? `The pool ${active} with the Central Management store has no backup pool.`
        : `The backup pool ${partner} of ${active} hosts no standby copy of the Central Management store.`,
    remedy:
      partner === undefined
        ? 'Pair it under poolPairs in the topology file.'
        : `Add centralManagement: standby and a CentralMgmt database to ${partner} in the topology file.`,
  });
}
