import { setTimeout as delay } from 'node:timers/promises';
import { cancelled, LyncTopologyError } from '../../core/errors.ts';
import { formatBacklog, formatDuration, formatList } from '../../core/operations/amounts.ts';
import { backupModule } from '../../core/operations/fields.ts';
import { requirePartner } from '../../core/operations/subjects.ts';
import type { DeploymentStatus, ModuleStatus } from '../../core/status.ts';
import { findPool } from '../../core/topology/model.ts';
import { type BackupModule, canonicalBackupModule } from '../../core/topology/vocabulary.ts';
import { readDeployment } from '../../engineHost/topologyFile.ts';
import { type Command, type GivenArguments, parameter } from '../command.ts';
import { type Context, locate } from '../context.ts';
import { readDuration } from '../durations.ts';
import { progressLine } from '../render/progress.ts';
import { usage } from '../usage.ts';

type Goal = 'SteadyState' | 'FinalState';

interface Watch {
  readonly pool: string;
  readonly modules: readonly BackupModule[] | undefined;
  readonly until: Goal;
  readonly timeout: number;
}

/** Changes arrive as events; this is for what no event tells of, such as files that somebody else changed. Milliseconds. */
const lookAgain = 1_000;

export const watch: Command = {
  name: 'watch',
  summary: 'Follows the Backup Service of a pool until it has reached Steady State.',
  description: [
    'A synchronisation that was asked for and still runs is waited for too. The exit status is 0 when every module has reached the state, 1 when one is in an error state, 2 when the time is over.',
    'CentralMgmt.CMSMaster on a pool without the active Central Management store never exports and is left out.',
  ],
  group: 'operation',
  dashes: '-',
  parameters: [
    parameter('PoolFqdn', 'string', 'The pool whose export is followed.', {
      required: true,
      placeholder: 'FQDN',
      offers: 'pairedPool',
    }),
    parameter('BackupModule', 'string', 'Only this module.', { placeholder: 'MODULE', offers: 'backupModule' }),
    parameter('Until', 'string', 'The state that is waited for.', {
      values: ['SteadyState', 'FinalState'],
      default: 'SteadyState',
      placeholder: 'STATE',
    }),
    parameter('Timeout', 'string', 'How long to wait at most.', { default: '00:30:00', placeholder: 'TIMESPAN' }),
  ],
  examples: [
    {
      command: 'watch -PoolFqdn dal-cs-001.litwareinc.com -BackupModule ConfServices.DataConf',
      explanation: 'Waits until the conference content of the Dallas pool is in Steady State.',
    },
    {
      command: 'watch -PoolFqdn atl-cs-001.litwareinc.com -Until FinalState -Timeout 00:05:00 --json',
      explanation: 'One line of JSON for every change, and one for the end.',
    },
  ],
  run: follow,
};

async function follow(context: Context, given: GivenArguments): Promise<number> {
  const what = readWatch(context, given);
  const connection = await context.connect();
  const started = performance.now();
  let changed = Promise.withResolvers<void>();
  const subscription = connection.onDidChangeStatus(() => changed.resolve());
  let told = '';
  try {
    for (let first = true; ; first = false) {
      changed = Promise.withResolvers();
      const status = await connection.status(context.signal);
      const modules = watchedModules(status, what);
      told = tell(context, what, modules, told);
      if (first) noteIfNothingRuns(context, status, what, modules);
      const verdict = judge(status, what, modules);
      const elapsed = performance.now() - started;
      if (verdict !== undefined || elapsed >= what.timeout) return conclude(context, what, modules, verdict, elapsed);
      const patience = Math.min(lookAgain, what.timeout - elapsed);
      await Promise.race([changed.promise, delay(patience, undefined, { ref: true })]);
      if (context.signal.aborted) throw cancelled('Watching');
      if (context.terminal.outputClosed.aborted) return 0;
    }
  } finally {
    subscription[Symbol.dispose]();
    context.terminal.err.live([]);
  }
}

function readWatch(context: Context, { parameters }: GivenArguments): Watch {
  const name = parameters['PoolFqdn'];
  if (typeof name !== 'string')
    throw usage('argument-missing', '-PoolFqdn', 'watch needs -PoolFqdn.', 'Name the pool to follow.');
  const deployment = readDeployment(locate(context.options).topologyFile);
  requirePartner(deployment, name);
  const module =
    typeof parameters['BackupModule'] === 'string' ? backupModule.parse(parameters['BackupModule']) : 'All';
  const goals: readonly Goal[] = ['SteadyState', 'FinalState'];
  const until = String(parameters['Until'] ?? 'SteadyState').replaceAll(' ', '');
  const goal = goals.find((candidate) => candidate.toLowerCase() === until.toLowerCase());
  if (goal === undefined)
    throw usage('argument-invalid', '-Until', `-Until cannot take "${until}".`, 'Write SteadyState or FinalState.');
  return {
    pool: findPool(deployment, name)?.fqdn ?? name,
    modules: module === 'All' ? undefined : [module],
    until: goal,
    timeout: readDuration('-Timeout', String(parameters['Timeout'] ?? '00:30:00')),
  };
}

/** Modules that export here, or the one that was asked for. Throws `data-directory-missing`, `module-not-applicable`. */
function watchedModules(status: DeploymentStatus, what: Watch): readonly ModuleStatus[] {
  const pool = status.pools.find(({ fqdn }) => fqdn === what.pool);
  const exporting = (pool?.modules ?? []).filter(
    ({ exportsHere, Identity }) => exportsHere && (what.modules?.includes(Identity) ?? true),
  );
  if (exporting.length > 0) return exporting;
  throw new LyncTopologyError(
    status.initialized
      ? {
          code: 'module-not-applicable',
          kind: 'refused',
          object: what.modules?.[0] ?? what.pool,
          message: `${what.modules?.[0] ?? 'No module'} is not exported by ${what.pool}.`,
          remedy: `It exports ${formatList((pool?.modules ?? []).filter(({ exportsHere }) => exportsHere).map(({ Identity }) => Identity))}.`,
        }
      : {
          code: 'data-directory-missing',
          kind: 'refused',
          object: status.dataDirectory,
          message: `The data directory ${status.dataDirectory} has not been initialised.`,
          remedy: 'Create its databases and shares with "lync-topology init".',
        },
  );
}

/** `undefined` while there is something to wait for. */
function judge(
  status: DeploymentStatus,
  what: Watch,
  modules: readonly ModuleStatus[],
): 'reached' | 'error' | undefined {
  if (syncInFlight(status, what) || modules.some(({ current }) => current !== undefined)) return undefined;
  if (modules.some(inError)) return 'error';
  const good = what.until === 'FinalState' ? ['FinalState'] : ['SteadyState', 'FinalState'];
  return modules.every(({ ExportStatus }) => good.includes(ExportStatus)) ? 'reached' : undefined;
}

function inError({ ExportStatus }: ModuleStatus): boolean {
  return ExportStatus === 'ErrorState';
}

/** A sync of the pool that was asked for and has not ended: its own, or that of a restore to its partner. */
function syncInFlight({ jobs, pairs }: DeploymentStatus, what: Watch): boolean {
  const partner = pairs.find(({ pools }) => pools.includes(what.pool))?.pools.find((name) => name !== what.pool);
  return jobs.some(({ state, operation, parameters }) => {
    if (!['queued', 'running', 'cancelling'].includes(state)) return false;
    if (operation === 'Restore-ConferenceContents') return parameters['PoolFqdn'] === partner;
    if (operation !== 'Invoke-CsBackupServiceSync' || parameters['PoolFqdn'] !== what.pool) return false;
    const module = canonicalBackupModule(String(parameters['BackupModule'] ?? 'All'));
    return module === undefined || what.modules === undefined || what.modules.includes(module);
  });
}

/** Says what changed since it was said last. */
function tell(context: Context, what: Watch, modules: readonly ModuleStatus[], told: string): string {
  const { terminal, options } = context;
  if (!options.quiet) terminal.err.live(modules.map(liveLine));
  const document = {
    PoolFqdn: what.pool,
    BackupModules: modules.map(({ Identity, ExportStatus, ImportStatus, backlog }) => ({
      Identity,
      ExportStatus,
      ImportStatus,
      Backlog: backlog ?? null,
    })),
  };
  const text = JSON.stringify(document);
  if (text === told) return told;
  if (options.json) context.jsonLine({ time: new Date().toISOString(), ...document });
  else if (!terminal.out.isTerminal && !options.quiet)
    for (const module of modules) terminal.out.line(plainLine(module));
  return text;
}

function liveLine(module: ModuleStatus): string {
  const name = module.Identity.padEnd(28);
  const { current } = module;
  return current === undefined ? `${name}${plainState(module)}` : `${name}${progressLine(current.progress)}`;
}

function plainLine(module: ModuleStatus): string {
  return `${module.Identity}: ${plainState(module)}`;
}

function plainState({ ExportStatus, backlog }: ModuleStatus): string {
  return `${ExportStatus}, ${formatBacklog(backlog)}`;
}

function noteIfNothingRuns(
  context: Context,
  status: DeploymentStatus,
  what: Watch,
  modules: readonly ModuleStatus[],
): void {
  if (status.backgroundCycles.running || judge(status, what, modules) !== undefined || syncInFlight(status, what))
    return;
  context.note(
    'No Backup Service cycle runs by itself now. Start "lync-topology serve", or ask for a sync with Invoke-CsBackupServiceSync.',
  );
}

function conclude(
  context: Context,
  what: Watch,
  modules: readonly ModuleStatus[],
  verdict: 'reached' | 'error' | undefined,
  elapsed: number,
): number {
  context.terminal.err.live([]);
  if (verdict === 'reached') {
    const states = modules.map(({ Identity, ExportStatus }) => ({ Identity, ExportStatus }));
    if (context.options.json) {
      context.jsonLine({
        Outcome: 'Reached',
        PoolFqdn: what.pool,
        Until: what.until,
        Elapsed: Math.round(elapsed),
        BackupModules: states,
      });
    } else if (!context.options.quiet) {
      context.terminal.out.line(
        `${what.pool} has reached ${what.until === 'FinalState' ? 'Final State' : 'Steady State'} after ${formatDuration(elapsed)}: ${states.map(({ Identity, ExportStatus }) => `${Identity} ${ExportStatus}`).join(', ')}.`,
      );
    }
    return 0;
  }
  const faulty = modules.find(inError);
  if (verdict === 'error' && faulty !== undefined) throw failed(what, faulty);
  throw new LyncTopologyError({
    code: 'timed-out',
    kind: 'timedOut',
    object: what.pool,
    message: `${what.pool} has not reached ${what.until} within ${formatDuration(what.timeout)}: ${modules.map(plainLine).join('; ')}.`,
    remedy: 'Give it more time with -Timeout, see that cycles run ("lync-topology serve"), or ask for a sync.',
  });
}

function failed(what: Watch, module: ModuleStatus): LyncTopologyError {
  const information = module.exportError ?? {
    code: 'sync-failed' as const,
    object: what.pool,
    message: `${module.Identity} of ${what.pool} is in ErrorState. ${module.explanation}`,
    remedy: 'Mend what it names, and ask for a sync.',
  };
  // Whatever the cause is called, the watch has failed: that is its exit status.
  return new LyncTopologyError({ ...information, kind: 'failed' });
}
