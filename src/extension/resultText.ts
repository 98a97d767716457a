/** A result as text: properties as a list, lists of things as a table, as the users' shell prints them. */

export function resultText(result: unknown): string {
  return `${lines(result).join('\n')}\n`;
}

function lines(value: unknown): string[] {
  if (Array.isArray(value)) return listLines(value);
  if (isRecord(value)) return recordLines(value);
  return [scalar(value)];
}

function recordLines(record: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(record);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.flatMap(([name, value]) =>
    isNested(value)
      ? ['', name, ...lines(value).map((line) => `  ${line}`)]
      : [`${name.padEnd(width)} : ${scalar(value)}`],
  );
}

function listLines(items: readonly unknown[]): string[] {
  const records = items.filter(isRecord);
  if (records.length !== items.length) return items.map(scalar);
  const names = [...new Set(records.flatMap((item) => Object.keys(item)))];
  const flat = names.filter((name) => records.every((item) => !isRecord(item[name]) && !isNested(item[name])));
  if (flat.length < names.length || names.length > 8)
    return records.flatMap((item, index) => (index === 0 ? recordLines(item) : ['', ...recordLines(item)]));
  return tableLines(
    flat,
    records.map((item) => flat.map((name) => scalar(item[name]))),
  );
}

function tableLines(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function scalar(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(scalar).join(', ');
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${scalar(inner)}`)
    .join(', ');
}

/** Needs lines of its own: a list of things, or a thing with such a list or another thing in it. */
function isNested(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isRecord);
  return isRecord(value) && Object.values(value).some((inner) => isRecord(inner) || Array.isArray(inner));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
