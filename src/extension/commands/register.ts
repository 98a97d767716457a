/** Registers the commands that the manifest declares. What they do is read when the first one is run. */
import { commands, type Disposable, l10n } from 'vscode';
import { LyncTopologyError } from '../../core/errors.ts';
import { asErrorInformation, showFailure } from '../failures.ts';
import type { Services } from '../services.ts';

/** A failure is told to the user; a caller that gave parameters gets it as a rejection instead. */
export function registerCommands(services: Services): readonly Disposable[] {
  return declaredCommands(services.context.extension.packageJSON).map((command) =>
    commands.registerCommand(command, async (argument: unknown) => {
      const { handlers, isGivenParameters } = await import('./handlers.ts');
      try {
        const handler = handlers[command];
        if (handler === undefined) throw unknownCommand(command);
        return await handler(services, argument);
      } catch (error) {
        if (isGivenParameters(argument)) throw rejection(error);
        // Not awaited: the command has ended, and the message waits for whoever reads it.
        void showFailure(error, services.log);
        return undefined;
      }
    }),
  );
}

function declaredCommands(manifest: {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}): readonly string[] {
  return manifest.contributes.commands.map(({ command }) => command);
}

/** VS Code hands on an error's message only: the remedy goes with it. */
function rejection(error: unknown): Error {
  const { code, message, remedy } = asErrorInformation(error);
  return Object.assign(new Error(`${message} ${remedy}`), { code, name: 'LyncTopologyError' });
}

function unknownCommand(command: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'command-unknown',
    kind: 'failed',
    object: command,
    message: l10n.t('This version cannot run {0}.', command),
    remedy: l10n.t('Install the extension anew.'),
  });
}
