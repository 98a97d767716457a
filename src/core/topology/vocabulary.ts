/** The fixed words of the domain: releases, modules, database types. Source of each: `domain.md` section given. */

export const releases = ['2013', '2015', '2019', 'SE'] as const;
export type Release = (typeof releases)[number];

export const editions = ['Enterprise', 'Standard', 'Director'] as const;
export type Edition = (typeof editions)[number];

/** Backup Service modules under the long names of the cmdlet help (domain A.2). */
export const backupModules = [
  'UserServices.PresenceFocus',
  'ConfServices.DataConf',
  'CentralMgmt.CMSMaster',
  'ApplicationServer.RGSDataStore',
  'ApplicationServer.RGSFileStore',
] as const;
export type BackupModule = (typeof backupModules)[number];

/** Short names and the other spellings that the documentation uses (domain A.2, J.2), all lower case. */
const otherModuleNames: Readonly<Record<string, BackupModule>> = {
  presencefocus: 'UserServices.PresenceFocus',
  dataconf: 'ConfServices.DataConf',
  cmsmaster: 'CentralMgmt.CMSMaster',
  centralmgmt: 'CentralMgmt.CMSMaster',
  rgsdatastore: 'ApplicationServer.RGSDataStore',
  rgsfilestore: 'ApplicationServer.RGSFileStore',
};

/**
 * The long name of a Backup Service module, from any spelling of the documentation, in any case.
 * `undefined` when no module is meant. `All` is not a module: callers that accept it handle it themselves.
 */
export function canonicalBackupModule(name: string): BackupModule | undefined {
  const lower = name.toLowerCase();
  return backupModules.find((module) => module.toLowerCase() === lower) ?? otherModuleNames[lower];
}

/** `DatabaseType` values and the databases behind each (domain C.2). There is one mirroring session per database. */
export const databasesByType = {
  User: ['rtcxds', 'rtcshared', 'rtcab'],
  Application: ['rgsconfig', 'rgsdyn', 'cpsdyn'],
  CentralMgmt: ['xds', 'lis'],
  Archiving: ['lcslog'],
  Monitoring: ['lcscdr', 'qoemetrics'],
  PersistentChat: ['mgc'],
  PersistentChatCompliance: ['mgccomp'],
} as const;
export type DatabaseType = keyof typeof databasesByType;
export type DatabaseName = (typeof databasesByType)[DatabaseType][number];
export const databaseTypes = Object.keys(databasesByType) as readonly DatabaseType[];
