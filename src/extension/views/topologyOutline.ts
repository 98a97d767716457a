/**
 * What the status tree shows where nothing is measured (an untrusted workspace, a deployment that cannot be reached): the
 * topology as the file has it, under the same ids, without a word about states.
 */
import { l10n } from 'vscode';
import type { DatabasePlacement, Deployment, Pool, SqlInstance } from '../../core/topology/model.ts';
import { partnerOf, sqlInstanceName, uncPathName } from '../../core/topology/model.ts';
import type { NodeDescription } from './liveTree.ts';
import { fact, row, shortName, shortNames, tooltip } from './outlineParts.ts';
import { icon } from './states.ts';

export function describeTopology(deployment: Deployment): readonly NodeDescription[] {
  return [
    row({
      id: 'deployment',
      label: deployment.name,
      description: l10n.t('not measured'),
      icon: icon('organization', 'unknown'),
      context: ['deployment'],
      open: true,
      subject: { kind: 'deployment' },
      children: [...siteRows(deployment), ...pairRows(deployment)],
    }),
  ];
}

function siteRows(deployment: Deployment): NodeDescription[] {
  const nameOf = shortNames(deployment.pools.map(({ fqdn }) => fqdn));
  return deployment.sites.map((site) =>
    row({
      id: `site/${site.name}`,
      label: site.name,
      ...(site.description === undefined ? {} : { description: site.description }),
      icon: icon('globe', 'unknown'),
      context: ['site'],
      open: true,
      subject: { kind: 'site', site: site.name },
      children: deployment.pools
        .filter((pool) => pool.site === site.name)
        .map((pool) => poolRow(deployment, pool, nameOf(pool.fqdn))),
    }),
  );
}

function poolRow(deployment: Deployment, pool: Pool, label: string): NodeDescription {
  const partner = partnerOf(deployment, pool.fqdn);
  const id = `pool/${pool.fqdn}`;
  const facts = [
    fact(l10n.t('Edition'), pool.edition),
    fact(l10n.t('Release'), pool.release),
    ...(partner === undefined ? [] : [fact(l10n.t('Backup pool'), partner.fqdn)]),
    ...(pool.fileShare === undefined ? [] : [fact(l10n.t('File share'), uncPathName(pool.fileShare))]),
  ];
  const databases = Object.entries(pool.databases);
  return row({
    id,
    label,
    description: pool.edition,
    spoken: l10n.t('Pool {0}, {1}', pool.fqdn, pool.edition),
    tooltip: tooltip(pool.fqdn, [], facts),
    icon: icon('server-environment', 'unknown'),
    context: ['pool', ...(partner === undefined ? [] : ['paired'])],
    open: true,
    subject: { kind: 'pool', pool: pool.fqdn },
    children: databases.map(([type, placement]) =>
      row({
        id: `${id}/databases/${type}`,
        label: type,
        description: placementWords(placement, ({ server }) => shortName(server)),
        tooltip: tooltip(l10n.t('{0} databases', type), [placementWords(placement, sqlInstanceName)], []),
        spoken: l10n.t('{0} databases on {1}', type, placementWords(placement, sqlInstanceName)),
        icon: icon('database', 'unknown'),
        context: ['databaseType'],
      }),
    ),
  });
}

function placementWords(placement: DatabasePlacement, nameOf: (instance: SqlInstance) => string): string {
  const primary = nameOf(placement.primary);
  return placement.mirror === undefined ? primary : l10n.t('{0}, mirror {1}', primary, nameOf(placement.mirror));
}

function pairRows({ pools, poolPairs: pairs }: Deployment): NodeDescription[] {
  if (pairs.length === 0) return [];
  const nameOf = shortNames(pools.map(({ fqdn }) => fqdn));
  return [
    row({
      id: 'pairs',
      label: l10n.t('Pool pairs'),
      icon: icon('arrow-swap', 'unknown'),
      context: ['pairs'],
      open: true,
      children: pairs.map(({ pools: [one, other], backupModules }) =>
        row({
          id: `pair/${one}+${other}`,
          label: `${nameOf(one)} ⇄ ${nameOf(other)}`,
          tooltip: tooltip(
            l10n.t('{0} and {1}', one, other),
            [l10n.t('Each pool is the backup pool of the other.')],
            [fact(l10n.t('Modules'), backupModules.join(', '))],
          ),
          icon: icon('arrow-both', 'unknown'),
          context: ['pair'],
          subject: { kind: 'pair', pools: [one, other] },
        }),
      ),
    }),
  ];
}
