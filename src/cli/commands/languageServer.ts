import { type Command, parameter } from '../command.ts';
import { usage } from '../usage.ts';

export const languageServer: Command = {
  name: 'language-server',
  summary: 'The language server for topology files, for other editors.',
  description: ['Speaks the language server protocol over standard input and output.'],
  group: 'other',
  dashes: '--',
  parameters: [
    parameter('Stdio', 'switch', 'Over standard input and output, the only way there is.'),
    parameter(
      'ClientProcessId',
      'string',
      'The process of the editor, as some give it: the server ends when that is gone.',
    ),
  ],
  examples: [{ command: 'language-server --stdio', explanation: 'As an editor starts it.' }],
  run: async (_context, { parameters }) => {
    if (parameters['Stdio'] !== true) {
      throw usage('argument-missing', '--stdio', 'The language server needs to know how to talk.', 'Add --stdio.');
    }
    // It reads both from the command line of the process itself, and ends the process.
    await import('../../languageServer/main.ts');
    return new Promise(() => {});
  },
};
