/** Puts a live tree into one of VS Code's tree views. */
import * as vscode from 'vscode';
import { createLiveTree, type LiveNode, type NodeDescription } from './liveTree.ts';

export interface ShownTree extends vscode.Disposable {
  readonly view: vscode.TreeView<LiveNode>;
  /** Shows this from now on; only what differs is redrawn. */
  show(descriptions: readonly NodeDescription[]): void;
  /** A sentence above the tree; none when empty. */
  setMessage(message: string): void;
}

export function createTreeView(id: string): ShownTree {
  const tree = createLiveTree();
  const changed = new vscode.EventEmitter<readonly LiveNode[] | undefined>();
  const provider: vscode.TreeDataProvider<LiveNode> = {
    onDidChangeTreeData: (listener, thisArgument, disposables) =>
      changed.event(
        (nodes) => listener.call(thisArgument, nodes === undefined ? undefined : [...nodes]),
        undefined,
        disposables,
      ),
    getChildren: (node) => [...(node === undefined ? tree.roots : node.children)],
    getParent: (node) => node.parent,
    getTreeItem: (node) => treeItem(node, openCommand(id)),
  };
  const view = vscode.window.createTreeView(id, { treeDataProvider: provider, showCollapseAll: true });
  const opening = vscode.commands.registerCommand(openCommand(id), async () => {
    const shown = view.selection[0]?.shown;
    if (shown?.command !== undefined) await vscode.commands.executeCommand(shown.command.command, shown.subject);
  });
  return {
    view,
    show: (descriptions) => {
      const nodes = tree.update(descriptions);
      if (nodes === 'everything') changed.fire(undefined);
      else if (nodes.length > 0) changed.fire(nodes);
    },
    setMessage: (message) => {
      view.message = message;
    },
    dispose: () => {
      opening.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}

/**
 * What opening a row calls. It takes no argument and looks at the selection: VS Code forgets the arguments of a row's
 * command when the row is redrawn, and a click in that moment would be answered by "command not found".
 */
function openCommand(view: string): string {
  return `_${view}.open`;
}

function treeItem({ shown }: LiveNode, opening: string): vscode.TreeItem {
  const item = new vscode.TreeItem(shown.label, collapsibleState(shown));
  item.id = shown.id;
  item.contextValue = shown.context;
  item.iconPath = new vscode.ThemeIcon(
    shown.icon.name,
    shown.icon.color === undefined ? undefined : new vscode.ThemeColor(shown.icon.color),
  );
  item.accessibilityInformation = { label: shown.spoken };
  if (shown.description !== undefined) item.description = shown.description;
  if (shown.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(shown.tooltip);
  if (shown.command !== undefined) item.command = { command: opening, title: shown.command.title };
  return item;
}

function collapsibleState(shown: NodeDescription): vscode.TreeItemCollapsibleState {
  if (shown.children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return shown.open === true ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
