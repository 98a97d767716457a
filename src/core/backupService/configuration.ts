/**
 * The one global configuration of the Backup Service (domain A.7). The topology gives the initial values; what was set
 * since is kept in the engine's database and wins.
 */
import type { DatabaseSync } from 'node:sqlite';
import { translated } from '../engine/translated.ts';
import { LyncTopologyError } from '../errors.ts';
import { createEventSource, type Event } from '../events.ts';
import { rollBack } from '../storage/sqlite.ts';
import type { BackupServiceConfiguration } from '../topology/model.ts';

export interface ConfigurationStore {
  current(): BackupServiceConfiguration;
  /** Throws `configuration-invalid`, naming the parameter, before anything is stored. */
  set(change: Partial<BackupServiceConfiguration>): BackupServiceConfiguration;
  readonly onDidChange: Event<BackupServiceConfiguration>;
}

type Setting = Exclude<keyof BackupServiceConfiguration, typeof rgsSwitch>;

const rgsSwitch = 'enableRgsBackupService';

interface SettingRange {
  readonly parameter: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly allowed: string;
}

const largestInt32 = 2_147_483_647;
const positiveInt32 = { minimum: 1, maximum: largestInt32, allowed: `a whole number from 1 to ${largestInt32}` };

/** Ranges of domain A.7; of an Int32 nothing but its type is documented, and none of these can be zero and work. */
const settings: Readonly<Record<Setting, SettingRange>> = {
  syncInterval: {
    parameter: 'SyncInterval',
    minimum: 5_000,
    maximum: 10_800_000,
    allowed: 'a time from 00:00:05 to 03:00:00',
  },
  maxBatchesPerUserStoreSync: { parameter: 'MaxBatchesPerUserStoreSync', ...positiveInt32 },
  maxBatchesPerCmsSync: { parameter: 'MaxBatchesPerCmsSync', ...positiveInt32 },
  maxDataConfPackageSizeKB: { parameter: 'MaxDataConfPackageSizeKB', ...positiveInt32 },
  maxConcurrentCalls: { parameter: 'MaxConcurrentCalls', ...positiveInt32 },
};

export function openConfiguration(database: DatabaseSync, initial: BackupServiceConfiguration): ConfigurationStore {
  const changes = createEventSource<BackupServiceConfiguration>();
  const select = database.prepare('select value from backup_configuration where name = ?');
  const store = database.prepare(
    'insert into backup_configuration (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  );
  const value = (name: Setting): number => {
    const stored = select.get(name)?.['value'];
    return typeof stored === 'number' ? stored : initial[name];
  };
  const isOn = (): boolean => {
    const stored = select.get(rgsSwitch)?.['value'];
    return typeof stored === 'number' ? stored === 1 : initial.enableRgsBackupService;
  };
  const storeAll = (entries: readonly (readonly [string, number])[]): void => {
    database.exec('begin immediate');
    try {
      for (const [name, wanted] of entries) store.run(name, wanted);
      database.exec('commit');
    } catch (error) {
      rollBack(database);
      throw error;
    }
  };
  const current = (): BackupServiceConfiguration => ({
    syncInterval: value('syncInterval'),
    maxBatchesPerUserStoreSync: value('maxBatchesPerUserStoreSync'),
    maxBatchesPerCmsSync: value('maxBatchesPerCmsSync'),
    maxDataConfPackageSizeKB: value('maxDataConfPackageSizeKB'),
    maxConcurrentCalls: value('maxConcurrentCalls'),
    enableRgsBackupService: isOn(),
  });

  return {
    current,
    set: (change) => {
      const entries = changedSettings(change);
      for (const [name, wanted] of entries) requireInRange(name, wanted);
      const on = change.enableRgsBackupService;
      const stored = [...entries, ...(on === undefined ? [] : [[rgsSwitch, on ? 1 : 0] as const])];
      translated(database, () => storeAll(stored));
      const configuration = current();
      if (stored.length > 0) changes.fire(configuration);
      return configuration;
    },
    onDidChange: changes.event,
  };
}

function changedSettings(change: Partial<BackupServiceConfiguration>): readonly (readonly [Setting, number])[] {
  return (Object.keys(settings) as Setting[]).flatMap((name) => {
    const wanted = change[name];
    return wanted === undefined ? [] : [[name, wanted] as const];
  });
}

function requireInRange(name: Setting, wanted: number): void {
  const { parameter, minimum, maximum, allowed } = settings[name];
  if (Number.isInteger(wanted) && wanted >= minimum && wanted <= maximum) return;
  throw new LyncTopologyError({
    code: 'configuration-invalid',
    kind: 'usage',
    object: parameter,
    message: `${parameter} cannot be ${name === 'syncInterval' ? `${wanted} milliseconds` : wanted}: it takes ${allowed}.`,
    remedy: `Give ${parameter} ${allowed}. Nothing was changed.`,
  });
}
