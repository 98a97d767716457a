/** Results as text: lists of properties, and tables of what there is several of. */
import { formatAmount, formatBytes, formatDuration } from '../../core/operations/amounts.ts';
import type { Output } from '../terminal.ts';
import { readSteps, writeSteps } from './steps.ts';
import { hang, wrap } from './wrap.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Too long for a table: shown below it. */
const longProperty = 'Explanation';

/** Writes a result. `columns` are those of a table; every property in a list when absent. */
export function writeValue(out: Output, value: unknown, columns?: readonly string[]): void {
  if (value === null || value === undefined) return;
  if (isProperties(value)) writeProperties(out, value);
  else if (!isList(value)) out.line(inline(value));
  else if (value.length === 0) out.line('(none)');
  else if (value.every(isProperties)) writeTable(out, value, columns);
  else for (const item of value) out.line(inline(item));
}

function writeProperties(out: Output, value: Properties): void {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const short = entries.filter(([, item]) => !isTable(item));
  const labelWidth = Math.max(...short.map(([name]) => name.length), 0) + 3;
  for (const [name, item] of short) {
    for (const line of hang(`${name.padEnd(labelWidth - 2)}: `, labelWidth, inline(item, name), out.columns))
      out.line(line);
  }
  for (const [name, item] of entries) {
    if (!isTable(item)) continue;
    out.line();
    out.line(out.style('bold', name));
    const steps = readSteps(item);
    if (steps === undefined) writeTable(out, item);
    else writeSteps(out, steps);
  }
}

/** Columns as wide as what is in them; where the terminal is too narrow, each row becomes a list. */
export function writeTable(out: Output, rows: readonly Properties[], columns?: readonly string[]): void {
  const names =
    columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== longProperty);
  const cells = rows.map((row) => names.map((name) => inline(row[name], name)));
  const widths = names.map((name, index) => Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (out.isTerminal && total > Math.max(out.columns, 100)) {
    rows.forEach((row, index) => {
      if (index > 0) out.line();
      writeProperties(out, Object.fromEntries(names.map((name) => [name, row[name]])));
    });
  } else {
    const line = (row: readonly string[]) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd();
    out.line(out.style('bold', line(names)));
    for (const row of cells) out.line(line(row));
  }
  writeExplanations(out, rows, names);
}

/** Each under what its row is called: its identity, or what stands first. */
function writeExplanations(out: Output, rows: readonly Properties[], [first = '']: readonly string[]): void {
  const explained = rows.filter((row) => typeof row[longProperty] === 'string' && row[longProperty] !== '');
  if (explained.length > 0) out.line();
  for (const row of explained) {
    for (const line of wrap(`${inline(row['Identity'] ?? row[first])}: ${row[longProperty]}`, out.columns))
      out.line(line);
  }
}

/** A value in a cell. Names of amounts say their unit. */
function inline(value: unknown, name = ''): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return number(value, name);
  if (isList(value)) return value.length === 0 ? '' : value.map((item) => inline(item)).join(', ');
  if (isProperties(value)) return properties(value);
  return isTime(value) ? localTime(value) : String(value);
}

function number(value: number, name: string): string {
  if (/bytes$/i.test(name)) return formatBytes(value);
  if (/^(duration|refusedFor|elapsed|longestRefusal)$/i.test(name)) return formatDuration(value);
  return value.toLocaleString('en-US');
}

/** Amounts of things and their bytes read as one; anything else as a list of names and values. */
function properties(value: Properties): string {
  const { items, bytes, outcome, endedAt } = value;
  if (typeof items === 'number' && typeof bytes === 'number') {
    const amount = items === 0 ? 'nothing' : formatAmount(items, bytes);
    return typeof outcome === 'string' && typeof endedAt === 'string'
      ? `${outcome} ${localTime(endedAt)} (${amount})`
      : amount;
  }
  return Object.entries(value)
    .map(([name, item]) => `${name} ${inline(item, name)}`)
    .join(', ');
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
}

/** In the machine's time zone, as sortable text. */
export function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE');
}

function isProperties(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isTable(value: unknown): value is readonly Properties[] {
  return isList(value) && value.length > 0 && value.every(isProperties);
}
