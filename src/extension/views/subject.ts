/** What a command is about when it was called on something: an item of a tree or a place in the topology file. */
import type { BackupModule, DatabaseName, DatabaseType } from '../../core/topology/vocabulary.ts';

export type Subject =
  | { readonly kind: 'deployment' }
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'pool'; readonly pool: string }
  | { readonly kind: 'chatPool'; readonly pool: string }
  | { readonly kind: 'module'; readonly pool: string; readonly module: BackupModule }
  | { readonly kind: 'databaseType'; readonly pool: string; readonly type: DatabaseType }
  | { readonly kind: 'database'; readonly pool: string; readonly type: DatabaseType; readonly database: DatabaseName }
  | { readonly kind: 'pair'; readonly pools: readonly [string, string] }
  | { readonly kind: 'direction'; readonly from: string; readonly to: string }
  | { readonly kind: 'virtualMachine'; readonly machine: string }
  | { readonly kind: 'job'; readonly job: string };

/** What a name to copy is for each kind. */
export function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case 'deployment':
      return '';
    case 'site':
      return subject.site;
    case 'pool':
    case 'chatPool':
      return subject.pool;
    case 'module':
      return subject.module;
    case 'databaseType':
      return subject.type;
    case 'database':
      return subject.database;
    case 'pair':
      return subject.pools.join(', ');
    case 'direction':
      return subject.from;
    case 'virtualMachine':
      return subject.machine;
    case 'job':
      return subject.job;
  }
}
