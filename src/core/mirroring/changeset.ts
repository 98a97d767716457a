/** Reads SQLite changesets (https://sqlite.org/session/sqlite3changeset_start.html): their frame, and the keys of their rows. */

const tableHeader = 0x54; // 'T'
const insert = 18;
const update = 23;

export interface ChangedRow {
  readonly table: string;
  readonly operation: 'insert' | 'update' | 'delete';
  /** The values of its primary key, in words. */
  readonly key: readonly string[];
}

/** The number of rows that a changeset inserts, updates or deletes. Throws a RangeError when it is not a changeset. */
export function countRows(changeset: Uint8Array): number {
  let rows = 0;
  let columns = 0;
  let offset = 0;
  while (offset < changeset.length) {
    if (changeset[offset] === tableHeader) {
      const header = readHeader(changeset, offset + 1);
      columns = header.columns;
      offset = header.end;
    } else {
      // An operation byte, a byte that says whether it was indirect, then one record, or two for an update.
      const records = changeset[offset] === update ? 2 : 1;
      offset = skipValues(changeset, offset + 2, columns * records);
      rows += 1;
    }
  }
  return rows;
}

/** The rows that a changeset inserts, updates or deletes, by table and key. Throws a RangeError when it is not a changeset. */
export function changedRows(changeset: Uint8Array): readonly ChangedRow[] {
  const rows: ChangedRow[] = [];
  let table: Table | undefined;
  let offset = 0;
  while (offset < changeset.length) {
    const operation = changeset[offset];
    if (operation === tableHeader) {
      const header = readHeader(changeset, offset + 1);
      table = tableOf(changeset, header);
      offset = header.end;
      continue;
    }
    if (table === undefined) throw new RangeError('a row comes before its table');
    // The first record of each operation holds the whole key: the old one of an update or a delete, the new one of an insert.
    const start = offset + 2;
    offset = skipValues(changeset, start, table.columns * (operation === update ? 2 : 1));
    rows.push({
      table: table.name,
      operation: operation === insert ? 'insert' : operation === update ? 'update' : 'delete',
      key: readKey(changeset, start, table.keys),
    });
  }
  return rows;
}

/** Where things stand; nothing is decoded, because every commit counts its rows. */
interface Header {
  readonly columns: number;
  /** A byte for each column, not 0 when it belongs to the primary key. */
  readonly keys: number;
  readonly name: number;
  readonly end: number;
}

interface Table {
  readonly columns: number;
  readonly name: string;
  readonly keys: readonly boolean[];
}

function readHeader(bytes: Uint8Array, start: number): Header {
  const columns = readVarint(bytes, start);
  const name = columns.end + columns.value;
  const terminator = bytes.indexOf(0, name);
  if (terminator < 0) throw new RangeError('the name of a table does not end');
  return { columns: columns.value, keys: columns.end, name, end: terminator + 1 };
}

function tableOf(bytes: Uint8Array, { columns, keys, name, end }: Header): Table {
  return {
    columns,
    name: Buffer.from(bytes.subarray(name, end - 1)).toString('utf8'),
    keys: [...bytes.subarray(keys, name)].map((flag) => flag !== 0),
  };
}

function readKey(bytes: Uint8Array, start: number, keys: readonly boolean[]): readonly string[] {
  const found: string[] = [];
  let offset = start;
  for (const isKey of keys) {
    if (isKey) found.push(valueText(bytes, offset));
    offset = skipValue(bytes, offset);
  }
  return found;
}

function valueText(bytes: Uint8Array, offset: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytes[offset]) {
    case 1:
      return view.getBigInt64(offset + 1).toString();
    case 2:
      return view.getFloat64(offset + 1).toString();
    case 3:
    case 4: {
      const length = readVarint(bytes, offset + 1);
      const value = Buffer.from(bytes.subarray(length.end, length.end + length.value));
      return value.toString(bytes[offset] === 3 ? 'utf8' : 'hex');
    }
    default:
      return 'null';
  }
}

function skipValues(bytes: Uint8Array, start: number, count: number): number {
  let offset = start;
  for (let index = 0; index < count; index += 1) offset = skipValue(bytes, offset);
  if (offset > bytes.length) throw new RangeError('the changeset ends within a record');
  return offset;
}

/** Types: 0 absent, 1 integer, 2 real, 3 text, 4 blob, 5 null. */
function skipValue(bytes: Uint8Array, offset: number): number {
  switch (bytes[offset]) {
    case 0:
    case 5:
      return offset + 1;
    case 1:
    case 2:
      return offset + 9;
    case 3:
    case 4: {
      const length = readVarint(bytes, offset + 1);
      return length.end + length.value;
    }
    default:
      throw new RangeError(`unknown type of value at byte ${offset}`);
  }
}

/** SQLite's variable-length integer, up to eight bytes of seven bits (no length here is longer). */
function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let offset = start; offset < start + 8; offset += 1) {
    const byte = bytes[offset];
    if (byte === undefined) break;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: offset + 1 };
  }
  throw new RangeError(`no length at byte ${start}`);
}
