/**
 * Where names are defined and where they are used, as data, so that every language feature (definition, references,
 * rename, highlights, completion) reads the same table.
 */
import type { SymbolKind } from './symbolKinds.ts';

/** A place for names. */
export interface Pattern {
  /** `*` is any key, `#` any index. */
  readonly path: readonly string[];
  readonly part: 'key' | 'value';
  readonly kind: SymbolKind;
  readonly role: 'definition' | 'reference';
}

function pattern(path: string, part: Pattern['part'], kind: SymbolKind, role: Pattern['role']): Pattern {
  return { path: path.split(' '), part, kind, role };
}

/** Places where a name is all that stands there. */
export const wholeNames: readonly Pattern[] = [
  pattern('sites *', 'key', 'site', 'definition'),
  pattern('pools *', 'key', 'pool', 'definition'),
  pattern('sqlServers *', 'key', 'sqlServer', 'definition'),
  pattern('availabilityGroups *', 'key', 'availabilityGroup', 'definition'),
  pattern('edgePools *', 'key', 'edgePool', 'definition'),
  pattern('persistentChatPools *', 'key', 'persistentChatPool', 'definition'),
  pattern('virtualMachines *', 'key', 'virtualMachine', 'definition'),
  pattern('adminRoles *', 'key', 'adminRole', 'definition'),
  pattern('persistentChatPools * servers *', 'key', 'chatServer', 'definition'),
  pattern('pools * frontEnds #', 'value', 'frontEnd', 'definition'),
  pattern('pools * site', 'value', 'site', 'reference'),
  pattern('edgePools * site', 'value', 'site', 'reference'),
  pattern('persistentChatPools * servers * site', 'value', 'site', 'reference'),
  pattern('poolPairs # pools #', 'value', 'pool', 'reference'),
  pattern('poolPairs # backupModules #', 'value', 'backupModule', 'reference'),
  pattern('edgePools * nextHop', 'value', 'pool', 'reference'),
  pattern('persistentChatPools * nextHop', 'value', 'pool', 'reference'),
  pattern('availabilityGroups * replicas #', 'value', 'sqlInstance', 'reference'),
  ...['pools', 'persistentChatPools'].flatMap((section) => [
    ...['primary', 'mirror', 'witness', 'backup', 'backupMirror'].map((place) =>
      pattern(`${section} * databases * ${place}`, 'value', 'sqlInstance', 'reference'),
    ),
    pattern(`${section} * databases * availabilityGroup`, 'value', 'availabilityGroup', 'reference'),
  ]),
  ...['primaryHost', 'replicaHost', 'extendedReplicaHost'].map((host) =>
    pattern(`virtualMachines * ${host}`, 'value', 'hyperVHost', 'reference'),
  ),
];

/** Places where a name is only a part of the value, or of what is meant: the server of a share, the instance of a server. */
const innerNames: readonly Pattern[] = [
  pattern('sqlServers * instances #', 'value', 'sqlInstance', 'definition'),
  pattern('pools * fileShare', 'value', 'fileServer', 'reference'),
  pattern('persistentChatPools * logShippingShare', 'value', 'fileServer', 'reference'),
];

/** Every place for names. */
export const placesOfNames: readonly Pattern[] = [...wholeNames, ...innerNames];
