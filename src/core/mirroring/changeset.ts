/** Reads the frame of SQLite changesets (https://sqlite.org/session/sqlite3changeset_start.html), not their values. */

const tableHeader = 0x54; // 'T'
const update = 23;

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

function readHeader(bytes: Uint8Array, start: number): { readonly columns: number; readonly end: number } {
  const columns = readVarint(bytes, start);
  const name = columns.end + columns.value;
  const terminator = bytes.indexOf(0, name);
  if (terminator < 0) throw new RangeError('the name of a table does not end');
  return { columns: columns.value, end: terminator + 1 };
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
