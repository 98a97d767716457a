/**
 * The output channel of the protocol trace, as the language client sees it. The client's library traces only where the log
 * level of the channel is "Trace"; somebody who asks for the trace in the settings is to get it without knowing that.
 */
import * as vscode from 'vscode';
import { settingsSection } from './configuration.ts';

const setting = 'trace.server';

export interface ProtocolTrace extends vscode.Disposable {
  readonly channel: vscode.LogOutputChannel;
}

/** `shown` is the channel that people open. */
export function createProtocolTrace(shown: vscode.LogOutputChannel): ProtocolTrace {
  const levelChanged = new vscode.EventEmitter<vscode.LogLevel>();
  const level = (): vscode.LogLevel => (isWanted() ? vscode.LogLevel.Trace : shown.logLevel);
  const subscriptions = [
    levelChanged,
    shown.onDidChangeLogLevel(() => levelChanged.fire(level())),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${settingsSection}.${setting}`)) levelChanged.fire(level());
    }),
  ];
  const channel = new Proxy(shown, {
    get: (target, name) => {
      if (name === 'logLevel') return level();
      if (name === 'onDidChangeLogLevel') return levelChanged.event;
      // Below its own level the channel would write nothing.
      const value: unknown = Reflect.get(target, name === 'trace' && isWanted() ? 'info' : name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { channel, dispose: () => vscode.Disposable.from(...subscriptions).dispose() };
}

function isWanted(): boolean {
  return vscode.workspace.getConfiguration(settingsSection).get<string>(setting, 'off') !== 'off';
}
