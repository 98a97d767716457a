/** What can be broken for a drill: its definition takes any name, the palette offers those that there are. */
import { l10n } from 'vscode';
import type { ParameterDescription } from '../../core/operations/parameters.ts';
import type { DeploymentStatus } from '../../core/status.ts';
import type { Offer } from './offers.ts';

type Answers = Readonly<Record<string, unknown>>;

export function isFaultTarget({ name, offers }: ParameterDescription): boolean {
  return name === 'Target' && offers === undefined;
}

/** Listing and clearing faults is about all of them. */
export function needsTarget({ Action: action }: Answers): boolean {
  return action !== 'list' && action !== 'clear';
}

export function faultTargets({ Action: action }: Answers, status: DeploymentStatus): readonly Offer[] {
  switch (action) {
    case 'lose':
    case 'read-only':
    case 'disk-full':
    case 'corrupt':
      return shares(status);
    case 'cut':
      return links(status);
    case 'slow':
      return [...sqlServers(status), ...shareServers(status), ...links(status)];
    case 'start':
      return status.faults
        .filter(({ kind }) => kind !== 'lose')
        .map(({ kind, target }) => ({
          label: target,
          description: kind === 'stop' ? l10n.t('stopped') : kind,
          value: target,
        }));
    default:
      return [...pools(status), ...sqlServers(status), ...shareServers(status)];
  }
}

function shares({ pools: all }: DeploymentStatus): Offer[] {
  return all.flatMap(({ fqdn, share }) =>
    share === undefined
      ? []
      : [{ label: share.unc, description: l10n.t('file share of {0}', fqdn), detail: share.folder, value: share.unc }],
  );
}

function pools({ pools: all }: DeploymentStatus): Offer[] {
  return all.map(({ fqdn, site }) => ({ label: fqdn, description: l10n.t('every Front End, {0}', site), value: fqdn }));
}

function sqlServers({ pools: all }: DeploymentStatus): Offer[] {
  const instances = all.flatMap(({ databases }) =>
    databases.flatMap(({ primary, mirror }) => [primary, mirror ?? []].flat()),
  );
  const servers = new Set(instances.map((instance) => instance.split('\\')[0] ?? instance));
  return [...servers].map((server) => ({ label: server, description: l10n.t('SQL Server'), value: server }));
}

/** Between the servers of each mirrored database. */
function links({ pools: all }: DeploymentStatus): Offer[] {
  const names = all.flatMap(({ databases }) =>
    databases.flatMap(({ primary, mirror, witness }) => {
      const [from, to, third] = [primary, mirror, witness].map((instance) => instance?.split('\\')[0]);
      if (to === undefined) return [];
      return [`${from}+${to}`, ...(third === undefined ? [] : [`${from}+${third}`, `${to}+${third}`])];
    }),
  );
  return [...new Set(names)].map((name) => ({ label: name, description: l10n.t('link'), value: name }));
}

function shareServers({ pools: all }: DeploymentStatus): Offer[] {
  const servers = new Set(all.flatMap(({ share }) => share?.unc.split('\\')[2] ?? []));
  return [...servers].map((server) => ({ label: server, description: l10n.t('file server'), value: server }));
}
