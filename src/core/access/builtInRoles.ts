/**
 * The built-in roles of the servers (domain A.10). Which cmdlets each may run is not published: each operation of the
 * product says which of these roles may run it, and real servers are asked with `Get-CsAdminRole`.
 */
export interface BuiltInRole {
  readonly name: string;
  /** What it is for, in one sentence. */
  readonly description: string;
}

export const builtInRoles: readonly BuiltInRole[] = [
  { name: 'CsAdministrator', description: 'Everything, including what has a global effect.' },
  { name: 'CsUserAdministrator', description: 'Enables users and assigns policies to them.' },
  { name: 'CsVoiceAdministrator', description: 'Configures voice: dial plans, routes and voice policies.' },
  {
    name: 'CsServerAdministrator',
    description: 'Operates and monitors servers and services, without changes that have a global effect.',
  },
  { name: 'CsViewOnlyAdministrator', description: 'Sees the deployment and changes nothing.' },
  { name: 'CsHelpDesk', description: 'Sees users, policies and what helps to find a fault.' },
  { name: 'CsArchivingAdministrator', description: 'Configures archiving.' },
  { name: 'CsResponseGroupAdministrator', description: 'Configures Response Groups.' },
  { name: 'CsResponseGroupManager', description: 'Manages the Response Groups that were given to it.' },
  { name: 'CsLocationAdministrator', description: 'Manages locations, networks and the location database.' },
  { name: 'CsPersistentChatAdministrator', description: 'Manages Persistent Chat categories and rooms.' },
];
