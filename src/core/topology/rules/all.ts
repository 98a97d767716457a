/** Every rule of the product. */
import type { RuleCode } from '../diagnostics.ts';
import { availabilityGroupPools } from './availabilityGroupPools.ts';
import { availabilityGroupServers } from './availabilityGroupServers.ts';
import { availabilityGroups } from './availabilityGroups.ts';
import { moduleRules } from './backupModules.ts';
import { centralManagement } from './centralManagement.ts';
import { coexistence } from './coexistence.ts';
import { disableComments } from './disableComments.ts';
import { edgePools } from './edgePools.ts';
import { forms } from './forms.ts';
import { frontEndQuorum } from './frontEndQuorum.ts';
import { frontEnds } from './frontEnds.ts';
import { mirrors } from './mirrors.ts';
import { outOfSupport } from './outOfSupport.ts';
import { pairs } from './pairs.ts';
import { pairsUnwise } from './pairsUnwise.ts';
import { persistentChatDatabases } from './persistentChatDatabases.ts';
import { persistentChatRelease } from './persistentChatRelease.ts';
import { persistentChatServers } from './persistentChatServers.ts';
import { references } from './references.ts';
import { releases } from './releases.ts';
import type { RuleDefinition, RuleFamily } from './rule.ts';
import { shape } from './shape.ts';
import { standardEdition } from './standardEdition.ts';

export const ruleFamilies: readonly RuleFamily[] = [
  shape,
  forms,
  references,
  pairs,
  pairsUnwise,
  moduleRules,
  centralManagement,
  mirrors,
  frontEnds,
  frontEndQuorum,
  standardEdition,
  availabilityGroups,
  availabilityGroupServers,
  availabilityGroupPools,
  releases,
  coexistence,
  outOfSupport,
  edgePools,
  persistentChatServers,
  persistentChatDatabases,
  persistentChatRelease,
  disableComments,
];

export const ruleDefinitions: readonly RuleDefinition[] = ruleFamilies.flatMap((family) => family.definitions);

const definitionsByCode = new Map<RuleCode, RuleDefinition>(
  ruleDefinitions.map((definition) => [definition.code, definition]),
);

export function ruleDefinition(code: RuleCode): RuleDefinition | undefined {
  return definitionsByCode.get(code);
}
