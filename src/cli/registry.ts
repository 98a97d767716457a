/** Every command there is, in the order of the help. */
import { nearestName } from '../core/operations/nearest.ts';
import { operations } from '../core/operations/registry.ts';
import type { Command } from './command.ts';
import { jobs } from './commands/jobs.ts';
import { languageServer } from './commands/languageServer.ts';
import { load } from './commands/load.ts';
import { operationCommand } from './commands/operation.ts';
import { plan } from './commands/plan.ts';
import { serve } from './commands/serve.ts';
import { status } from './commands/status.ts';
import { validate } from './commands/validate.ts';
import { watch } from './commands/watch.ts';
import { usage } from './usage.ts';

export const commands: readonly Command[] = [
  ...operations.map(operationCommand),
  watch,
  plan,
  serve,
  load,
  status,
  jobs,
  validate,
  languageServer,
];

/** Throws `command-unknown`, with the name that was probably meant. */
export function requireCommand(name: string): Command {
  const lower = name.toLowerCase();
  const command = commands.find((candidate) => candidate.name.toLowerCase() === lower);
  if (command !== undefined) return command;
  const near = nearestName(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw usage(
    'command-unknown',
    name,
    `There is no command ${name}.`,
    near === undefined ? '"lync-topology --help" lists them.' : `Did you mean ${near}?`,
  );
}
