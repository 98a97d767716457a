/** The command "Watch until Steady State": which pool, which module, how long. */
import { l10n, window, workspace } from 'vscode';
import { parseTimeSpan } from '../../core/topology/values.ts';
import { settingsSection } from '../configuration.ts';
import type { Services } from '../services.ts';
import { poolOffer } from './offers.ts';
import { type Call, poolOf, readCall, subjectOf } from './subjects.ts';
import { type WatchResult, watch } from './watch.ts';
import type { WatchRequest } from './watched.ts';

/** Takes `PoolFqdn`, `BackupModule`, `Until` and `Timeout` (a time span) as the command line does. */
export async function watchCommand(services: Services, argument: unknown): Promise<WatchResult | undefined> {
  const call = readCall(argument);
  const session = await services.deployments.require();
  if (session === undefined) return undefined;
  const pool = givenPool(call) ?? (await askPool(services));
  if (pool === undefined) return undefined;
  return watch(services, session, { pool, ...given(call) });
}

function given(call: Call): Omit<WatchRequest, 'pool'> {
  const parameters = call.kind === 'parameters' ? call.parameters : {};
  const subject = subjectOf(call);
  const module = subject?.kind === 'module' ? subject.module : parameters['BackupModule'];
  const timeout = parameters['Timeout'];
  const minutes = workspace.getConfiguration(settingsSection).get('watch.timeout', 30);
  return {
    ...(typeof module === 'string' && module.toLowerCase() !== 'all' ? { module } : {}),
    until: parameters['Until'] === 'FinalState' ? 'FinalState' : 'SteadyState',
    timeout: (typeof timeout === 'string' ? parseTimeSpan(timeout) : undefined) ?? minutes * 60_000,
  };
}

function givenPool(call: Call): string | undefined {
  if (call.kind !== 'parameters') return poolOf(subjectOf(call));
  const pool = call.parameters['PoolFqdn'];
  return typeof pool === 'string' ? pool : undefined;
}

async function askPool({ deployments }: Services): Promise<string | undefined> {
  const session = await deployments.require();
  if (session === undefined) return undefined;
  const { pools } = await (await session.connection()).status();
  const picked = await window.showQuickPick(pools.filter(({ partner }) => partner !== undefined).map(poolOffer), {
    title: l10n.t('Watch until Steady State'),
    placeHolder: l10n.t('The pool whose changes are on their way to its backup pool'),
  });
  return picked?.value;
}
