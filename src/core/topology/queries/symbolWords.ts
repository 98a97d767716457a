/** What the kinds of names are called. */
import type { SymbolKind } from './symbolKinds.ts';

const words: Readonly<Record<SymbolKind, string>> = {
  pool: 'a pool',
  site: 'a site',
  frontEnd: 'a Front End Server',
  chatServer: 'a Persistent Chat server',
  fileServer: 'a file server',
  sqlServer: 'a SQL server',
  sqlInstance: 'an instance of that SQL server',
  availabilityGroup: 'an availability group',
  edgePool: 'an Edge pool',
  persistentChatPool: 'a Persistent Chat pool',
  virtualMachine: 'a virtual machine',
  hyperVHost: 'a Hyper-V host',
  adminRole: 'a role',
  backupModule: 'a backup module',
};

/** With its article: `a pool`. */
export function describedKind(kind: SymbolKind): string {
  return words[kind];
}
