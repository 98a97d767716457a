/** The rows that changesets touch, by table and primary key (https://sqlite.org/session/sqlite3changeset_start.html). */

export interface ChangedRow {
  readonly table: string;
  /** Values of the primary key in the order of the columns. */
  readonly key: readonly (string | number | null)[];
}

const tableHeader = 0x54; // 'T'
const insert = 18;
const update = 23;

/** Each row once, in the order of its first change. Throws a RangeError when it is not a changeset. */
export function changedRows(changesets: Iterable<Uint8Array>): readonly ChangedRow[] {
  const rows = new Map<string, ChangedRow>();
  for (const changeset of changesets) {
    for (const row of rowsOf(changeset)) rows.set(JSON.stringify([row.table, ...row.key]), row);
  }
  return [...rows.values()];
}

function* rowsOf(bytes: Uint8Array): Generator<ChangedRow> {
  const reader = readerOf(bytes);
  let table = '';
  let isKey: readonly boolean[] = [];
  while (!reader.atEnd()) {
    const mark = reader.byte();
    if (mark === tableHeader) {
      const columns = reader.length();
      isKey = Array.from({ length: columns }, () => reader.byte() !== 0);
      table = reader.name();
      continue;
    }
    reader.byte();
    const old = mark === insert ? undefined : isKey.map(() => reader.value());
    const fresh = mark === insert || mark === update ? isKey.map(() => reader.value()) : undefined;
    const key = (old ?? fresh ?? []).filter((_, column) => isKey[column]);
    yield { table, key };
  }
}

function readerOf(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  let offset = 0;
  const byte = (): number => view.getUint8(offset++);
  const length = (): number => {
    for (let value = 0; ; ) {
      const part = byte();
      value = value * 128 + (part & 0x7f);
      if (part < 0x80) return value;
    }
  };
  const take = (count: number): Uint8Array => {
    const end = offset + count;
    if (end > bytes.length) throw new RangeError('the changeset ends within a record');
    const taken = bytes.subarray(offset, end);
    offset = end;
    return taken;
  };
  return {
    atEnd: () => offset >= bytes.length,
    byte,
    length,
    name: () => {
      const end = bytes.indexOf(0, offset);
      if (end < 0) throw new RangeError('the name of a table does not end');
      const name = text.decode(take(end - offset));
      byte();
      return name;
    },
    /** Types: 0 absent, 1 integer, 2 real, 3 text, 4 blob, 5 null. */
    value: (): string | number | null => {
      const type = byte();
      if (type === 0 || type === 5) return null;
      if (type === 3) return text.decode(take(length()));
      if (type === 4) return Buffer.from(take(length())).toString('hex');
      if (type !== 1 && type !== 2) throw new RangeError(`unknown type of value ${type}`);
      const value = type === 1 ? Number(view.getBigInt64(offset)) : view.getFloat64(offset);
      offset += 8;
      return value;
    },
  };
}
