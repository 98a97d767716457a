/** What each Backup Service module carries, in words (domain A.2, K.8). */
import type { BackupModule } from './vocabulary.ts';

export interface ModuleDescription {
  /** The other name that the documentation uses. */
  readonly shortName: string;
  /** A phrase for a list. */
  readonly summary: string;
  /** Sentences for somebody who asks. */
  readonly detail: string;
}

export const moduleDescriptions: Readonly<Record<BackupModule, ModuleDescription>> = {
  'UserServices.PresenceFocus': {
    shortName: 'PresenceFocus',
    summary: 'users, contacts, presence and conference schedules',
    detail:
      'Carries user, contact, presence and conference-schedule data of the user database. Runs in both directions of every pair.',
  },
  'ConfServices.DataConf': {
    shortName: 'DataConf',
    summary: 'conference content files',
    detail:
      'Carries the conference content files of the file share. Runs in both directions of every pair. A pool that lost its content gets it back by a synchronisation from its partner.',
  },
  'CentralMgmt.CMSMaster': {
    shortName: 'CMSMaster',
    summary: 'the Central Management store',
    detail:
      'Carries the Central Management store. Only the pool with the active store exports; on its partner the export side reads NotInitialized, which is normal.',
  },
  'ApplicationServer.RGSDataStore': {
    shortName: 'RGSDataStore',
    summary: 'Response Group databases',
    detail:
      'Carries the Response Group databases. From Skype for Business Server 2019 on, and only where the Response Group backup is switched on for the whole deployment.',
  },
  'ApplicationServer.RGSFileStore': {
    shortName: 'RGSFileStore',
    summary: 'Response Group files',
    detail:
      'Carries the Response Group files, such as announcements and music. From Skype for Business Server 2019 on, and only where the Response Group backup is switched on for the whole deployment.',
  },
};
