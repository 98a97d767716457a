/** Watch until Steady State: how far each module of a pool has come, until its partner has everything. */
import { type CancellationToken, commands, l10n, ProgressLocation, window } from 'vscode';
import type { DeploymentStatus, ModuleStatus } from '../../core/status.ts';
import { duration } from '../amounts.ts';
import { commands as own } from '../names.ts';
import type { Services } from '../services.ts';
import type { Session } from '../session.ts';
import { exportWords } from '../views/states.ts';
import {
  failureWords,
  hasReached,
  judge,
  type WatchedModule,
  type WatchRequest,
  watchedModules,
  watchedWords,
} from './watched.ts';

export interface WatchResult {
  readonly outcome: Outcome;
  readonly PoolFqdn: string;
  readonly BackupModules: readonly Pick<ModuleStatus, 'Identity' | 'ExportStatus' | 'explanation'>[];
}

type Outcome = 'reached' | 'failed' | 'timedOut' | 'cancelled';

/** Watches in a notification and says how it ended. Rejects where there is nothing to watch. */
export async function watch(services: Services, session: Session, request: WatchRequest): Promise<WatchResult> {
  const started = performance.now();
  const live = session.holdLive();
  try {
    // What the store still holds may be old: the first look is at what is measured now.
    await session.refresh();
    const { outcome, watched } = await window.withProgress(
      { location: ProgressLocation.Notification, title: l10n.t('Watching {0}', request.pool), cancellable: true },
      (report, token) => untilJudged(session, request, token, reporter(request, report)),
    );
    // Not awaited: the watch has ended, and the message waits for whoever reads it.
    void tell(services, request, outcome, watched, performance.now() - started);
    return {
      outcome,
      PoolFqdn: request.pool,
      BackupModules: watched.map(({ module: { Identity, ExportStatus, explanation } }) => ({
        Identity,
        ExportStatus,
        explanation,
      })),
    };
  } finally {
    live[Symbol.dispose]();
  }
}

interface Judged {
  readonly outcome: Outcome;
  readonly watched: readonly WatchedModule[];
}

/** Looks at every change of the status until the modules have reached the state or one has failed. */
function untilJudged(
  session: Session,
  request: WatchRequest,
  token: CancellationToken,
  report: (watched: readonly WatchedModule[]) => void,
): Promise<Judged> {
  return new Promise((resolve, reject) => {
    let watched: readonly WatchedModule[] = [];
    const look = (status: DeploymentStatus | undefined): void => {
      if (status === undefined) return;
      try {
        watched = watchedModules(status, request);
        report(watched);
        const verdict = judge(watched, request.until);
        if (verdict !== 'waiting') end(verdict);
      } catch (error) {
        stop();
        reject(error);
      }
    };
    const end = (outcome: Outcome): void => {
      stop();
      resolve({ outcome, watched });
    };
    const stop = (): void => {
      clearTimeout(timer);
      subscription[Symbol.dispose]();
      cancellation.dispose();
    };
    const timer = setTimeout(() => end('timedOut'), request.timeout);
    const subscription = session.store.onDidChange(look);
    const cancellation = token.onCancellationRequested(() => end('cancelled'));
    look(session.store.current);
  });
}

function reporter(
  request: WatchRequest,
  progress: { report(value: { message?: string; increment?: number }): void },
): (watched: readonly WatchedModule[]) => void {
  let shown = 0;
  return (watched) => {
    const part = (watched.filter((one) => hasReached(one, request.until)).length / watched.length) * 100;
    progress.report({
      message: watched.map((one) => watchedWords(one, request.until)).join(' · '),
      increment: Math.max(0, part - shown),
    });
    shown = Math.max(shown, part);
  };
}

async function tell(
  services: Services,
  request: WatchRequest,
  outcome: Outcome,
  watched: readonly WatchedModule[],
  took: number,
): Promise<void> {
  const showStatus = { title: l10n.t('Show Status'), command: own.showStatus };
  const showLog = { title: l10n.t('Show Log'), command: own.showLog };
  const again = { title: l10n.t('Watch Again'), command: own.watchUntilSteadyState };
  const sentence = sentenceOf(request, outcome, watched, took);
  services.log.info(sentence);
  const picked = await showOutcome(outcome, sentence, { showStatus, showLog, again });
  if (picked === undefined) return;
  const { pool: PoolFqdn, module: BackupModule } = request;
  await commands.executeCommand(
    picked.command,
    ...(picked === again ? [{ PoolFqdn, ...(BackupModule === undefined ? {} : { BackupModule }) }] : []),
  );
}

interface Button {
  readonly title: string;
  readonly command: string;
}

async function showOutcome(
  outcome: Outcome,
  sentence: string,
  { showStatus, showLog, again }: Readonly<Record<'showStatus' | 'showLog' | 'again', Button>>,
): Promise<Button | undefined> {
  switch (outcome) {
    case 'reached':
      return window.showInformationMessage<Button>(sentence, showStatus, showLog);
    case 'failed':
      return window.showErrorMessage<Button>(sentence, showStatus, again, showLog);
    case 'timedOut':
      return window.showWarningMessage<Button>(sentence, again, showStatus, showLog);
    case 'cancelled':
      window.setStatusBarMessage(sentence, 5000);
      return undefined;
  }
}

function sentenceOf(
  { pool, until, timeout }: WatchRequest,
  outcome: Outcome,
  watched: readonly WatchedModule[],
  took: number,
): string {
  const target = exportWords(until);
  switch (outcome) {
    case 'reached':
      return l10n.t('{0} has reached {1}, after {2}.', pool, target, duration(took));
    case 'failed':
      return l10n.t('{0} did not reach {1}: {2}', pool, target, failureWords(watched));
    case 'timedOut': {
      const waiting = watched.filter((one) => !hasReached(one, until)).map((one) => watchedWords(one, until));
      return l10n.t('{0} has not reached {1} within {2}. {3}.', pool, target, duration(timeout), waiting.join(' · '));
    }
    case 'cancelled':
      return l10n.t('{0} is watched no longer; what runs goes on.', pool);
  }
}
