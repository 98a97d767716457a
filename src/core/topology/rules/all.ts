/** Every rule of the product. */
import type { RuleCode } from '../diagnostics.ts';
import { moduleRules } from './backupModules.ts';
import { centralManagement } from './centralManagement.ts';
import { forms } from './forms.ts';
import { mirrors } from './mirrors.ts';
import { pairs } from './pairs.ts';
import { pairsUnwise } from './pairsUnwise.ts';
import { references } from './references.ts';
import type { RuleDefinition, RuleFamily } from './rule.ts';
import { shape } from './shape.ts';

export const ruleFamilies: readonly RuleFamily[] = [
  shape,
  forms,
  references,
  pairs,
  pairsUnwise,
  moduleRules,
  centralManagement,
  mirrors,
];

export const ruleDefinitions: readonly RuleDefinition[] = ruleFamilies.flatMap((family) => family.definitions);

const definitionsByCode = new Map<RuleCode, RuleDefinition>(
  ruleDefinitions.map((definition) => [definition.code, definition]),
);

export function ruleDefinition(code: RuleCode): RuleDefinition | undefined {
  return definitionsByCode.get(code);
}
