/** The sample deployment as plain data, in a data directory of its own that is removed at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { DataDirectory } from '../../../src/core/storage/layout.ts';
import { type Deployment, defaultBackupServiceConfiguration, type Pool } from '../../../src/core/topology/model.ts';

export const atlanta = pool('atl', 'Atlanta', 'active');
export const dallas = pool('dal', 'Dallas', 'standby');

export const litware: Deployment = {
  name: 'Litware',
  sites: [{ name: 'Atlanta' }, { name: 'Dallas' }],
  pools: [atlanta, dallas],
  poolPairs: [
    {
      pools: [atlanta.fqdn, dallas.fqdn],
      backupModules: ['UserServices.PresenceFocus', 'ConfServices.DataConf', 'CentralMgmt.CMSMaster'],
    },
  ],
  backupService: defaultBackupServiceConfiguration,
};

export interface Scratch extends Disposable {
  readonly folder: string;
  readonly dataDirectory: DataDirectory;
}

/** A data directory that exists and holds nothing; `mappings` are UNC paths to folders. */
export function scratchDataDirectory(mappings?: ReadonlyMap<string, string>): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'lync-topology-lab-'));
  return {
    folder,
    dataDirectory: openDataDirectory(folder, mappings === undefined ? {} : { mappings }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function pool(prefix: string, site: string, centralManagement: 'active' | 'standby'): Pool {
  const place = (number: number): { readonly server: string; readonly instance: string } => ({
    server: `${prefix}-sql-00${number}.litwareinc.com`,
    instance: 'RTC',
  });
  return {
    fqdn: `${prefix}-cs-001.litwareinc.com`,
    site,
    edition: 'Enterprise',
    release: '2013',
    frontEnds: [1, 2, 3].map((number) => `${prefix}-fe-00${number}.litwareinc.com`),
    fileShare: { server: `${prefix}-fs-001.litwareinc.com`, share: 'LyncShare', folder: '' },
    centralManagement,
    databases: {
      User: { primary: place(1), mirror: place(2) },
      CentralMgmt: { primary: place(1), mirror: place(2) },
    },
  };
}
