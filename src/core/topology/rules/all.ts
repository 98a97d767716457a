/** Every rule of the product. */
import type { RuleCode } from '../diagnostics.ts';
import type { RuleDefinition, RuleFamily } from './rule.ts';

export const ruleFamilies: readonly RuleFamily[] = [];

export const ruleDefinitions: readonly RuleDefinition[] = ruleFamilies.flatMap((family) => family.definitions);

const definitionsByCode = new Map<RuleCode, RuleDefinition>(
  ruleDefinitions.map((definition) => [definition.code, definition]),
);

export function ruleDefinition(code: RuleCode): RuleDefinition | undefined {
  return definitionsByCode.get(code);
}
