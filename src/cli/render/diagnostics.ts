/** Diagnostics as text for people, with the line they are about. */
import type { Diagnostic, Severity } from '../../core/topology/diagnostics.ts';
import type { Output } from '../terminal.ts';
import { wrap } from './wrap.ts';

const colours = { error: 'red', warning: 'yellow', information: 'cyan', hint: 'gray' } as const satisfies Record<
  Severity,
  string
>;

export interface CheckedFile {
  readonly file: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Line and character of an offset, both from 0; characters are UTF-16 code units as in editors. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly character: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length - 1;
  return { line, character: offset - (before.lastIndexOf('\n') + 1) };
}

export function writeDiagnostics(out: Output, { file, text, diagnostics }: CheckedFile): void {
  for (const diagnostic of diagnostics) {
    const { line, character } = positionAt(text, diagnostic.range.start);
    const severity = out.style(colours[diagnostic.severity], diagnostic.severity);
    out.line(`${out.style('bold', `${file}:${line + 1}:${character + 1}`)} ${severity} ${diagnostic.code}`);
    for (const message of wrap(diagnostic.message, out.columns, '  ')) out.line(message);
    writeExcerpt(out, text, diagnostic);
    for (const related of diagnostic.related ?? []) {
      const at = positionAt(text, related.range.start);
      out.line(`  ${file}:${at.line + 1}:${at.character + 1} ${related.message}`);
    }
    const fix = diagnostic.fixes?.[0];
    if (fix !== undefined) out.line(`  Fix: ${fix.title}`);
    out.line();
  }
}

/** The line with the range underlined, as far as it lies in that line. */
function writeExcerpt(out: Output, text: string, { range, severity }: Diagnostic): void {
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const newline = text.indexOf('\n', range.start);
  const end = newline === -1 ? text.length : newline;
  const source = text.slice(start, end).replace(/\r$/, '');
  if (source.trim() === '') return;
  const number = String(positionAt(text, range.start).line + 1);
  const underlined = Math.max(1, Math.min(range.end, start + source.length) - range.start);
  // Tabs stay tabs, so that the marks stand below what they mark.
  const lead = source.slice(0, range.start - start).replaceAll(/[^\t]/g, ' ');
  out.line(`  ${number} | ${source}`);
  out.line(`  ${' '.repeat(number.length)} | ${lead}${out.style(colours[severity], '^'.repeat(underlined))}`);
}
