/** The help page of an operation, from its definition. The pages in `docs/operations/` are what this writes. */
import { formatList } from './amounts.ts';
import type { OperationDefinition } from './definition.ts';
import { describeParameters, type ParameterDescription } from './parameters.ts';

const kinds = {
  cmdlet: 'Cmdlet of the Lync and Skype for Business Server Management Shell.',
  guided: 'A guided procedure of the documentation.',
  embedded: 'A command of the embedded deployment; real servers have nothing that corresponds.',
} as const;

function kindOf({ kind, name }: OperationDefinition): string {
  return kind === 'cmdlet' && name.endsWith('-VMReplication')
    ? 'Cmdlet of the Hyper-V module of PowerShell.'
    : kinds[kind];
}

const effects = {
  reads: 'It changes nothing.',
  changes: 'It changes things and can be repeated without harm.',
  destructive: 'It shows its plan and asks before it changes anything.',
} as const;

/** The page that lists all of them. */
export function helpIndex(definitions: readonly OperationDefinition[]): string {
  const rows = definitions.map(({ name, summary }) => `| [\`${name}\`](${name}.md) | ${summary} |`);
  const start = [
    '# Operations',
    '',
    'What can be run, from the palette, the status view, the topology file and the command line.',
    '',
  ];
  return `${[...start, '| operation | what it does |', '|---|---|', ...rows].join('\n')}\n`;
}

export function helpPage(definition: OperationDefinition): string {
  const parameters = describeParameters(definition);
  const sections = [
    `# ${definition.name}`,
    `**${definition.title}.** ${definition.summary}`,
    ...definition.description,
    `${kindOf(definition)} ${effects[definition.effect]}`,
    '## Parameters',
    parameters.length === 0 ? 'It has none.' : parameterTable(definition, parameters),
    ...(definition.effect === 'reads'
      ? []
      : ['On the command line it also takes `-WhatIf` (shows the plan, changes nothing), `-Confirm` and `-Verbose`.']),
    definition.examples.length === 1 ? '## Example' : '## Examples',
    ...definition.examples.flatMap(({ command, explanation }) => [
      explanation,
      `\`\`\`sh\nlync-topology ${command}\n\`\`\``,
    ]),
    '## Who may run it',
    `${formatList(definition.roles, 'or')}, or a custom role of the topology that names it.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function parameterTable(definition: OperationDefinition, parameters: readonly ParameterDescription[]): string {
  const rows = parameters.map((parameter) => `| ${name(definition, parameter)} | ${meaning(parameter)} |`);
  return ['| parameter | meaning |', '|---|---|', ...rows].join('\n');
}

function name(definition: OperationDefinition, parameter: ParameterDescription): string {
  const word = definition.kind === 'embedded' ? parameter.name : `-${parameter.name}`;
  const value = parameter.kind === 'switch' ? '' : ` ${parameter.placeholder ?? 'VALUE'}`;
  return `\`${word}${value}\``;
}

function meaning(parameter: ParameterDescription): string {
  const parts = [
    parameter.description,
    ...(parameter.values === undefined
      ? []
      : [`One of ${parameter.values.map((value) => `\`${value}\``).join(', ')}.`]),
    ...(parameter.default === undefined ? [] : [`Default \`${parameter.default}\`.`]),
    ...(parameter.required ? ['Required.'] : []),
    ...(parameter.pipeline === true ? ['Taken from standard input when left out.'] : []),
    ...(parameter.productOnly === true ? ['Not part of the cmdlet.'] : []),
  ];
  return parts.join(' ').replaceAll('|', '\\|');
}
