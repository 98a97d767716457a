/** How the Backup Service speaks of amounts, times and modules in its sentences. */
import type { BackupModule } from '../topology/vocabulary.ts';

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** `1,234 rows`, `1 row`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `512 bytes`, `1.5 MB`; multiples of 1,024. */
export function sizeOf(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 100 ? 0 : 1;
  return `${amount.toFixed(digits)} ${units[unit]}`;
}

/** `00:02:00`, as the cmdlets write a time span. Fractions of a second are left out. */
export function timeSpanOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Items of a module's backlog by what they are. Folders count too: their times and modes are carried as well. */
export function itemsOf(count: number, module: BackupModule): string {
  switch (module) {
    case 'ConfServices.DataConf':
    case 'ApplicationServer.RGSFileStore':
      return count === 1 ? '1 file or folder' : `${count.toLocaleString('en-US')} files and folders`;
    case 'CentralMgmt.CMSMaster':
      return countOf(count, 'document');
    case 'UserServices.PresenceFocus':
    case 'ApplicationServer.RGSDataStore':
      return countOf(count, 'changed row');
  }
}
