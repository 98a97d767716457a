/** The process that owns the engine: the window's own executable, run as plain Node. */
import { join } from 'node:path';
import type { Uri } from 'vscode';
import type { EngineProcess } from '../deployments/engineProcess.ts';

export function engineHostProcess(extension: Uri): EngineProcess {
  return {
    command: process.execPath,
    leadingArguments: ['--no-warnings', join(extension.fsPath, 'dist', 'cli.js'), 'engine-host'],
    environment: { ...withoutEditorVariables(process.env), ELECTRON_RUN_AS_NODE: '1' },
  };
}

/** What tells VS Code's own processes who they are must not tell ours the same. */
function withoutEditorVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('VSCODE_') && name !== 'NODE_OPTIONS'),
  );
}
