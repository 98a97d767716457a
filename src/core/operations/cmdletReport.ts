/** `-Report` of cmdlets whose result is a list: one table of it, or what went wrong. */
import type { Section } from '../drills/sections.ts';
import { errorInformation } from '../errors.ts';
import { writeHtmlReport } from './htmlReport.ts';

export interface CmdletReport {
  /** Full path; nothing is written without it. */
  readonly file: string | undefined;
  readonly title: string;
  readonly columns: readonly string[];
}

/** Does the work and writes the page, also when the work fails. Throws what the work throws, and `report-unwritable`. */
export async function reported<T>(
  report: CmdletReport,
  rowsOf: (result: T) => readonly object[],
  work: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const { message, remedy } = errorInformation(error, report.title);
    try {
      writeHtmlReport(report.file, report.title, [section('What went wrong', `${message} ${remedy}`)]);
    } catch {
      // A report that cannot be written must not take the place of what went wrong.
    }
    throw error;
  }
  writeHtmlReport(report.file, report.title, [tableOf(report.columns, rowsOf(result))]);
  return result;
}

function section(title: string, text: string): Section {
  return { title, blocks: [{ kind: 'text', text }] };
}

function tableOf(columns: readonly string[], records: readonly object[]): Section {
  const rows = records.map((record) => {
    const values = new Map<string, unknown>(Object.entries(record));
    return columns.map((column) => cellOf(values.get(column)));
  });
  return { title: new Date().toISOString(), blocks: [{ kind: 'table', columns, rows }] };
}

function cellOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
