/** Tasks that check topology files as the command line does, for the task list and for `tasks.json`. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isRuleCode } from '../core/topology/diagnostics.ts';
import { settingsSection } from './configuration.ts';
import { taskType } from './names.ts';
import type { Topologies } from './topologies.ts';

/** What stands in `tasks.json`, as the manifest describes it. */
interface ValidateDefinition extends vscode.TaskDefinition {
  readonly command: 'validate';
  /** File, pattern or folder, relative to the workspace folder; the whole folder when absent. */
  readonly file?: string;
  /** The mildest severity that makes the task fail. */
  readonly maxSeverity?: string;
  /** Severities by rule, beside those of the settings. */
  readonly severity?: Readonly<Record<string, string>>;
}

/** A list of tasks is for choosing from: the files of a folder have tasks of their own while they are few. */
const mostFiles = 20;

export function createTasks(topologies: Topologies, extension: vscode.Uri): vscode.Disposable {
  const taskOf = (folder: vscode.WorkspaceFolder, definition: ValidateDefinition): vscode.Task => {
    const { file } = definition;
    const name = file === undefined ? vscode.l10n.t('validate') : vscode.l10n.t('validate {0}', file);
    const task = new vscode.Task(definition, folder, name, vscode.l10n.t('Lync Topology'));
    task.execution = executionOf(extension, folder, definition);
    task.problemMatchers = [`$${taskType}`];
    task.detail =
      file === undefined
        ? vscode.l10n.t('Check every topology file of this folder')
        : vscode.l10n.t('Check this topology file');
    return task;
  };
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: async () => {
      await topologies.found;
      return definitionsByFolder(topologies.files).map(({ folder, definition }) => taskOf(folder, definition));
    },
    resolveTask: (task) => {
      const folder = folderOf(task.scope);
      return canRun(folder) && isValidate(task.definition) ? taskOf(folder, task.definition) : undefined;
    },
  });
}

function definitionsByFolder(
  files: readonly vscode.Uri[],
): readonly { readonly folder: vscode.WorkspaceFolder; readonly definition: ValidateDefinition }[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(canRun).flatMap((folder) => {
    const own = files.filter((file) => vscode.workspace.getWorkspaceFolder(file)?.uri.path === folder.uri.path);
    if (own.length === 0) return [];
    const single = own.length > 1 && own.length <= mostFiles ? own : [];
    const definitions: readonly ValidateDefinition[] = [
      { type: taskType, command: 'validate' },
      ...single.map((uri) => ({
        type: taskType,
        command: 'validate' as const,
        file: vscode.workspace.asRelativePath(uri, false),
      })),
    ];
    return definitions.map((definition) => ({ folder, definition }));
  });
}

/** Nothing runs in a workspace that is not trusted, and nothing can where the folder is not on a disk. */
function canRun(folder: vscode.WorkspaceFolder | undefined): folder is vscode.WorkspaceFolder {
  return vscode.workspace.isTrusted && folder?.uri.scheme === 'file';
}

/** A task of the whole workspace works in its first folder. */
function folderOf(scope: vscode.Task['scope']): vscode.WorkspaceFolder | undefined {
  return typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
}

function isValidate(definition: vscode.TaskDefinition): definition is ValidateDefinition {
  return definition['command'] === 'validate';
}

/** Arguments as a list: no shell ever reads a file's name. */
function executionOf(
  extension: vscode.Uri,
  folder: vscode.WorkspaceFolder,
  definition: ValidateDefinition,
): vscode.ProcessExecution {
  const { file = '.', maxSeverity } = definition;
  const settings = vscode.workspace.getConfiguration(settingsSection, folder);
  const severities = { ...severitiesOf(settings), ...definition.severity };
  const rules = Object.entries(severities).flatMap(([code, severity]) => ['--rule', `${code}=${severity}`]);
  const worst = maxSeverity === undefined ? [] : ['--max-severity', maxSeverity];
  return new vscode.ProcessExecution(
    process.execPath,
    ['--no-warnings', join(extension.fsPath, 'dist', 'cli.js'), 'validate', ...rules, ...worst, '--', file],
    { cwd: folder.uri.fsPath, env: { ELECTRON_RUN_AS_NODE: '1' } },
  );
}

/** As the editor does, it passes over a rule that does not exist; in a task of somebody's own that is said. */
function severitiesOf(settings: vscode.WorkspaceConfiguration): Readonly<Record<string, string>> {
  const all = Object.entries(settings.get<Record<string, string>>('diagnostics.severity', {}));
  return Object.fromEntries(all.filter(([code]) => isRuleCode(code)));
}
