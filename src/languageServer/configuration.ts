/** Keeps the settings up to date: given at the start, pushed by the client, or asked for where the client can be asked. */
import { type Connection, DidChangeConfigurationNotification } from 'vscode-languageserver/node';
import type { Client } from './client.ts';
import type { ServerLog } from './log.ts';
import { type ClientSettings, readClientSettings, settingsSection } from './settings.ts';

export interface Configuration {
  readonly settings: ClientSettings;
  /** Takes the settings that came with the start. */
  start(options: unknown, client: Client): void;
  /** Asks for the settings and to be told of changes, where the client is one for that: once it has said that it is ready. */
  ask(): Promise<void>;
}

export interface ConfigurationOptions {
  readonly connection: Connection;
  readonly log: ServerLog;
  /** Called when something changed, with the settings in force from now on. */
  readonly onChange: (settings: ClientSettings) => void;
}

export function createConfiguration({ connection, log, onChange }: ConfigurationOptions): Configuration {
  let client: Client | undefined;
  let atStart: unknown;
  let { settings } = readClientSettings();
  const take = (later: unknown): void => {
    const before = JSON.stringify(settings);
    const read = readClientSettings(atStart, later);
    for (const sentence of read.passedOver) log.note(sentence);
    settings = read.settings;
    if (JSON.stringify(settings) !== before) onChange(settings);
  };
  /** What the client answers counts; one that answers nothing has said what it had to say when it pushed. */
  const pull = async (pushed: unknown): Promise<void> => {
    if (client?.capabilities.workspace?.configuration !== true) return take(pushed);
    const answer: unknown = await connection.workspace.getConfiguration(settingsSection).catch(() => null);
    take(answer ?? pushed);
  };
  connection.onDidChangeConfiguration((changed) => pull(changed.settings));
  return {
    get settings() {
      return settings;
    },
    start: (options, of) => {
      client = of;
      atStart = options;
      take(undefined);
    },
    ask: async () => {
      if (client?.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
        const wanted = { section: settingsSection };
        connection.client.register(DidChangeConfigurationNotification.type, wanted).catch(ignoreRefusal);
      }
      if (client?.capabilities.workspace?.configuration === true) await pull(undefined);
    },
  };
}

/** A client may refuse what it said it could do; then it pushes by itself, or not at all. */
function ignoreRefusal(): void {}
