/**
 * Diagnostics as text for people, with the line they are about.
 *
 * The first line of each, `file:line:column: severity: message [code]`, is what problem matchers of editors and of CI
 * read: it begins in the first column, is never broken, and nothing else has its form.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatCount } from '../../core/operations/amounts.ts';
import { type Diagnostic, type Range, type Severity, severities } from '../../core/topology/diagnostics.ts';
import { type CheckedFile, isChecked, startOf, type UncheckedFile } from '../checkedFile.ts';
import type { Output } from '../terminal.ts';
import { printable } from './displayWidth.ts';
import { excerptOf } from './excerpt.ts';
import { wrap } from './wrap.ts';

const colours = { error: 'red', warning: 'yellow', information: 'cyan', hint: 'gray' } as const satisfies Record<
  Severity,
  string
>;

export function writeDiagnostics(out: Output, file: CheckedFile): void {
  for (const diagnostic of file.diagnostics) {
    writeFinding(out, file, diagnostic);
    out.line();
  }
}

/** Why a file was not checked, and what to do. */
export function writeUnchecked(err: Output, { error }: UncheckedFile): void {
  for (const line of wrap(printable(`Not checked: ${error.message}`), err.columns)) err.line(err.style('red', line));
  for (const line of wrap(printable(error.remedy), err.columns)) err.line(line);
}

/** One sentence about all files. */
export function summaryOf(files: readonly (CheckedFile | UncheckedFile)[]): string {
  const checked = files.filter(isChecked);
  const unread = files.length - checked.length;
  const found = checked.flatMap(({ diagnostics }) => diagnostics);
  const counts = severities
    .map((severity) => ({ severity, count: found.filter((diagnostic) => diagnostic.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => formatCount(count, severity, severity === 'information' ? severity : `${severity}s`));
  const said = unread === 0 ? '' : `, ${unread} could not be read`;
  return `${formatCount(checked.length, 'file')} checked${said}: ${counts.length === 0 ? 'nothing found' : counts.join(', ')}.`;
}

function writeFinding(out: Output, file: CheckedFile, diagnostic: Diagnostic): void {
  const { code, severity, related = [], fixes = [], range } = diagnostic;
  const place = out.style('bold', placeOf(file, range));
  const label = out.style(colours[severity], severity);
  out.line(`${place}: ${label}: ${oneLine(diagnostic.message)} ${out.style('dim', `[${code}]`)}`);
  const gutter = writeExcerpt(out, file, range, colours[severity]);
  const add = (name: string, text: string): void => {
    out.line(`${gutter} ${out.style('cyan', '=')} ${out.style('bold', name)}: ${text}`);
  };
  for (const { range: other, message } of related) add('see', `${placeOf(file, other)} ${oneLine(message)}`);
  for (const { title } of fixes) add('fix', oneLine(title));
  add('rule', documentationPage(diagnostic.documentation));
}

/** Gives back the space before the marks, below which more can be said. */
function writeExcerpt(out: Output, file: CheckedFile, range: Range, colour: (typeof colours)[Severity]): string {
  const number = String(startOf(file, range).line + 1);
  const gutter = ' '.repeat(number.length + 2);
  const excerpt = excerptOf(file.lines, range, out.columns - gutter.length - 3);
  if (excerpt === undefined) return gutter;
  const bar = out.style('dim', '|');
  out.line(`  ${number} ${bar} ${excerpt.source}`);
  out.line(`${gutter} ${bar} ${excerpt.lead}${out.style(colour, excerpt.marks)}`);
  return gutter;
}

/** Line and column count from 1; columns are UTF-16 code units, as editors and their problem matchers count them. */
function placeOf(file: CheckedFile, range: Range): string {
  const { line, character } = startOf(file, range);
  return `${printable(file.file)}:${line + 1}:${character + 1}`;
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s*[\r\n]+\s*/g, ' '));
}

/** The page in the installed product, which a terminal can open; its name where it is not there. */
function documentationPage(documentation: string): string {
  return documentationFile(documentation)?.file ?? documentation;
}

/** The product's folder lies one folder above the bundle, and three above this file. */
export function documentationFile(documentation: string): { readonly url: string; readonly file: string } | undefined {
  for (const root of ['../', '../../../']) {
    const url = new URL(`${root}${documentation}`, import.meta.url);
    const file = fileURLToPath(url);
    if (existsSync(file)) return { url: url.href, file };
  }
  return undefined;
}
