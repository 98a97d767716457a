/** How errors are told to a person: a sentence, what to do about it, and buttons that do it. */
import { commands, type LogOutputChannel, l10n, window, workspace } from 'vscode';
import { type ErrorCode, type ErrorInformation, LyncTopologyError } from '../core/errors.ts';
import { commands as own } from './names.ts';

/** Any error as one that can be shown; what is not one of ours is a defect and says so. */
export function asErrorInformation(error: unknown): ErrorInformation {
  if (error instanceof LyncTopologyError) return error.toJSON();
  return {
    code: 'internal',
    kind: 'failed',
    object: 'Lync Topology',
    message: l10n.t(
      'Something went wrong inside Lync Topology: {0}',
      error instanceof Error ? error.message : String(error),
    ),
    remedy: l10n.t('The log holds the details.'),
  };
}

export interface Remedy {
  readonly title: string;
  readonly command: string;
  readonly argument?: unknown;
}

/**
 * Tells it, unless it is only that the user cancelled; `remedies` are offered instead of the log. Resolves when the message
 * was answered.
 */
export async function showFailure(error: unknown, log: LogOutputChannel, remedies?: readonly Remedy[]): Promise<void> {
  const information = asErrorInformation(error);
  logFailure(error, log);
  if (information.kind === 'cancelled') {
    void window.setStatusBarMessage(information.message, 5000);
    return;
  }
  const remedy: Remedy | undefined = workspace.isTrusted
    ? remedyCommand(information.code)
    : { title: l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' };
  const others = remedies ?? [{ title: l10n.t('Show Log'), command: own.showLog }];
  const buttons = remedy === undefined ? others : [remedy, ...others];
  const picked = await window.showErrorMessage(`${information.message} ${information.remedy}`, ...buttons);
  if (picked !== undefined) await commands.executeCommand(picked.command, picked.argument);
}

export function logFailure(error: unknown, log: LogOutputChannel): void {
  const information = asErrorInformation(error);
  const line = `${information.code} (${information.object}): ${information.message} ${information.remedy}`;
  if (information.kind === 'cancelled') log.info(line);
  else log.error(line);
  if (information.code === 'internal' && error instanceof Error && error.stack !== undefined) log.debug(error.stack);
}

/** The command that does what the remedy of an error says, where one does. */
function remedyCommand(code: ErrorCode): Remedy | undefined {
  switch (code) {
    case 'data-directory-missing':
    case 'share-missing':
      return { title: l10n.t('Initialise Data Directory'), command: own.initializeDataDirectory };
    case 'topology-not-found':
      return { title: l10n.t('Create Sample'), command: own.createSample };
    case 'topology-ambiguous':
      return { title: l10n.t('Select Topology'), command: own.selectTopology };
    case 'topology-invalid':
      return { title: l10n.t('Show Problems'), command: 'workbench.actions.view.problems' };
    case 'lease-held':
      return { title: l10n.t('Show Jobs'), command: own.showJobs };
    case 'share-lost-content':
      return { title: l10n.t('Restore Conference Contents'), command: own.restoreConferenceContents };
    case 'engine-unreachable':
    case 'engine-stopped':
      return { title: l10n.t('Connect Again'), command: own.connect };
    case 'data-directory-unusable':
    case 'data-directory-not-empty':
    case 'data-directory-newer':
      return { title: l10n.t('Open Data Directory'), command: own.openDataDirectory };
    case 'pool-stopped':
    case 'server-stopped':
    case 'database-not-synchronized':
    case 'database-already-principal':
    case 'database-no-principal':
      return { title: l10n.t('Show Status'), command: own.showStatus };
    default:
      return undefined;
  }
}
