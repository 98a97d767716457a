/** The jobs view, with the number that runs as a badge on the container. */
import * as vscode from 'vscode';
import type { Deployments } from '../deployments.ts';
import { views } from '../names.ts';
import { describeJobs } from './jobsOutline.ts';
import { isRunning } from './states.ts';
import { createTreeView } from './treeView.ts';

export interface JobsView extends vscode.Disposable {
  readonly visible: boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  render(): void;
}

export function createJobsView(deployments: Deployments): JobsView {
  const tree = createTreeView(views.jobs);
  return {
    get visible() {
      return tree.view.visible;
    },
    onDidChangeVisibility: tree.view.onDidChangeVisibility,
    render: () => {
      const session = deployments.active;
      const jobs = session?.store.current?.jobs ?? [];
      tree.show(describeJobs(jobs, session?.store.current?.pools.map(({ fqdn }) => fqdn) ?? []));
      const running = session?.live === true ? jobs.filter(({ state }) => isRunning(state)).length : 0;
      tree.view.badge =
        running === 0
          ? undefined
          : {
              value: running,
              tooltip: running === 1 ? vscode.l10n.t('1 job runs') : vscode.l10n.t('{0} jobs run', running),
            };
    },
    dispose: () => tree.dispose(),
  };
}
