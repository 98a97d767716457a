import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { waitUntil } from '../support/waitUntil.ts';

const sample = 'litware.topology.yaml';
const other = 'other.topology.yaml';

describe('the tasks', () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

  const fetched = (): Thenable<vscode.Task[]> => vscode.tasks.fetchTasks({ type: 'lync-topology' });

  afterEach(async () => {
    rmSync(join(folder, other), { force: true });
    await vscode.workspace.getConfiguration('lyncTopology').update('diagnostics.severity', undefined);
    await waitUntil('there is one task', async () => (await fetched()).length === 1);
  });

  it('check the folder, and each file where there are several', async () => {
    assert.deepEqual(
      (await fetched()).map(({ name, definition }) => ({ name, ...definition })),
      [{ name: 'validate', type: 'lync-topology', command: 'validate' }],
    );
    writeFileSync(join(folder, other), 'lyncTopology: 1\ndeployment: Other\n');
    const tasks = await waitUntil('there are tasks for both files', async () => {
      const found = await fetched();
      return found.length === 3 ? found : undefined;
    });
    assert.deepEqual(
      tasks.map(({ definition }) => definition['file']),
      [undefined, sample, other],
    );
  });

  it('run without a shell, and say what the editor says', async () => {
    await vscode.workspace.getConfiguration('lyncTopology').update('diagnostics.severity', {
      'mirror-without-witness': 'warning',
      'no-such-rule': 'error',
    });
    const document = await vscode.workspace.openTextDocument(join(folder, sample));
    await vscode.window.showTextDocument(document);
    const shown = await waitUntil('the editor has the warnings', () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.some(({ severity }) => severity === vscode.DiagnosticSeverity.Warning) ? found : undefined;
    });
    const [task] = await fetched();
    assert.deepEqual(matches(runOnce(task)), shown.map(described).sort());
  });

  it('end with the status of what was found', async () => {
    const [task] = await fetched();
    assert.ok(task);
    assert.equal(await statusOf(task), 0);
    writeFileSync(join(folder, other), 'lyncTopology: 1\n');
    assert.equal(await statusOf(task), 1);
  });

  it('of tasks.json take a file, a limit and severities', async () => {
    const definition = {
      type: 'lync-topology',
      command: 'validate',
      file: sample,
      maxSeverity: 'information',
      severity: { 'unpaired-pool': 'off' },
    };
    const tasks = vscode.workspace.getConfiguration('tasks');
    await tasks.update('tasks', [{ label: 'mine', ...definition }]);
    await tasks.update('version', '2.0.0');
    const mine = await waitUntil('the task of tasks.json is there', async () =>
      (await vscode.tasks.fetchTasks()).find(({ name }) => name === 'mine'),
    );
    assert.equal(await statusOf(mine), 1);
    await tasks.update('tasks', undefined);
    await tasks.update('version', undefined);
    rmSync(join(folder, '.vscode'), { recursive: true, force: true });
  });
});

/** Runs what a task runs and gives back what it wrote. */
function runOnce(task: vscode.Task | undefined): string {
  const execution = task?.execution;
  assert.ok(execution instanceof vscode.ProcessExecution);
  assert.ok(execution.args.some((argument) => existsSync(argument)));
  const { stdout, stderr } = spawnSync(execution.process, execution.args, {
    cwd: execution.options?.cwd,
    env: { ...process.env, ...execution.options?.env },
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return stdout;
}

/** What the problem matcher of the manifest finds in it. */
function matches(output: string): readonly string[] {
  const manifest = vscode.extensions.getExtension('lync-topology.lync-topology')?.packageJSON;
  const pattern = new RegExp(manifest.contributes.problemPatterns[0].regexp);
  return output
    .split('\n')
    .flatMap((line) => {
      const match = pattern.exec(line);
      return match === null ? [] : [match.slice(1).join(' ')];
    })
    .sort();
}

function described({ range, severity, message, code }: vscode.Diagnostic): string {
  const severities = ['error', 'warning', 'information', 'hint'];
  const name = typeof code === 'object' ? code.value : code;
  return [sample, range.start.line + 1, range.start.character + 1, severities[severity], message, name].join(' ');
}

async function statusOf(task: vscode.Task): Promise<number | undefined> {
  const ended = new Promise<number | undefined>((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== task.name) return;
      subscription.dispose();
      resolve(exitCode);
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}
