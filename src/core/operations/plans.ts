/** Building plans and preconditions. */
import { type ErrorInformation, LyncTopologyError } from '../errors.ts';
import type { OperationDefinition, Plan, PlanStep, Precondition } from './definition.ts';
import { powershellText } from './powershell.ts';

/** A precondition with the error that refuses the operation when it is not met. */
export function precondition(
  statement: string,
  met: boolean,
  evidence: string,
  refusal: () => ErrorInformation,
): Precondition {
  if (met) return { statement, met, evidence };
  const error = refusal();
  return { statement, met, evidence, remedy: error.remedy, refusal: error };
}

/** Throws the refusal of the first precondition that does not hold. */
export function requireAll(preconditions: readonly Precondition[]): void {
  const unmet = preconditions.find((candidate) => !candidate.met);
  if (unmet === undefined) return;
  throw new LyncTopologyError(
    unmet.refusal ?? {
      code: 'internal',
      kind: 'refused',
      object: unmet.statement,
      message: `${unmet.statement}: not so. ${unmet.evidence}`,
      remedy: unmet.remedy ?? 'Mend it and run again.',
    },
  );
}

export interface PlanContent {
  readonly title: string;
  readonly preconditions?: readonly Precondition[];
  readonly steps: readonly PlanStep[];
  readonly losses?: readonly string[];
  /** Where one line derived from the parameters does not do it. */
  readonly powershell?: string;
  readonly confirmation?: string;
}

export function makePlan(
  definition: OperationDefinition,
  parameters: Readonly<Record<string, unknown>>,
  content: PlanContent,
): Plan {
  const preconditions = content.preconditions ?? [];
  return {
    operation: definition.name,
    parameters,
    title: content.title,
    preconditions,
    steps: content.steps,
    losses: content.losses ?? [],
    powershell: content.powershell ?? powershellText(definition, parameters),
    ready: preconditions.every(({ met }) => met),
    ...(content.confirmation !== undefined && { confirmation: content.confirmation }),
  };
}
