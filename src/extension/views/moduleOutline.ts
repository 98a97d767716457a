/** A Backup Service module in the status tree, with export, import, backlog and last cycle below it. */
import { l10n } from 'vscode';
import type { ModuleStatus, PoolStatus } from '../../core/status.ts';
import { backlogWords, cycleWords, percent, progressWords } from '../amounts.ts';
import type { NodeDescription } from './liveTree.ts';
import { fact, row, shortName, tooltip } from './outlineParts.ts';
import { exportIcon, exportWords, icon, importLevel, importWords, moduleLevel } from './states.ts';

export function moduleRow(pool: PoolStatus, module: ModuleStatus): NodeDescription {
  const words = moduleWords(module);
  return row({
    id: module.id,
    label: shortModuleName(module.Identity),
    description: words,
    tooltip: tooltip(module.Identity, [module.explanation], facts(module)),
    icon:
      module.current === undefined ? exportIcon(module.ExportStatus, moduleLevel(module)) : icon('sync~spin', 'busy'),
    context: ['module', ...(module.exportsHere ? ['exporting'] : [])],
    subject: { kind: 'module', pool: pool.fqdn, module: module.Identity },
    spoken: l10n.t('Module {0} of {1}, {2}', module.Identity, pool.fqdn, words),
    children: details(pool, module),
  });
}

/** "DataConf" of "ConfServices.DataConf", as the documentation calls it too (domain A.2): the state needs the room. */
function shortModuleName(module: ModuleStatus['Identity']): string {
  return module.slice(module.indexOf('.') + 1);
}

/** The state in a few words; while a cycle runs, how far it has come. */
function moduleWords(module: ModuleStatus): string {
  const state = exportWords(module.ExportStatus);
  if (module.ImportStatus === 'ErrorState' && module.ExportStatus !== 'ErrorState')
    return l10n.t('Import in Error State');
  if (!module.exportsHere && module.ExportStatus === 'NotInitialized') return l10n.t('exported by the partner');
  const part = module.current === undefined ? undefined : percent(module.current.progress);
  return part === undefined ? state : l10n.t('{0} · {1} %', state, Math.floor(part));
}

function details(pool: PoolStatus, module: ModuleStatus): NodeDescription[] {
  const partner = pool.partner === undefined ? '' : shortName(pool.partner);
  return [
    row({
      id: `${module.id}/export`,
      label: l10n.t('Export'),
      description: exportWords(module.ExportStatus),
      tooltip: tooltip(
        l10n.t('Export to {0}', partner),
        errorSentences(module.exportError) ?? [module.explanation],
        [],
      ),
      icon: icon(
        'arrow-up',
        module.exportError === undefined ? moduleLevel({ ...module, ImportStatus: 'NormalState' }) : 'error',
      ),
      context: ['export'],
    }),
    row({
      id: `${module.id}/import`,
      label: l10n.t('Import'),
      description: importWords(module.ImportStatus),
      tooltip: tooltip(l10n.t('Import from {0}', partner), errorSentences(module.importError) ?? [], []),
      icon: icon('arrow-down', importLevel(module.ImportStatus)),
      context: ['import'],
    }),
    row({
      id: `${module.id}/backlog`,
      label: l10n.t('Backlog'),
      description: backlogWords(module.backlog),
      tooltip: tooltip(l10n.t('Backlog'), [l10n.t('What {0} has not imported yet.', partner)], []),
      icon: icon('layers', module.backlog?.beyondOneCycle ? 'attention' : 'unknown'),
      context: ['backlog'],
    }),
    row({
      id: `${module.id}/cycle`,
      label: module.current === undefined ? l10n.t('Last cycle') : l10n.t('This cycle'),
      description: cycleDescription(module),
      icon: module.current === undefined ? icon('clock', 'unknown') : icon('sync~spin', 'busy'),
      context: ['cycle'],
    }),
  ];
}

function cycleDescription(module: ModuleStatus): string {
  if (module.current !== undefined) return progressWords(module.current.progress);
  return module.lastCycle === undefined ? l10n.t('none yet') : cycleWords(module.lastCycle);
}

function facts(module: ModuleStatus): string[] {
  return [
    fact(l10n.t('Export'), exportWords(module.ExportStatus)),
    fact(l10n.t('Import'), importWords(module.ImportStatus)),
    fact(l10n.t('Backlog'), backlogWords(module.backlog)),
    fact(l10n.t('Last cycle'), module.lastCycle === undefined ? l10n.t('none yet') : cycleWords(module.lastCycle)),
  ];
}

function errorSentences(error: ModuleStatus['exportError']): string[] | undefined {
  return error === undefined ? undefined : [error.message, error.remedy];
}
