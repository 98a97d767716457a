import { type Severity, type SeverityOverrides, severities } from '../../core/topology/diagnostics.ts';
import { type CheckedFile, checkBytes, checkFile, isChecked, type UncheckedFile } from '../checkedFile.ts';
import { type Command, type GivenArguments, parameter } from '../command.ts';
import type { Context } from '../context.ts';
import { summaryOf, writeDiagnostics, writeUnchecked } from '../render/diagnostics.ts';
import { presentFiles } from '../render/diagnosticsJson.ts';
import { sarifLog } from '../render/sarif.ts';
import { readSeverities } from '../severities.ts';
import { expandTopologyFiles, findTopologyFile } from '../topologyFiles.ts';
import { usage } from '../usage.ts';
import { productVersion } from '../version.ts';

const formats = ['text', 'json', 'sarif'] as const;

/** Stands for standard input. */
const standardInput = '-';

export const validate: Command = {
  name: 'validate',
  summary: "Checks topology files: the editor's diagnostics, for scripts and CI.",
  description: [
    'A file is named, or a pattern, or a folder, below which every *.topology.yaml is checked, or - for standard input. Without any, it is the only one in this folder.',
    'Each finding begins with a line "file:line:column: severity: message [rule]", from which problem matchers read.',
    'The exit status is 1 when a finding is at or above --max-severity, or a file could not be read; the others are checked all the same. Severities are those of the rules; a comment "# lync-topology-disable-line RULE" in the file silences a rule for its line.',
  ],
  group: 'other',
  dashes: '--',
  parameters: [
    parameter('Format', 'string', 'How findings are written.', {
      values: formats,
      default: 'text',
      placeholder: 'FORMAT',
    }),
    parameter('MaxSeverity', 'string', 'The mildest severity that makes the exit status 1.', {
      values: severities,
      default: 'error',
      placeholder: 'SEVERITY',
    }),
    parameter(
      'Rule',
      'list',
      `Another severity for a rule: ${severities.join(', ')} or off. May be given several times.`,
      { placeholder: 'RULE=SEVERITY' },
    ),
    parameter('StdinFilename', 'string', 'What standard input is called in the findings.', { placeholder: 'NAME' }),
  ],
  positionals: [
    { name: 'FILE', description: 'Files, patterns, folders, or - for standard input.', required: false, rest: true },
  ],
  examples: [
    { command: 'validate litware.topology.yaml', explanation: 'Findings with the lines that they are about.' },
    {
      command: "validate 'deployments/**/*.topology.yaml' --max-severity warning --format sarif",
      explanation: 'For code scanning in CI; warnings fail too.',
    },
    {
      command: 'validate . --rule unpaired-pool=off --rule pair-same-site=error',
      explanation: 'Everything below this folder, with other severities for two rules.',
    },
    {
      command: 'validate - --stdin-filename litware.topology.yaml < draft.yaml',
      explanation: 'What an editor or a hook has not saved yet.',
    },
  ],
  run: async (context, given) => {
    const format = choice(given, 'Format', formats, context.options.json ? 'json' : 'text');
    const worst = choice(given, 'MaxSeverity', severities, 'error');
    const overrides = readSeverities(given.parameters['Rule']);
    const files = await checkAll(context, given, overrides);
    write(context, format, files, overrides);
    return files.every((file) => passes(file, worst)) ? 0 : 1;
  },
};

async function checkAll(
  context: Context,
  given: GivenArguments,
  overrides: SeverityOverrides,
): Promise<readonly (CheckedFile | UncheckedFile)[]> {
  const named = given.positionals.length > 0 ? given.positionals : [findTopologyFile(context.options.topology)];
  const name = given.parameters['StdinFilename'];
  if (name !== undefined && !named.includes(standardInput)) throw nothingNamedSo(String(name));
  const checked = expandTopologyFiles(named.filter((word) => word !== standardInput)).map((found) =>
    typeof found === 'string' ? checkFile(found, overrides) : found,
  );
  if (!named.includes(standardInput)) return checked;
  return [...checked, checkBytes(String(name ?? '<stdin>'), await context.terminal.input.bytes(), overrides)];
}

function passes(file: CheckedFile | UncheckedFile, worst: Severity): boolean {
  const grave = severities.slice(0, severities.indexOf(worst) + 1);
  return isChecked(file) && file.diagnostics.every(({ severity }) => !grave.includes(severity));
}

function write(
  context: Context,
  format: (typeof formats)[number],
  files: readonly (CheckedFile | UncheckedFile)[],
  overrides: SeverityOverrides,
): void {
  const { out, err } = context.terminal;
  for (const file of files) {
    if (!isChecked(file)) writeUnchecked(err, file);
    else if (format === 'text') writeDiagnostics(out, file);
  }
  if (format === 'json') out.line(JSON.stringify(presentFiles(files), undefined, 2));
  else if (format === 'sarif')
    out.line(JSON.stringify(sarifLog(files, { version: productVersion(), overrides }), undefined, 2));
  else if (!context.options.quiet) out.line(summaryOf(files));
}

function choice<T extends string>(given: GivenArguments, name: string, choices: readonly T[], otherwise: T): T {
  const value = given.parameters[name];
  if (value === undefined) return otherwise;
  const chosen = choices.find((candidate) => candidate === String(value).toLowerCase());
  if (chosen !== undefined) return chosen;
  throw usage(
    'argument-invalid',
    String(value),
    `"${value}" is not among ${choices.join(', ')}.`,
    'Write one of these.',
  );
}

function nothingNamedSo(name: string) {
  return usage(
    'argument-invalid',
    '--stdin-filename',
    `--stdin-filename ${name} names standard input, which is not among what is to be checked.`,
    'Add -, or leave --stdin-filename out.',
  );
}
