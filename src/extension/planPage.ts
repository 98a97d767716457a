/** A plan as a page to read before anything runs. */
import { l10n } from 'vscode';
import type { Plan, Precondition } from '../core/operations/definition.ts';
import { escapeText } from './views/outlineParts.ts';

export function planPage(plan: Plan): string {
  return [
    `# ${escapeText(plan.title)}`,
    '',
    verdict(plan),
    ...section(l10n.t('What stands in the way'), plan.preconditions.filter(({ met }) => !met).flatMap(obstacleLines)),
    ...section(l10n.t('What must hold'), preconditionTable(plan.preconditions)),
    ...section(
      l10n.t('What will run'),
      plan.steps.map((step, index) => `${index + 1}. **${escapeText(step.title)}**  \n   ${escapeText(step.detail)}`),
    ),
    ...section(
      l10n.t('What is interrupted or lost'),
      plan.losses.length === 0 ? [l10n.t('Nothing.')] : plan.losses.map((loss) => `- ${escapeText(loss)}`),
    ),
    ...section(l10n.t('The same in PowerShell, on the servers'), ['```powershell', plan.powershell, '```']),
    '',
  ].join('\n');
}

function verdict(plan: Plan): string {
  if (plan.preconditions.length === 0) return l10n.t('This is a plan. Nothing has been changed.');
  return plan.ready
    ? l10n.t('Every precondition holds. This is a plan: nothing has been changed.')
    : l10n.t('**Not everything that must hold does, so this would be refused.** Nothing has been changed.');
}

function obstacleLines({ statement, evidence, remedy }: Precondition): string[] {
  return [
    `- **${escapeText(statement)}**: ${l10n.t('not so')}. ${escapeText(evidence)}`,
    ...(remedy === undefined ? [] : ['', `  ${escapeText(remedy)}`, '']),
  ];
}

function preconditionTable(preconditions: readonly Precondition[]): string[] {
  if (preconditions.length === 0) return [];
  return [
    `| ${l10n.t('Precondition')} | ${l10n.t('Holds')} | ${l10n.t('Measured')} |`,
    '| --- | --- | --- |',
    ...preconditions.map(
      ({ statement, met, evidence }) =>
        `| ${escapeText(statement)} | ${met ? l10n.t('yes') : l10n.t('**no**')} | ${escapeText(evidence)} |`,
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}
