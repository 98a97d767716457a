import type { Command } from '../command.ts';

/** `plan CMDLET …` is the cmdlet with -WhatIf; the command line reads what follows as the cmdlet's own parameters. */
export const plan: Command = {
  name: 'plan',
  summary: 'Shows what an operation would do: preconditions, steps, losses, PowerShell.',
  description: [
    'Changes nothing. What follows is the cmdlet with its parameters, as it would be run; -WhatIf on the cmdlet does the same.',
    'The exit status is 0 when the operation can run now, and 2 when a precondition is not met.',
  ],
  group: 'operation',
  dashes: '-',
  parameters: [],
  positionals: [
    { name: 'CMDLET', description: 'The operation, with its parameters behind it.', required: true, rest: true },
  ],
  examples: [
    {
      command:
        'plan Invoke-CsDatabaseFailover -PoolFqdn atl-cs-001.litwareinc.com -DatabaseType User -NewPrincipal mirror',
      explanation: 'What a failover of the User databases would do, and whether it could run now.',
    },
  ],
  run: async () => 0,
};
