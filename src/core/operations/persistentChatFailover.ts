import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import { failoverOperation } from '../persistentChat/failover.ts';
import { noShare } from '../persistentChat/shippingErrors.ts';
import { type PersistentChatPool, sqlInstanceName } from '../topology/model.ts';
import { formatCount } from './amounts.ts';
import type { OperationDefinition, Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { chatLease, chatPoolFqdn, chatPreconditions, requireChat } from './persistentChat.ts';
import {
  backupPrecondition,
  chatServersPrecondition,
  isUnderWay,
  logSharePrecondition,
  type ProcedureResult,
  procedurePlan,
  runProcedure,
  serverPrecondition,
  statePrecondition,
} from './persistentChatProcedures.ts';
import { precondition } from './plans.ts';

const parameters = z.strictObject({
  PoolFqdn: chatPoolFqdn,
  Planned: z
    .boolean()
    .default(false)
    .meta(
      meta({
        description: 'The primary still serves: its last log backup is taken first, and nothing is lost.',
        productOnly: true,
      }),
    ),
  AllowDataLoss: z
    .boolean()
    .default(false)
    .meta(
      meta({
        description: 'Go on without log backups that cannot be had any more; what is lost is counted and listed.',
        productOnly: true,
      }),
    ),
});
type Parameters = z.infer<typeof parameters>;

export interface PersistentChatFailoverResult extends ProcedureResult {
  /** Acknowledged messages that this and earlier failovers gave up, as `room/message`. */
  readonly LostMessages: readonly string[];
}

export const persistentChatFailover: OperationDefinition<typeof parameters, PersistentChatFailoverResult> = {
  name: failoverOperation,
  kind: 'guided',
  title: 'Fail over Persistent Chat',
  summary: 'Brings a stretched Persistent Chat pool to its second site, step by step as documented.',
  description: [
    'For the loss of the primary site: log shipping is removed, the remaining log backups are copied and applied, the backup database is recovered, the pool state becomes FailedOver, the backup mirror is made, and the servers of the second site become active.',
    'While the primary still serves, the procedure is refused unless you add -Planned: then the end of the log is backed up first, and nothing is lost. What was acknowledged and never reached the log-shipping share is counted and listed by name.',
    'Each step is on record. Where one cannot run the procedure stops and says why; run the same command again after mending it, and it goes on with that step. mgccomp is not carried over: compliance data is transient.',
  ],
  parameters,
  examples: [
    {
      command: 'Invoke-PersistentChatFailover -PoolFqdn atl-pc-001.litwareinc.com',
      explanation: 'The primary site is lost.',
    },
    {
      command: 'Invoke-PersistentChatFailover -PoolFqdn atl-pc-001.litwareinc.com -Planned -WhatIf',
      explanation: 'What a move without loss would do.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  resumes: true,
  confirmation: () => 'Fail over Persistent Chat',
  describe: ({ PoolFqdn }) => `Fail over the Persistent Chat pool ${PoolFqdn}`,
  leases: (services, given) => [chatLease(requireChat(services, given.PoolFqdn))],
  preconditions,
  plan: async (services, given, signal) => {
    const pool = requireChat(services, given.PoolFqdn);
    return procedurePlan(services, persistentChatFailover, given, {
      title: persistentChatFailover.describe(given),
      runbook: services.persistentChat.failover(pool.fqdn, requestOf(given)),
      preconditions: await preconditions(services, given, signal),
      losses: lossesOf(services, pool, given),
      confirmation: 'Fail over Persistent Chat',
    });
  },
  execute: async (services, given, run) => {
    const pool = requireChat(services, given.PoolFqdn);
    const runbook = services.persistentChat.failover(pool.fqdn, requestOf(given));
    const result = await runProcedure(services, pool, runbook, run);
    const lost = services.persistentChat.lost(pool.fqdn);
    return { ...result, LostMessages: lost.map(({ room, id }) => `${room}/${id}`) };
  },
};

function requestOf({ Planned, AllowDataLoss }: Parameters) {
  return { planned: Planned, allowDataLoss: AllowDataLoss };
}

async function preconditions(
  services: EngineServices,
  given: Parameters,
  _signal: AbortSignal,
): Promise<readonly Precondition[]> {
  const pool = requireChat(services, given.PoolFqdn);
  const common = chatPreconditions(services, given.PoolFqdn);
  if (common.some(({ met }) => !met) || isUnderWay(services, pool, failoverOperation)) return common;
  const placement = pool.databases.PersistentChat;
  const topology = [backupPrecondition(pool), logSharePrecondition(pool)];
  const state = statePrecondition(services, pool, 'Normal');
  const backup = placement?.backup;
  if (backup === undefined || !topology.every(({ met }) => met) || !state.met) return [...common, ...topology, state];
  const servers = [
    serverPrecondition(services, backup.server, 'The backup server runs'),
    ...(placement?.backupMirror === undefined
      ? []
      : [serverPrecondition(services, placement.backupMirror.server, 'The server of the backup mirror runs')]),
  ];
  const reachable = servers.every(({ met }) => met);
  return [
    ...common,
    ...topology,
    state,
    ...servers,
    chatServersPrecondition(services, pool, 'backup'),
    primaryPrecondition(services, pool, given),
    ...(reachable ? [backupsPrecondition(services, pool, given)] : []),
  ];
}

/** Whether this is a move or a disaster is for a person to decide, never for the product. */
function primaryPrecondition(services: EngineServices, pool: PersistentChatPool, given: Parameters): Precondition {
  const serving = services.persistentChat.serving(pool.fqdn);
  const evidence =
    'instance' in serving ? `${sqlInstanceName(serving.instance)} serves the rooms.` : serving.error.message;
  const isServing = 'instance' in serving;
  return precondition(
    given.Planned ? 'The primary database serves' : 'The primary database does not serve any more',
    isServing === given.Planned,
    evidence,
    () =>
      given.Planned
        ? {
            code: 'chat-primary-not-serving',
            kind: 'refused',
            object: pool.fqdn,
            message: `No last log backup of ${pool.fqdn} can be taken: ${evidence}`,
            remedy: 'Mend it, or leave -Planned out when the primary site is lost.',
          }
        : {
            code: 'chat-primary-serving',
            kind: 'refused',
            object: pool.fqdn,
            message: `The primary database of ${pool.fqdn} still serves: ${evidence}`,
            remedy:
              'Add -Planned to move it without loss. If its site is to be given up, stop the SQL servers of that site first.',
          },
  );
}

function backupsPrecondition(services: EngineServices, pool: PersistentChatPool, given: Parameters): Precondition {
  const statement = 'Every log backup that was written can be applied';
  try {
    const { files, commits, problem } = services.persistentChat.outstanding(pool.fqdn);
    const count = `${formatCount(files, 'log backup')} with ${formatCount(commits, 'commit')} to apply.`;
    if (problem === undefined) return precondition(statement, true, count, () => noShare(pool.fqdn).toJSON());
    const evidence = `${count} ${problem.message}`;
    return precondition(statement, given.AllowDataLoss, evidence, () => ({
      ...problem.toJSON(),
      kind: 'refused',
      remedy: `${problem.remedy} If it is lost for good, add -AllowDataLoss: what is lost is counted and listed.`,
    }));
  } catch (error) {
    if (!(error instanceof LyncTopologyError)) throw error;
    return precondition(statement, false, error.message, () => ({ ...error.toJSON(), kind: 'refused' }));
  }
}

function lossesOf(services: EngineServices, pool: PersistentChatPool, given: Parameters): readonly string[] {
  if (given.Planned) return ['No message. Nothing can be said in the rooms while it runs.'];
  const waiting = services.persistentChat.unshipped(pool.fqdn);
  if (waiting.length === 0) return ['No message that was acknowledged.'];
  return [
    `${formatCount(waiting.length, 'acknowledged message')} not known to be in the backup database; what the log backups do not hold is lost:`,
    ...waiting.slice(0, 20).map(({ room, id, author, saidAt }) => `${room}/${id} of ${author}, ${saidAt}`),
    ...(waiting.length > 20 ? [`and ${waiting.length - 20} more.`] : []),
  ];
}
