import { formatCount } from '../../core/operations/amounts.ts';
import { type Severity, severities } from '../../core/topology/diagnostics.ts';
import { readTopology } from '../../core/topology/document.ts';
import { readTopologyText } from '../../engineHost/topologyFile.ts';
import { type Command, type GivenArguments, parameter } from '../command.ts';
import type { Context } from '../context.ts';
import { type CheckedFile, positionAt, writeDiagnostics } from '../render/diagnostics.ts';
import { sarifLog } from '../render/sarif.ts';
import { expandTopologyFiles, findTopologyFile } from '../topologyFiles.ts';
import { usage } from '../usage.ts';
import { productVersion } from '../version.ts';

const formats = ['text', 'json', 'sarif'] as const;

export const validate: Command = {
  name: 'validate',
  summary: "Checks topology files: the editor's diagnostics, for scripts and CI.",
  description: [
    'A file is named, or a pattern, or a folder, below which every *.topology.yaml is checked. Without any, it is the only one in this folder.',
    'The exit status is 1 when a finding is at or above --max-severity. Severities are those of the rules; a comment "# lync-topology-disable-line CODE" in the file silences a rule for its line.',
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
  ],
  positionals: [{ name: 'FILE', description: 'Files, patterns or folders.', required: false, rest: true }],
  examples: [
    { command: 'validate litware.topology.yaml', explanation: 'Findings with the lines that they are about.' },
    {
      command: "validate 'deployments/**/*.topology.yaml' --max-severity warning --format sarif",
      explanation: 'For code scanning in CI; warnings fail too.',
    },
  ],
  run: async (context, given) => {
    const format = choice(given, 'Format', formats, context.options.json ? 'json' : 'text');
    const worst = choice(given, 'MaxSeverity', severities, 'error');
    const named = given.positionals.length > 0 ? given.positionals : [findTopologyFile(context.options.topology)];
    const files = expandTopologyFiles(named).map(check);
    write(context, format, files);
    return files.some(({ diagnostics }) => diagnostics.some(({ severity }) => reaches(severity, worst))) ? 1 : 0;
  },
};

function check(file: string): CheckedFile {
  const text = readTopologyText(file);
  return { file, text, diagnostics: readTopology(text).diagnostics };
}

function reaches(severity: Severity, worst: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(worst);
}

function write(context: Context, format: (typeof formats)[number], files: readonly CheckedFile[]): void {
  const { out } = context.terminal;
  if (format === 'text') {
    for (const file of files) writeDiagnostics(out, file);
    if (!context.options.quiet) out.line(summary(files));
  } else {
    const document = format === 'sarif' ? sarifLog(files, productVersion()) : files.map(presentFile);
    out.line(JSON.stringify(document, undefined, 2));
  }
}

function summary(files: readonly CheckedFile[]): string {
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const counts = severities
    .map((severity) => ({ severity, count: all.filter((diagnostic) => diagnostic.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => formatCount(count, severity, severity === 'information' ? severity : `${severity}s`));
  return `${formatCount(files.length, 'file')} checked: ${counts.length === 0 ? 'nothing found' : counts.join(', ')}.`;
}

/** Lines and characters count from 0, as in the language server protocol. */
function presentFile({ file, text, diagnostics }: CheckedFile): unknown {
  const range = (of: { readonly start: number; readonly end: number }) => ({
    start: positionAt(text, of.start),
    end: positionAt(text, of.end),
  });
  return {
    file,
    diagnostics: diagnostics.map((diagnostic) => ({
      ...diagnostic,
      range: range(diagnostic.range),
      related: (diagnostic.related ?? []).map((related) => ({ ...related, range: range(related.range) })),
      fixes: (diagnostic.fixes ?? []).map((fix) => ({
        ...fix,
        edits: fix.edits.map(({ text: newText, ...edit }) => ({ range: range(edit), newText })),
      })),
    })),
  };
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
