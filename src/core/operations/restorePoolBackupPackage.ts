import * as z from 'zod';
import type { PackageManifest } from '../backupService/package/manifest.ts';
import { formatCount, formatList } from './amounts.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { servedAtHomePrecondition } from './poolAtHome.ts';
import {
  initializedPrecondition,
  noConflictPrecondition,
  poolRunsPrecondition,
  poolStatus,
  sharePrecondition,
} from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description: 'The pool whose data the package holds, made anew and empty.',
      offers: 'pool',
      placeholder: 'FQDN',
    }),
  ),
  Package: z
    .string()
    .meta(meta({ description: 'Name of the package, as Backup-CsPool gave it.', placeholder: 'NAME' })),
});

export interface PackageRestoreResult {
  readonly PoolFqdn: string;
  readonly Package: string;
  readonly CreatedAt: string;
  readonly Rows: number;
  readonly Files: number;
}

export const restorePoolBackupPackage: OperationDefinition<typeof parameters, PackageRestoreResult> = {
  name: 'Restore-PoolBackupPackage',
  kind: 'guided',
  title: 'Restore a pool from its backup package',
  summary: 'Brings a package that Backup-CsPool wrote back onto its pool, which must be empty, and compares the two.',
  description: [
    'The package is read through first: a file that is missing, cut short or altered is named, and nothing is changed. The pool must hold nothing that is not in the package, so that nothing is ever overwritten; a restore that was interrupted can therefore be run again.',
    'Files come first, each whole before it gets its name, then the rows, which the Backup Service carries to the partner as it does with any change. Afterwards every row and every file is compared with the package.',
    'A plan of it (-WhatIf) verifies a package without restoring it.',
  ],
  parameters,
  examples: [
    {
      command:
        'Restore-PoolBackupPackage -PoolFqdn atl-cs-001.litwareinc.com -Package atl-cs-001.litwareinc.com_20261121T080000000Z',
      explanation: 'Restores the Atlanta pool.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator'],
  effect: 'changes',
  describe: ({ PoolFqdn, Package }) => `Restore ${PoolFqdn} from the package ${Package}`,
  leases: (services, { PoolFqdn }) => leasesOf(services.backupService.modulesOf(PoolFqdn), PoolFqdn),
  preconditions: async (services, given, signal) => {
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const pool = await poolStatus(services, given.PoolFqdn, signal);
    const leases = leasesOf(services.backupService.modulesOf(given.PoolFqdn), given.PoolFqdn);
    const known = [
      initialized,
      poolRunsPrecondition(pool),
      sharePrecondition(pool),
      servedAtHomePrecondition(services, given.PoolFqdn),
      noConflictPrecondition(services, leases, given.PoolFqdn),
    ];
    if (known.some(({ met }) => !met)) return known;
    const run = { signal, onProgress: () => {} };
    const manifest = await services.backupService.packages.check(given.PoolFqdn, given.Package, run);
    const evidence = `Made ${manifest.createdAt}; every file read. ${amountOf(manifest)}.`;
    return [...known, { statement: 'The package is sound and the pool holds nothing else', met: true, evidence }];
  },
  plan: async (services, given, signal) =>
    makePlan(restorePoolBackupPackage, given, {
      title: restorePoolBackupPackage.describe(given),
      preconditions: (await restorePoolBackupPackage.preconditions?.(services, given, signal)) ?? [],
      steps: [
        {
          title: `Copy the files of the package to the share of ${given.PoolFqdn}`,
          detail: 'Each is whole before it gets its name.',
        },
        {
          title: `Write the rows into the databases of ${given.PoolFqdn}`,
          detail: 'The Backup Service carries them to the partner.',
        },
        { title: `Compare ${given.PoolFqdn} with the package`, detail: 'Every row, every byte.' },
      ],
      powershell: '# A package of the embedded deployment: no cmdlet of the servers restores it.',
    }),
  execute: async (services, { PoolFqdn, Package }, run) => {
    const manifest = await services.backupService.packages.restore(PoolFqdn, Package, run);
    run.verbose(`${PoolFqdn} holds what the package holds: ${amountOf(manifest)}.`);
    return {
      PoolFqdn,
      Package,
      CreatedAt: manifest.createdAt,
      Rows: rowsOf(manifest),
      Files: manifest.files.length,
    };
  },
};

function leasesOf(modules: readonly string[], pool: string): readonly string[] {
  return [`pool/${pool}/packages`, ...modules.map((module) => `pool/${pool}/module/${module}`)];
}

function rowsOf(manifest: PackageManifest): number {
  return manifest.tables.reduce((sum, { rows }) => sum + rows, 0);
}

function amountOf(manifest: PackageManifest): string {
  return formatList([formatCount(rowsOf(manifest), 'row'), formatCount(manifest.files.length, 'file')]);
}
