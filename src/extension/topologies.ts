/** The topology files of the workspace, and which of them the window works with. */
import * as vscode from 'vscode';
import { contextKeys } from './names.ts';

export interface Topologies extends vscode.Disposable {
  readonly files: readonly vscode.Uri[];
  /** The only one, or the one that was chosen; remembered for the workspace. */
  readonly active: vscode.Uri | undefined;
  readonly onDidChange: vscode.Event<void>;
  /** A topology file was written. */
  readonly onDidChangeContent: vscode.Event<vscode.Uri>;
  /** Resolves when the workspace has been searched. */
  readonly found: Promise<void>;
  /** Lets the user choose where there are several. Gives the active one afterwards. */
  choose(): Promise<vscode.Uri | undefined>;
  /** The active one; asks where there are several and none was chosen yet. */
  require(): Promise<vscode.Uri | undefined>;
}

const pattern = '**/*.topology.{yaml,yml}';
const excluded = '**/{node_modules,.git,.lync}/**';
const rememberedKey = 'activeTopology';

export function createTopologies(memory: vscode.Memento): Topologies {
  const changed = new vscode.EventEmitter<void>();
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  let files: readonly vscode.Uri[] = [];
  let chosen = memory.get<string>(rememberedKey);

  const active = (): vscode.Uri | undefined =>
    files.find((file) => file.toString() === chosen) ?? (files.length === 1 ? files[0] : undefined);

  const search = async (): Promise<void> => {
    const found = await vscode.workspace.findFiles(pattern, excluded, 200);
    files = found.sort((one, other) => one.path.localeCompare(other.path));
    await Promise.all([
      setContext(contextKeys.hasTopology, files.length > 0),
      setContext(contextKeys.hasSeveralTopologies, files.length > 1),
      setContext(contextKeys.topologyChosen, active() !== undefined),
      setContext(contextKeys.ready, true),
    ]);
    changed.fire();
  };

  const choose = async (): Promise<vscode.Uri | undefined> => {
    const items = files.map((file) => ({
      label: `$(type-hierarchy) ${nameOf(file)}`,
      description: vscode.workspace.asRelativePath(file),
      picked: file.toString() === active()?.toString(),
      file,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Which topology does this window work with?'),
      placeHolder: vscode.l10n.t('The status view, commands and status bar are about this deployment'),
    });
    if (picked !== undefined) {
      chosen = picked.file.toString();
      await memory.update(rememberedKey, chosen);
      await setContext(contextKeys.topologyChosen, true);
      changed.fire();
    }
    return active();
  };

  const subscriptions = [
    watcher,
    watcher.onDidCreate(search),
    watcher.onDidDelete(search),
    vscode.workspace.onDidChangeWorkspaceFolders(search),
    changed,
  ];
  const found = search();
  return {
    get files() {
      return files;
    },
    get active() {
      return active();
    },
    onDidChange: changed.event,
    onDidChangeContent: watcher.onDidChange,
    found,
    choose,
    require: async () => {
      await found;
      return active() ?? (files.length > 1 ? choose() : undefined);
    },
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  };
}

/** "litware" of "litware.topology.yaml". */
export function nameOf(file: vscode.Uri): string {
  const base = file.path.slice(file.path.lastIndexOf('/') + 1);
  return base.replace(/\.topology\.ya?ml$/, '');
}

export async function setContext(key: string, value: unknown): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}
