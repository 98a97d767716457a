/** The report of a procedure as a page: its steps, and what it gave up by name. */
import { l10n } from 'vscode';
import { escapeText } from './views/outlineParts.ts';

export function procedurePage(steps: string, result: unknown): string {
  const lost = lostOf(result);
  if (lost === undefined) return steps;
  const lines = lost.length === 0 ? [l10n.t('Nothing.')] : lost.map((name) => `- ${escapeText(name)}`);
  return [steps, '', `## ${l10n.t('What was lost')}`, '', ...lines, ''].join('\n');
}

/** Absent where the procedure cannot say, or has not come to its end. */
function lostOf(result: unknown): readonly string[] | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const lost = 'Lost' in result ? result.Lost : 'LostMessages' in result ? result.LostMessages : undefined;
  return Array.isArray(lost) ? lost.map(String) : undefined;
}
