/** The status bar item: which deployment, its worst state, what runs. */
import * as vscode from 'vscode';
import type { DeploymentStatus } from '../core/status.ts';
import { progressWords } from './amounts.ts';
import { commands } from './names.ts';
import type { Session } from './session.ts';
import { escapeText } from './views/outlineParts.ts';
import { chatWords, deploymentLevel, deploymentWords, isRunning, type Level, poolWords } from './views/states.ts';

export interface StatusBar extends vscode.Disposable {
  /** `name` is that of the topology file, for as long as nothing is known of the deployment. */
  show(name: string | undefined, session: Session | undefined): void;
}

export function createStatusBar(): StatusBar {
  const item = vscode.window.createStatusBarItem('lyncTopology.status', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('Lync Topology');
  item.command = { command: commands.showStatus, title: vscode.l10n.t('Show Status') };
  return {
    show: (name, session) => {
      if (name === undefined) {
        item.hide();
        return;
      }
      const status = session?.live === true ? session.store.current : undefined;
      if (status === undefined) showName(item, name, session);
      else showStatus(item, status);
      item.show();
    },
    dispose: () => item.dispose(),
  };
}

/** A state that nobody measures at this moment is not shown: it could be wrong. */
function showName(item: vscode.StatusBarItem, name: string, session: Session | undefined): void {
  const failed = session?.state.kind === 'failed';
  item.text = failed ? `$(warning) ${name}` : `$(server-environment) ${name}`;
  item.backgroundColor = undefined;
  item.tooltip = failed
    ? vscode.l10n.t('The deployment cannot be reached. Select to see why.')
    : vscode.l10n.t('Select to see the live state of the deployment.');
  item.accessibilityInformation = { label: vscode.l10n.t('Lync Topology, {0}', name), role: 'button' };
}

function showStatus(item: vscode.StatusBarItem, status: DeploymentStatus): void {
  const level = deploymentLevel(status);
  const words = deploymentWords(status);
  const running = status.jobs.filter(({ state }) => isRunning(state));
  const jobs =
    running.length === 0
      ? ''
      : running.length === 1
        ? vscode.l10n.t('  $(sync~spin) 1 job')
        : vscode.l10n.t('  $(sync~spin) {0} jobs', running.length);
  item.text = `${icons[level]} ${status.deployment}: ${words}${jobs}`;
  item.backgroundColor = level === 'error' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  item.accessibilityInformation = { label: `${status.deployment}, ${words}`, role: 'button' };
  const lines = [
    `**${escapeText(status.deployment)}** ${escapeText(words)}`,
    ...status.pools.map((pool) => `- ${escapeText(pool.fqdn)}: ${escapeText(poolWords(pool))}`),
    ...(status.persistentChat ?? []).map((pool) => `- ${escapeText(pool.fqdn)}: ${escapeText(chatWords(pool))}`),
    ...running.map((job) =>
      job.progress === undefined
        ? `- ${escapeText(job.title)}`
        : `- ${escapeText(job.title)}: ${escapeText(progressWords(job.progress))}`,
    ),
  ];
  item.tooltip = new vscode.MarkdownString(lines.join('\n'));
}

const icons: Readonly<Record<Level, string>> = {
  unknown: '$(server-environment)',
  good: '$(pass)',
  busy: '$(sync~spin)',
  attention: '$(warning)',
  error: '$(error)',
};
