import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createProtocolTrace } from '../../src/extension/protocolTrace.ts';
import { waitUntil } from '../support/waitUntil.ts';

describe('the trace of the protocol', () => {
  const settings = vscode.workspace.getConfiguration('lyncTopology');
  const written: string[] = [];
  const shown = new Proxy(vscode.window.createOutputChannel('trace', { log: true }), {
    get: (target, name) => {
      if (name === 'info' || name === 'trace') return (text: string) => void written.push(`${name}: ${text}`);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const trace = createProtocolTrace(shown);

  after(async () => {
    trace.dispose();
    shown.dispose();
    await settings.update('trace.server', undefined);
  });

  it('follows the log level of its channel', () => {
    assert.equal(trace.channel.logLevel, shown.logLevel);
    trace.channel.trace('one');
    assert.deepEqual(written, ['trace: one']);
  });

  it('is written when the settings ask for it, whatever that level is', async () => {
    const levels: vscode.LogLevel[] = [];
    const subscription = trace.channel.onDidChangeLogLevel((level) => levels.push(level));
    await settings.update('trace.server', 'messages');
    await waitUntil('the client is told', () => levels.at(-1) === vscode.LogLevel.Trace);
    assert.equal(trace.channel.logLevel, vscode.LogLevel.Trace);
    trace.channel.trace('two');
    assert.equal(written.at(-1), 'info: two');
    await settings.update('trace.server', undefined);
    await waitUntil('the client is told', () => levels.at(-1) === shown.logLevel);
    subscription.dispose();
  });
});
