/** The plan to read and, beside it, the question whose button says what will be done. */
import { env, l10n, window } from 'vscode';
import { LyncTopologyError } from '../../core/errors.ts';
import type { Plan } from '../../core/operations/definition.ts';
import { planPage } from '../planPage.ts';
import type { Services } from '../services.ts';

/** True when it was confirmed. Throws the refusal where a precondition does not hold: then there is nothing to confirm. */
export async function confirmPlan(services: Services, plan: Plan): Promise<boolean> {
  await services.documents.showPage('plan', l10n.t('Plan of {0}', plan.operation), planPage(plan));
  if (!plan.ready) throw refusalOf(plan);
  const verb = plan.confirmation ?? plan.title;
  const copy = l10n.t('Copy PowerShell');
  const picked = await window.showWarningMessage(
    l10n.t('{0}?', plan.title),
    { modal: true, detail: detailOf(plan) },
    verb,
    copy,
  );
  if (picked === copy) await env.clipboard.writeText(plan.powershell);
  return picked === verb;
}

function detailOf(plan: Plan): string {
  const steps = plan.steps.map((step, index) => `${index + 1}. ${step.title}`);
  const losses = plan.losses.length === 0 ? [l10n.t('Nothing.')] : plan.losses;
  return [l10n.t('What is interrupted or lost:'), ...losses, '', l10n.t('What will run:'), ...steps].join('\n');
}

function refusalOf(plan: Plan): LyncTopologyError {
  const unmet = plan.preconditions.find(({ met }) => !met);
  if (unmet?.refusal !== undefined) return new LyncTopologyError(unmet.refusal);
  return new LyncTopologyError({
    code: 'internal',
    kind: 'refused',
    object: plan.operation,
    message: unmet === undefined ? plan.title : `${unmet.statement}: ${unmet.evidence}`,
    remedy: unmet?.remedy ?? l10n.t('The plan says what must hold.'),
  });
}
