/** What the status tree shows of a measured status: deployment → sites → pools → modules and databases, and the pairs. */
import { l10n } from 'vscode';
import type {
  DeploymentStatus,
  DirectionStatus,
  FaultKind,
  FaultStatus,
  ModuleStatus,
  PairStatus,
  PoolStatus,
} from '../../core/status.ts';
import { moment } from '../amounts.ts';
import { commandOf } from '../names.ts';
import { databaseTypeRows } from './databaseOutline.ts';
import type { NodeDescription } from './liveTree.ts';
import { moduleRow } from './moduleOutline.ts';
import { fact, row, shortNames, tooltip } from './outlineParts.ts';
import { chatRows } from './persistentChatOutline.ts';
import {
  databaseLevel,
  deploymentLevel,
  deploymentWords,
  directionLevel,
  exportIcon,
  exportWords,
  type Icon,
  icon,
  importWords,
  isRunning,
  poolLevel,
  poolWords,
  shareWords,
  worst,
} from './states.ts';
import { virtualMachineRows } from './virtualMachineOutline.ts';

export function describeStatus(status: DeploymentStatus): readonly NodeDescription[] {
  const words = deploymentWords(status);
  const nameOf = shortNames(status.pools.map(({ fqdn }) => fqdn));
  return [
    ...nextStepRow(status),
    row({
      id: 'deployment',
      label: status.deployment,
      description: words,
      tooltip: tooltip(
        status.deployment,
        [words],
        [
          fact(l10n.t('Data directory'), status.dataDirectory),
          fact(
            l10n.t('Background cycles'),
            status.backgroundCycles.running
              ? l10n.t('every {0} s', status.backgroundCycles.syncInterval / 1000)
              : l10n.t('not running; only on request'),
          ),
        ],
      ),
      icon: icon('organization', deploymentLevel(status)),
      context: ['deployment'],
      open: true,
      subject: { kind: 'deployment' },
      children: [
        ...siteRows(status),
        ...pairRows(status.pairs, nameOf),
        ...chatRows(status.persistentChat ?? []),
        ...virtualMachineRows(status),
        ...faultRows(status.faults),
      ],
    }),
  ];
}

/** What leads on from a deployment in which nothing was done yet: content first, then the first synchronisation. */
function nextStepRow(status: DeploymentStatus): NodeDescription[] {
  const step = nextStep(status);
  if (step === undefined) return [];
  return [
    row({
      id: 'next',
      label: step === 'seed' ? l10n.t('Next: fill the pools with sample data') : l10n.t('Next: synchronise a pool'),
      icon: { name: 'lightbulb', color: 'list.highlightForeground' },
      context: ['next'],
      command:
        step === 'seed'
          ? { command: commandOf('seed'), title: l10n.t('Fill with Sample Data') }
          : { command: commandOf('Invoke-CsBackupServiceSync'), title: l10n.t('Synchronise') },
    }),
  ];
}

function nextStep(status: DeploymentStatus): 'seed' | 'synchronize' | undefined {
  const done = (operation: string): boolean => status.jobs.some((job) => job.operation === operation);
  const modules = status.pools.flatMap((pool) => pool.modules.filter(({ exportsHere }) => exportsHere));
  if (modules.length === 0 || done('Invoke-CsBackupServiceSync') || status.jobs.some(({ state }) => isRunning(state)))
    return undefined;
  if (modules.some(({ backlog }) => (backlog?.items ?? 0) > 0)) return 'synchronize';
  return modules.every(carriedNothing) && !done('seed') ? 'seed' : undefined;
}

/** Folders of a share and the Central Management documents are there from the beginning: they are not content yet. */
function carriedNothing({ Identity, lastCycle }: ModuleStatus): boolean {
  switch (Identity) {
    case 'UserServices.PresenceFocus':
      return lastCycle === undefined || lastCycle.items === 0;
    case 'ConfServices.DataConf':
      return lastCycle === undefined || lastCycle.bytes === 0;
    default:
      return true;
  }
}

function siteRows(status: DeploymentStatus): NodeDescription[] {
  const nameOf = shortNames(status.pools.map(({ fqdn }) => fqdn));
  return status.sites.map((site) => {
    const pools = status.pools.filter((pool) => pool.site === site.name);
    return row({
      id: site.id,
      label: site.name,
      ...(site.description === undefined ? {} : { description: site.description }),
      tooltip: tooltip(site.name, site.description === undefined ? [] : [site.description], [
        fact(l10n.t('Pools'), pools.map((pool) => pool.fqdn).join(', ')),
      ]),
      icon: icon('globe', worst(pools.map(poolLevel))),
      context: ['site'],
      open: true,
      subject: { kind: 'site', site: site.name },
      children: pools.map((pool) => poolRow(pool, nameOf(pool.fqdn))),
    });
  });
}

function poolRow(pool: PoolStatus, label: string): NodeDescription {
  const words = poolWords(pool);
  const role =
    pool.centralManagement === undefined
      ? undefined
      : pool.centralManagement === 'active'
        ? l10n.t('active Central Management store')
        : l10n.t('standby Central Management store');
  return row({
    id: pool.id,
    label,
    description: words,
    tooltip: tooltip(pool.fqdn, [words, ...exposureSentence(pool)], poolFacts(pool, role)),
    icon: poolIcon(pool),
    context: [
      'pool',
      ...(pool.partner === undefined ? [] : ['paired']),
      ...(pool.modules.length > 0 ? ['modules'] : []),
      ...(pool.failover === undefined ? ['atHome'] : ['failedOver']),
      ...(pool.centralManagement === 'active' ? ['activeStore'] : []),
    ],
    open: true,
    subject: { kind: 'pool', pool: pool.fqdn },
    spoken: l10n.t('Pool {0}, {1}', pool.fqdn, words),
    children: [...pool.modules.map((module) => moduleRow(pool, module)), ...databaseTypeRows(pool)],
  });
}

/** What "exposed" means, where the row says it. */
function exposureSentence(pool: PoolStatus): string[] {
  return pool.databases.some((database) => databaseLevel(database) === 'attention')
    ? [l10n.t('An exposed database serves its clients, and no mirror could take over.')]
    : [];
}

/** A pool that is served elsewhere has a shape of its own, not only a colour. */
function poolIcon(pool: PoolStatus): Icon {
  return icon(pool.failover === undefined ? 'server-environment' : 'arrow-circle-right', poolLevel(pool));
}

function poolFacts(pool: PoolStatus, role: string | undefined): string[] {
  return [
    ...(pool.partner === undefined ? [] : [fact(l10n.t('Backup pool'), pool.partner)]),
    ...(pool.OverallExportStatus === undefined
      ? []
      : [fact(l10n.t('Export, overall'), exportWords(pool.OverallExportStatus))]),
    ...(pool.OverallImportStatus === undefined
      ? []
      : [fact(l10n.t('Import, overall'), importWords(pool.OverallImportStatus))]),
    ...(pool.ActiveMachineFqdn === undefined ? [] : [fact(l10n.t('Backup Service runs on'), pool.ActiveMachineFqdn)]),
    ...(pool.service.stoppedServers.length === 0
      ? []
      : [fact(l10n.t('Stopped servers'), pool.service.stoppedServers.join(', '))]),
    ...(role === undefined ? [] : [fact(l10n.t('Hosts'), role)]),
    ...(pool.failover === undefined
      ? []
      : [
          fact(l10n.t('Users are served by'), pool.failover.backup),
          fact(l10n.t('Failed over since'), moment(pool.failover.since)),
          fact(l10n.t('Disaster mode'), pool.failover.disaster ? l10n.t('yes') : l10n.t('no')),
        ]),
    ...(pool.share === undefined
      ? []
      : [
          fact(l10n.t('File share'), `${pool.share.unc} (${shareWords(pool.share.state)})`),
          fact(pool.share.mapped ? l10n.t('Mapped to') : l10n.t('Lies in'), pool.share.folder),
        ]),
  ];
}

type Naming = (fqdn: string) => string;

function pairRows(pairs: readonly PairStatus[], nameOf: Naming): NodeDescription[] {
  if (pairs.length === 0) return [];
  return [
    row({
      id: 'pairs',
      label: l10n.t('Pool pairs'),
      icon: icon('arrow-swap', worst(pairs.flatMap((pair) => pair.directions.map(directionLevel)))),
      context: ['pairs'],
      open: true,
      children: pairs.map((pair) => pairRow(pair, nameOf)),
    }),
  ];
}

function pairRow(pair: PairStatus, nameOf: Naming): NodeDescription {
  const [one, other] = pair.pools;
  return row({
    id: pair.id,
    label: `${nameOf(one)} ⇄ ${nameOf(other)}`,
    tooltip: tooltip(l10n.t('{0} and {1}', one, other), [l10n.t('Each pool is the backup pool of the other.')], []),
    icon: icon('arrow-both', worst(pair.directions.map(directionLevel))),
    context: ['pair'],
    open: true,
    subject: { kind: 'pair', pools: pair.pools },
    spoken: l10n.t('Pair of {0} and {1}', one, other),
    children: pair.directions.map((direction) => directionRow(direction, nameOf)),
  });
}

function directionRow(direction: DirectionStatus, nameOf: Naming): NodeDescription {
  const exported = exportWords(direction.ExportStatus);
  const words = direction.ImportStatus === 'ErrorState' ? l10n.t('{0}, Import in Error State', exported) : exported;
  return row({
    id: direction.id,
    label: `${nameOf(direction.from)} → ${nameOf(direction.to)}`,
    description: words,
    tooltip: tooltip(
      l10n.t('{0} to {1}', direction.from, direction.to),
      [direction.explanation],
      [
        fact(l10n.t('Export of {0}', direction.from), exported),
        fact(l10n.t('Import of {0}', direction.to), importWords(direction.ImportStatus)),
      ],
    ),
    icon: exportIcon(direction.ExportStatus, directionLevel(direction)),
    context: ['direction'],
    subject: { kind: 'direction', from: direction.from, to: direction.to },
    spoken: l10n.t('From {0} to {1}, {2}', direction.from, direction.to, words),
  });
}

const faultIcons: Readonly<Partial<Record<FaultKind, string>>> = {
  stop: 'debug-stop',
  cut: 'debug-disconnect',
  slow: 'watch',
  lose: 'trash',
  'read-only': 'lock',
  'disk-full': 'database',
  corrupt: 'warning',
};

function faultWords(kind: FaultKind): string {
  switch (kind) {
    case 'stop':
      return l10n.t('stopped');
    case 'lose':
      return l10n.t('content lost');
    case 'read-only':
      return l10n.t('read-only');
    case 'disk-full':
      return l10n.t('disk full');
    case 'corrupt':
      return l10n.t('bytes damaged');
    case 'cut':
      return l10n.t('cut');
    case 'slow':
      return l10n.t('slow');
  }
}

function faultRows(faults: readonly FaultStatus[]): NodeDescription[] {
  if (faults.length === 0) return [];
  return [
    row({
      id: 'faults',
      label: l10n.t('Injected faults'),
      description: `${faults.length}`,
      icon: icon('flame', 'attention'),
      context: ['faults'],
      open: true,
      children: faults.map((fault) =>
        row({
          id: fault.id,
          label: fault.target,
          description: faultWords(fault.kind),
          tooltip: tooltip(
            fault.target,
            [l10n.t('Injected for a drill at {0}.', moment(fault.since)), fault.detail ?? []].flat(),
            [],
          ),
          icon: icon(faultIcons[fault.kind] ?? 'flame', 'attention'),
          context: ['fault'],
        }),
      ),
    }),
  ];
}
