/** What the failover and the failback of a Persistent Chat pool share. */
import type { EngineServices } from '../engine/services.ts';
import { noRunningServer } from '../persistentChat/chatErrors.ts';
import type { ChatPoolState } from '../persistentChat/contract.ts';
import { serversOfSide } from '../persistentChat/places.ts';
import { noBackupDatabase, noShare } from '../persistentChat/shippingErrors.ts';
import type { Runbook, RunbookReport } from '../runbooks/runbook.ts';
import { type PersistentChatPool, sqlInstanceName } from '../topology/model.ts';
import type { OperationDefinition, OperationRun, Plan, Precondition } from './definition.ts';
import { chatLease } from './persistentChat.ts';
import { makePlan, precondition } from './plans.ts';

/** A run of the procedure stopped where a step could not run: the same command goes on with that step. */
export function isUnderWay(services: EngineServices, pool: PersistentChatPool, operation: string): boolean {
  const run = services.runbooks.latest(chatLease(pool));
  return run?.operation === operation && (run.state === 'running' || run.state === 'stopped');
}

export function statePrecondition(
  services: EngineServices,
  pool: PersistentChatPool,
  wanted: ChatPoolState,
): Precondition {
  const state = services.persistentChat.state(pool.fqdn);
  return precondition(`The pool state is ${wanted}`, state === wanted, `It is ${state}.`, () => ({
    code: 'chat-pool-state',
    kind: 'refused',
    object: pool.fqdn,
    message: `The state of the Persistent Chat pool ${pool.fqdn} is ${state}; this procedure begins with ${wanted}.`,
    remedy:
      wanted === 'Normal'
        ? 'Fail it back first with Invoke-PersistentChatFailback.'
        : 'There is nothing to fail back: its primary databases serve.',
  }));
}

/** A server that can be active near the databases of a side runs (domain D.5). */
export function chatServersPrecondition(
  services: EngineServices,
  pool: PersistentChatPool,
  side: 'primary' | 'backup',
): Precondition {
  const site = side === 'primary' ? 'primary site' : 'second site';
  const own = serversOfSide(services.deployment, pool, side).map(({ fqdn }) => fqdn);
  const { servers } = services.persistentChat.status(pool.fqdn);
  const running = own.filter((server) => servers.some(({ fqdn, running: runs }) => fqdn === server && runs));
  return precondition(
    `A chat server of the ${site} runs`,
    running.length > 0,
    running.length > 0 ? `Running: ${running.join(', ')}.` : `None of ${own.join(', ') || 'them'} runs.`,
    () => noRunningServer(pool.fqdn, site, own).toJSON(),
  );
}

/** There is a log-shipping secondary: without one no failover is possible (domain D.5). */
export function backupPrecondition(pool: PersistentChatPool): Precondition {
  const { backup } = pool.databases.PersistentChat ?? {};
  return precondition(
    'The pool has a backup database',
    backup !== undefined,
    backup === undefined ? 'The topology gives none.' : sqlInstanceName(backup),
    () => noBackupDatabase(pool.fqdn).toJSON(),
  );
}

export function logSharePrecondition(pool: PersistentChatPool): Precondition {
  const { logShippingShare: share } = pool;
  return precondition(
    'The pool has a log-shipping share',
    share !== undefined,
    share === undefined ? 'The topology gives none.' : `On ${share.server}.`,
    () => noShare(pool.fqdn).toJSON(),
  );
}

export function serverPrecondition(services: EngineServices, server: string, statement: string): Precondition {
  const stopped = services.lab.faults().some(({ kind, target }) => kind === 'stop' && target === server);
  return precondition(statement, !stopped, `${server} ${stopped ? 'is stopped' : 'runs'}.`, () => ({
    code: 'server-stopped',
    kind: 'refused',
    object: server,
    message: `The server ${server} is stopped.`,
    remedy: `Start it, here with "lync-topology fault start ${server}", and run this again.`,
  }));
}

export interface ProcedureResult {
  readonly PoolFqdn: string;
  readonly PoolState: ChatPoolState;
  readonly ActiveServers: readonly string[];
  readonly Steps: RunbookReport['steps'];
}

/** Runs the procedure, or goes on with it where it stopped; the pool as it is then. */
export async function runProcedure(
  services: EngineServices,
  pool: PersistentChatPool,
  runbook: Runbook<undefined>,
  run: OperationRun,
): Promise<ProcedureResult> {
  const { steps } = await services.runbooks.run(runbook, undefined, { ...run, log: run.verbose });
  return {
    PoolFqdn: pool.fqdn,
    PoolState: services.persistentChat.state(pool.fqdn),
    ActiveServers: services.persistentChat.activeServers(pool.fqdn),
    Steps: steps,
  };
}

export interface ProcedureContent {
  readonly title: string;
  readonly runbook: Runbook<undefined>;
  readonly preconditions: readonly Precondition[];
  readonly losses: readonly string[];
  readonly confirmation: string;
}

/** The steps of the procedure as the documentation gives them, with its commands; what is done already is said. */
export function procedurePlan(
  services: EngineServices,
  definition: OperationDefinition,
  parameters: Readonly<Record<string, unknown>>,
  { runbook, ...content }: ProcedureContent,
): Plan {
  const run = services.runbooks.latest(runbook.subject);
  const under = run?.operation === runbook.operation && (run.state === 'running' || run.state === 'stopped');
  const done = new Set(under ? run.steps.filter(({ state }) => state === 'done').map(({ id }) => id) : []);
  return makePlan(definition, parameters, {
    ...content,
    steps: runbook.steps.map(({ id, title, detail }) => ({
      title,
      detail: done.has(id) ? `Done already, and not repeated. ${detail}` : detail,
    })),
    powershell: runbook.steps.flatMap(({ title, command }) => [`# ${title}`, command ?? '']).join('\n'),
  });
}
