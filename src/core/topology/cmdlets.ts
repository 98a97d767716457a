/** Names that custom roles may give: what the product runs, other cmdlets of the servers, and the built-in roles. */

import { nearest } from './shape/nearest.ts';

/** What the product runs, under the names of its operations; a test compares them. */
export const operationNames = [
  'Backup-CsPool',
  'Debug-CsInterPoolReplication',
  'Get-CsAdminRole',
  'Get-CsBackupServiceConfiguration',
  'Get-CsBackupServiceStatus',
  'Get-CsDatabaseMirrorState',
  'Get-CsManagementStoreReplicationStatus',
  'Get-CsPersistentChatActiveServer',
  'Get-CsPersistentChatState',
  'Get-CsPoolBackupRelationship',
  'Get-VMReplication',
  'Install-CsMirrorDatabase',
  'Invoke-CsBackupServiceSync',
  'Invoke-CsDatabaseFailover',
  'Invoke-CsManagementServerFailover',
  'Invoke-CsPoolFailBack',
  'Invoke-CsPoolFailOver',
  'Invoke-PersistentChatFailback',
  'Invoke-PersistentChatFailover',
  'Publish-CsTopology',
  'Remove-CsBackupServiceConfiguration',
  'Remove-CsUserStoreBackupData',
  'Restore-ConferenceContents',
  'Restore-PoolBackupPackage',
  'Resume-VMReplication',
  'Set-CsBackupServiceConfiguration',
  'Set-CsPersistentChatActiveServer',
  'Set-CsPersistentChatState',
  'Suspend-VMReplication',
  'Uninstall-CsMirrorDatabase',
  'audit',
  'drill',
  'events',
  'fault',
  'init',
  'load',
  'procedure',
  'report',
  'seed',
  'set-mirror-safety',
  'ship-logs',
] as const;

/** Cmdlets of the servers that the product names in its texts and does not run (domain A.5, B.6, C, D.2, F.3). */
export const otherCmdlets = [
  'Debug-CsIntraPoolReplication',
  'Enable-CsTopology',
  'Export-CsConfiguration',
  'Export-CsUserData',
  'Get-CsComputer',
  'Get-CsManagementConnection',
  'Get-CsPool',
  'Get-CsPoolFabricState',
  'Get-CsRgsWorkflow',
  'Get-CsServerPatchVersion',
  'Get-CsServerVersion',
  'Get-CsService',
  'Get-CsSite',
  'Get-CsTopology',
  'Get-CsUserCallForwardingSettings',
  'Get-CsUserDelegates',
  'Get-CsUserPoolInfo',
  'Import-CsConfiguration',
  'Import-CsUserData',
  'Install-CsDatabase',
  'Invoke-CsComputerFailBack',
  'Invoke-CsComputerFailOver',
  'Invoke-CsManagementStoreReplication',
  'Invoke-CsRgsStoreReplicateData',
  'Move-CsApplicationEndpoint',
  'Move-CsConferenceDirectory',
  'Move-CsManagementServer',
  'Move-CsRgsConfiguration',
  'Move-CsUser',
  'Remove-CsRgsStoreBackupData',
  'Reset-CsPoolRegistrarState',
  'Set-CsConfigurationStoreLocation',
  'Set-CsEdgeServer',
  'Set-CsRegistrar',
  'Set-CsUnassignedNumber',
  'Set-CsUserCallForwardingSettings',
  'Set-CsUserDelegates',
  'Set-VMReplication',
  'Start-CsWindowsService',
  'Stop-CsWindowsService',
  'Sync-CsUserData',
  'Test-CsDatabase',
  'Test-CsTopology',
  'Uninstall-CsDatabase',
] as const;

/** The verbs that PowerShell approves and that cmdlets of the servers have. */
const verbs = [
  'Add',
  'Approve',
  'Backup',
  'Checkpoint',
  'Clear',
  'Compress',
  'Convert',
  'Copy',
  'Debug',
  'Disable',
  'Dismount',
  'Enable',
  'Expand',
  'Export',
  'Find',
  'Get',
  'Grant',
  'Import',
  'Initialize',
  'Install',
  'Invoke',
  'Join',
  'Lock',
  'Measure',
  'Merge',
  'Mount',
  'Move',
  'New',
  'Open',
  'Publish',
  'Receive',
  'Register',
  'Remove',
  'Rename',
  'Repair',
  'Request',
  'Reset',
  'Resolve',
  'Restart',
  'Restore',
  'Resume',
  'Revoke',
  'Save',
  'Search',
  'Select',
  'Send',
  'Set',
  'Show',
  'Start',
  'Stop',
  'Submit',
  'Suspend',
  'Switch',
  'Sync',
  'Test',
  'Trace',
  'Unblock',
  'Undo',
  'Uninstall',
  'Unlock',
  'Unpublish',
  'Unregister',
  'Update',
  'Wait',
  'Watch',
] as const;

/** The built-in roles of the servers (domain A.10); a test compares them with those of the role model. */
export const builtInRoleNames = [
  'CsAdministrator',
  'CsUserAdministrator',
  'CsVoiceAdministrator',
  'CsServerAdministrator',
  'CsViewOnlyAdministrator',
  'CsHelpDesk',
  'CsArchivingAdministrator',
  'CsResponseGroupAdministrator',
  'CsResponseGroupManager',
  'CsLocationAdministrator',
  'CsPersistentChatAdministrator',
] as const;

/** What may be meant by the name of a cmdlet that is not known. */
export interface UnknownCmdlet {
  /** It has the form of a cmdlet: servers may have it. */
  readonly isPlausible: boolean;
  /** The cmdlet that is a slip of the hand away. */
  readonly meant: string | undefined;
}

/** Undefined where the name is known, in any case. */
export function unknownCmdlet(written: string): UnknownCmdlet | undefined {
  if (known.has(written.toLowerCase())) return undefined;
  const [, verb, noun] = /^([A-Za-z]+)-([A-Za-z]+)$/.exec(written) ?? [];
  if (verb === undefined || noun === undefined) {
    return { isPlausible: false, meant: nearest(written, known.values()) };
  }
  const isVerb = verbs.some((approved) => approved.toLowerCase() === verb.toLowerCase());
  const byParts = known.get(`${meantVerb(verb)}-${meantNoun(noun)}`.toLowerCase());
  const meant = byParts ?? (isVerb ? undefined : nearest(written, known.values(), 2));
  return { isPlausible: isVerb && meant === undefined, meant };
}

const known = new Map([...operationNames, ...otherCmdlets].map((name) => [name.toLowerCase(), name]));

const nouns = [...known.values()].flatMap((name) => name.split('-')[1] ?? []);

function meantVerb(verb: string): string {
  return nearest(verb, verbs) ?? verb;
}

/** Nouns of different cmdlets are often alike, so that less counts as a slip than elsewhere. */
function meantNoun(noun: string): string {
  return nearest(noun, nouns, Math.min(2, Math.floor(noun.length / 5))) ?? noun;
}
