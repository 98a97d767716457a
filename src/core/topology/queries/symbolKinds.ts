/** The kinds of names in a topology, and what is said of one place at which a name stands. */
import type { Range } from '../diagnostics.ts';
import type { TreePath } from './positions.ts';

export type SymbolKind =
  | 'pool'
  | 'site'
  | 'frontEnd'
  | 'chatServer'
  | 'fileServer'
  | 'sqlServer'
  | 'sqlInstance'
  | 'availabilityGroup'
  | 'edgePool'
  | 'persistentChatPool'
  | 'virtualMachine'
  | 'hyperVHost'
  | 'adminRole'
  | 'backupModule';

export interface SymbolOccurrence {
  readonly kind: SymbolKind;
  /** The name as it is written here. */
  readonly name: string;
  readonly role: 'definition' | 'reference';
  readonly path: TreePath;
  readonly range: Range;
}
