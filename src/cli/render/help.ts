/** Help pages of the command line, from the definitions. */
import { dashed } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { Output } from '../terminal.ts';
import { hang, wrap } from './wrap.ts';

const programName = 'lync-topology';

const globalOptions: readonly (readonly [string, string])[] = [
  ['--topology FILE', 'The topology file; the only *.topology.yaml in this folder when left out.'],
  ['--data DIR', 'The data directory; .lync beside the topology file when left out.'],
  ['--deployment KIND', 'embedded, the default; powershell comes with a later version.'],
  [
    '--map UNC=FOLDER',
    'The share lies in this folder. May be given several times; recorded in the data directory, so that it holds until --map says something else. "--map none" ends it.',
  ],
  ['--json', 'Writes JSON to standard output, and nothing else there.'],
  ['--quiet', 'No notes and no progress.'],
  ['--help', 'This text, for each command too.'],
  ['--version', 'The version.'],
];

const commonParameters: readonly (readonly [string, string])[] = [
  ['-WhatIf', 'Shows the plan and changes nothing.'],
  ['-Confirm', 'Asks first. -Confirm:$false does not ask.'],
  ['-Verbose', 'Says what it does while it does it.'],
];

const exitStatuses: readonly (readonly [string, string])[] = [
  ['0', 'Done.'],
  ['1', 'Failed or cancelled.'],
  ['2', 'Refused before anything changed, or timed out.'],
  ['64', 'Wrong usage.'],
];

export function writeOverview(out: Output, commands: readonly Command[]): void {
  out.line(`Usage: ${programName} COMMAND [PARAMETER …] [OPTION …]`);
  out.line();
  paragraph(
    out,
    'Synchronises pool pairs, watches the Backup Service, restores conference content and fails databases over, on the deployment that a topology file describes.',
  );
  const groups = [
    ['Operations', 'operation'],
    ['The embedded deployment', 'deployment'],
    ['Other', 'other'],
  ] as const;
  for (const [title, group] of groups) {
    list(
      out,
      title,
      commands.filter((command) => command.group === group).map(({ name, summary }) => [name, summary]),
      34,
    );
  }
  list(out, 'Options of every command', globalOptions, 20);
  list(out, 'Exit status', exitStatuses, 6);
  out.line();
  paragraph(
    out,
    `"${programName} COMMAND --help" describes a command. Names and parameters may be written in any case.`,
  );
}

export function writeHelp(out: Output, command: Command): void {
  for (const line of hang(`Usage: ${programName} `, 21, usageWords(command), out.columns)) out.line(line);
  out.line();
  paragraph(out, command.summary);
  for (const text of command.description) {
    out.line();
    paragraph(out, text);
  }
  const positionals = (command.positionals ?? []).map(({ name, description }) => [name, description] as const);
  const parameters = command.parameters
    .filter(({ name }) => command.group !== 'operation' || !['WhatIf', 'Confirm', 'Verbose'].includes(name))
    .map((parameter) => {
      const value = parameter.kind === 'switch' ? '' : ` ${parameter.placeholder ?? 'VALUE'}`;
      const fallback = parameter.default === undefined ? '' : ` Default ${parameter.default}.`;
      const values = parameter.values === undefined ? '' : ` One of ${parameter.values.join(', ')}.`;
      return [`${dashed(command, parameter)}${value}`, `${parameter.description}${values}${fallback}`] as const;
    });
  if (positionals.length + parameters.length > 0) list(out, 'Parameters', [...positionals, ...parameters], 28);
  if (command.group === 'operation' && command.parameters.some(({ name }) => name === 'WhatIf')) {
    list(out, 'Common parameters', commonParameters, 28);
  }
  list(out, 'Options of every command', globalOptions, 28);
  out.line();
  out.line(out.style('bold', command.examples.length === 1 ? 'Example' : 'Examples'));
  command.examples.forEach(({ command: example, explanation }) => {
    out.line(`  ${programName} ${example}`);
    for (const line of wrap(explanation, out.columns, '      ')) out.line(line);
  });
}

function usageWords(command: Command): string {
  const positionals = (command.positionals ?? []).map(({ name, required, rest }) => {
    const word = rest === true ? `${name} …` : name;
    return required ? word : `[${word}]`;
  });
  const parameters = command.parameters.map((parameter) => {
    const name = dashed(command, parameter);
    const word = parameter.kind === 'switch' ? name : `${name} ${parameter.placeholder ?? 'VALUE'}`;
    return parameter.required ? word : `[${word}]`;
  });
  return [command.name, ...positionals, ...parameters].join(' ');
}

function list(out: Output, title: string, entries: readonly (readonly [string, string])[], width: number): void {
  if (entries.length === 0) return;
  out.line();
  out.line(out.style('bold', title));
  for (const [label, text] of entries) for (const line of hang(`  ${label} `, width, text, out.columns)) out.line(line);
}

function paragraph(out: Output, text: string): void {
  for (const line of wrap(text, out.columns)) out.line(line);
}
