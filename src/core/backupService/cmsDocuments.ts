/** Documents of the Central Management store: what differs between two stores, by version. */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';

/** What tells two versions of a document apart. */
export interface DocumentVersion {
  readonly version: number;
  readonly changedAt: string;
  /** Of the content. */
  readonly bytes: number;
}

/** `wanted` is absent when the document was deleted; `held` when the partner does not have it yet. */
export interface DocumentDifference {
  readonly name: string;
  readonly wanted?: DocumentVersion;
  readonly held?: DocumentVersion;
}

export const documentChangesSchema = z.array(
  z.object({
    name: z.string(),
    /** Absent for a deletion. */
    document: z.object({ version: z.number(), content: z.string(), changedAt: z.string() }).optional(),
  }),
);
export type DocumentChange = z.infer<typeof documentChangesSchema>[number];

export function documentVersions(database: DatabaseSync): ReadonlyMap<string, DocumentVersion> {
  const rows = database.prepare('select name, version, changedAt, octet_length(content) as bytes from documents').all();
  return new Map(
    rows.map((row) => [
      String(row['name']),
      { version: Number(row['version']), changedAt: String(row['changedAt']), bytes: Number(row['bytes']) },
    ]),
  );
}

/** What the partner lacks, in the order of the documents' names. */
export function documentDifferences(
  wanted: ReadonlyMap<string, DocumentVersion>,
  held: ReadonlyMap<string, DocumentVersion>,
): readonly DocumentDifference[] {
  const changed = [...wanted].flatMap(([name, version]): DocumentDifference[] => {
    const other = held.get(name);
    if (other === undefined) return [{ name, wanted: version }];
    return sameVersion(version, other) ? [] : [{ name, wanted: version, held: other }];
  });
  const deleted = [...held].flatMap(([name, version]): DocumentDifference[] =>
    wanted.has(name) ? [] : [{ name, held: version }],
  );
  return [...changed, ...deleted].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export function sameVersion(left: DocumentVersion, right: DocumentVersion): boolean {
  return left.version === right.version && left.changedAt === right.changedAt;
}

/** Reads the documents as they are now: one that was deleted since the comparison is a deletion. */
export function readDocuments(database: DatabaseSync, names: readonly string[]): readonly DocumentChange[] {
  const select = database.prepare('select version, content, changedAt from documents where name = ?');
  return names.map((name) => {
    const row = select.get(name);
    if (row === undefined) return { name };
    const document = {
      version: Number(row['version']),
      content: String(row['content']),
      changedAt: String(row['changedAt']),
    };
    return { name, document };
  });
}

export function writeDocuments(database: DatabaseSync, changes: readonly DocumentChange[]): void {
  const remove = database.prepare('delete from documents where name = ?');
  const write = database.prepare(
    `insert into documents (name, version, content, changedAt) values (?, ?, ?, ?)
     on conflict (name) do update set version = excluded.version, content = excluded.content, changedAt = excluded.changedAt`,
  );
  for (const { name, document } of changes) {
    if (document === undefined) remove.run(name);
    else write.run(name, document.version, document.content, document.changedAt);
  }
}
