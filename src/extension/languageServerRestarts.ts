/** A language server that ends by itself is started again, silently, unless it goes on ending. */
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, type ErrorHandler } from 'vscode-languageclient/node';
import { commands } from './names.ts';

/** So many ends within so many milliseconds are a defect that another start will not mend. */
const mostEnds = 4;
const within = 3 * 60_000;

export interface RestartOptions {
  readonly log: vscode.LogOutputChannel;
  /** Milliseconds, from any beginning. */
  readonly now?: () => number;
  readonly onGivenUp?: () => void;
}

/** Decides after each end; tells the user only when it gives up. */
export function restartWithin({
  log,
  now = () => performance.now(),
  onGivenUp = offerRestart,
}: RestartOptions): ErrorHandler {
  let ends: readonly number[] = [];
  return {
    // A message that could not be read or written costs one answer; the end of the server is told below.
    error: (error) => {
      log.error(`language server: ${error.message}`);
      return { action: ErrorAction.Continue, handled: true };
    },
    closed: () => {
      const time = now();
      ends = [...ends.filter((end) => time - end < within), time];
      if (ends.length < mostEnds) {
        log.warn('The language server ended and is started again.');
        return { action: CloseAction.Restart, handled: true };
      }
      log.error(`The language server ended ${mostEnds} times within three minutes and is not started again.`);
      ends = [];
      onGivenUp();
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}

function offerRestart(): void {
  void askForRestart();
}

async function askForRestart(): Promise<void> {
  const restart = vscode.l10n.t('Restart');
  const showLog = vscode.l10n.t('Show Log');
  const picked = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Topology files are not checked at the moment: the language server ended several times, and the log says why. Nothing of your files is lost.',
    ),
    restart,
    showLog,
  );
  if (picked === restart) await vscode.commands.executeCommand(commands.restartLanguageServer);
  if (picked === showLog) await vscode.commands.executeCommand(commands.showLog);
}
