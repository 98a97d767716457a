/** Which of its faces the status view shows: the live status, the topology alone, or what to do first. */
import * as vscode from 'vscode';
import type { Deployments } from '../deployments.ts';
import { asErrorInformation } from '../failures.ts';
import { contextKeys, views } from '../names.ts';
import type { Session } from '../session.ts';
import { setContext, type Topologies } from '../topologies.ts';
import { describeStatus } from './statusOutline.ts';
import { describeTopology } from './topologyOutline.ts';
import { createTreeView } from './treeView.ts';

export interface StatusView extends vscode.Disposable {
  readonly visible: boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  /** Shows what is known now. */
  render(): void;
}

export function createStatusView(
  topologies: Topologies,
  deployments: Deployments,
  onError: (error: unknown) => void,
): StatusView {
  const tree = createTreeView(views.status);
  /** Renderings overlap when a file has to be read: only the last one counts. */
  let rendering = 0;

  const renderTopology = async (topology: vscode.Uri, message: string): Promise<void> => {
    rendering += 1;
    const own = rendering;
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(topology));
    const { readTopology } = await import('../../core/topology/document.ts');
    if (own !== rendering) return;
    tree.show(describeTopology(readTopology(text).deployment));
    tree.setMessage(breakable(message));
  };

  const renderSession = (topology: vscode.Uri, session: Session): void => {
    const status = session.store.current;
    void setContext(contextKeys.connection, session.state.kind);
    void setContext(contextKeys.initialized, status === undefined ? 'unknown' : status.initialized ? 'yes' : 'no');
    if (session.state.kind === 'failed') {
      const { message, remedy } = asErrorInformation(session.state.error);
      renderTopology(topology, `${message} ${remedy}`).catch(onError);
      return;
    }
    rendering += 1;
    tree.setMessage('');
    if (status?.initialized === true) tree.show(describeStatus(status));
    // While nothing is known, what was shown stays; what is known to be empty leads to the first steps.
    else if (status !== undefined) tree.show([]);
  };

  const render = (): void => {
    const topology = topologies.active;
    if (topology === undefined) {
      rendering += 1;
      tree.setMessage('');
      tree.show([]);
      return;
    }
    const obstacle = deployments.obstacle(topology);
    if (obstacle !== undefined) renderTopology(topology, `${obstacle.message} ${obstacle.remedy}`).catch(onError);
    else if (deployments.active !== undefined) renderSession(topology, deployments.active);
  };

  return {
    get visible() {
      return tree.view.visible;
    },
    onDidChangeVisibility: tree.view.onDidChangeVisibility,
    render,
    dispose: () => tree.dispose(),
  };
}

/** Lets a long path wrap: without a place to break, VS Code cuts the whole message off at the edge of the view. */
function breakable(message: string): string {
  return message.replaceAll(/[\\/]/g, '$&\u200b');
}
