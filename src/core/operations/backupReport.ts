/** What the report of a backup says. */
import type { PackageManifest } from '../backupService/package/manifest.ts';
import type { Section } from '../drills/sections.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { formatList } from './amounts.ts';

export interface BackupResult {
  readonly PoolFqdn: string;
  /** What `Restore-PoolBackupPackage` takes. */
  readonly Package: string;
  readonly Folder: string;
  readonly BackupModules: readonly BackupModule[];
  readonly Rows: number;
  readonly Files: number;
  readonly Bytes: number;
}

/** The states of the modules at one look at them. */
export interface BackupLook {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly states: readonly string[];
}

export type BackupOutcome =
  | { readonly result: BackupResult; readonly manifest: PackageManifest; readonly failure?: never }
  | { readonly failure: string };

export function backupSections(
  pool: string,
  kind: string,
  looks: readonly BackupLook[],
  outcome: BackupOutcome,
): readonly Section[] {
  const summary: (readonly string[])[] = [
    ['Pool', pool],
    ['Kind', kind],
    ['Outcome', outcome.failure ?? 'A package was written and read back.'],
  ];
  if (outcome.failure === undefined) {
    const { Package, Folder, BackupModules, Rows, Files, Bytes } = outcome.result;
    summary.push(['Package', Package], ['Folder', Folder], ['Modules', formatList(BackupModules)]);
    summary.push(['Rows', `${Rows}`], ['Files', `${Files}`], ['Bytes', `${Bytes}`]);
  }
  return [
    { title: 'Summary', blocks: [table(['', ''], summary)] },
    ...(looks.length === 0
      ? []
      : [
          {
            title: 'Looks at the state',
            blocks: [
              table(
                ['time', 'states'],
                looks.map(({ time, states }) => [time, formatList(states)]),
              ),
            ],
          },
        ]),
    ...(outcome.failure === undefined ? [{ title: 'Tables', blocks: [tablesOf(outcome.manifest)] }] : []),
  ];
}

function tablesOf({ tables }: PackageManifest) {
  return table(
    ['database', 'table', 'rows', 'bytes', 'SHA-256'],
    tables.map((each) => [each.database, each.table, `${each.rows}`, `${each.bytes}`, each.sha256]),
  );
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]) {
  return { kind: 'table', columns, rows } as const;
}
