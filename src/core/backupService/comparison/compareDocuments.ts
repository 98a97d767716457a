/** Compares the documents of the active Central Management store with the standby's, and puts the standby's right. */
import type { DatabaseSync } from 'node:sqlite';
import type { MirroredDatabase } from '../../mirroring/contract.ts';
import { type DocumentChange, writeDocuments } from '../cmsDocuments.ts';
import { collectFindings, type StoreComparison } from './differences.ts';

export interface DocumentStores {
  /** FQDN of the pool with the active store. */
  readonly owner: string;
  readonly original: MirroredDatabase;
  readonly copy: MirroredDatabase;
}

/** Compares version, time and text of every document. */
export function compareDocuments(stores: DocumentStores): StoreComparison {
  const findings = collectFindings();
  for (const { name, wanted, held } of both(stores)) {
    findings.compared(1);
    if (wanted === held) continue;
    const kind = held === undefined ? 'copyMissing' : wanted === undefined ? 'originalMissing' : 'different';
    findings.add({ name, kind, owner: stores.owner });
  }
  return findings.result();
}

/** Makes every document of the standby that differs what the active store holds, deletions included. */
export function repairDocuments(stores: DocumentStores): void {
  const changes = both(stores)
    .filter(({ wanted, held }) => wanted !== held)
    .map(({ name, wanted }): DocumentChange => {
      if (wanted === undefined) return { name };
      return { name, document: JSON.parse(wanted) };
    });
  if (changes.length === 0) return;
  stores.copy.commit(`import:${stores.owner}`, (database) => writeDocuments(database, changes));
}

interface Both {
  readonly name: string;
  readonly wanted: string | undefined;
  readonly held: string | undefined;
}

function both({ original, copy }: DocumentStores): readonly Both[] {
  const wanted = original.read(textOfDocuments);
  const held = copy.read(textOfDocuments);
  const names = [...new Set([...wanted.keys(), ...held.keys()])].sort();
  return names.map((name) => ({ name, wanted: wanted.get(name), held: held.get(name) }));
}

function textOfDocuments(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare('select name, version, content, changedAt from documents order by name').all();
  return new Map(
    rows.map(({ name, version, content, changedAt }) => [
      String(name),
      JSON.stringify({ version, content, changedAt }),
    ]),
  );
}
