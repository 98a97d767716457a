/** Every rule of the product. */
import type { RuleCode } from '../diagnostics.ts';
import { adminRoles } from './adminRoles.ts';
import { availabilityGroupPools } from './availabilityGroupPools.ts';
import { availabilityGroupServers } from './availabilityGroupServers.ts';
import { availabilityGroupSites } from './availabilityGroupSites.ts';
import { availabilityGroups } from './availabilityGroups.ts';
import { moduleRules } from './backupModules.ts';
import { centralManagement } from './centralManagement.ts';
import { centralManagementPlacement } from './centralManagementPlacement.ts';
import { coexistence } from './coexistence.ts';
import { disableComments } from './disableComments.ts';
import { edgePools } from './edgePools.ts';
import { forms } from './forms.ts';
import { frontEndQuorum } from './frontEndQuorum.ts';
import { frontEnds } from './frontEnds.ts';
import { mirrors } from './mirrors.ts';
import { objectives } from './objectives.ts';
import { outOfSupport } from './outOfSupport.ts';
import { pairs } from './pairs.ts';
import { pairsTogether } from './pairsTogether.ts';
import { pairsUnwise } from './pairsUnwise.ts';
import { persistentChatDatabases } from './persistentChatDatabases.ts';
import { persistentChatRelease } from './persistentChatRelease.ts';
import { persistentChatServers } from './persistentChatServers.ts';
import { references } from './references.ts';
import { releases } from './releases.ts';
import type { RuleDefinition, RuleFamily } from './rule.ts';
import { shape } from './shape.ts';
import { sharedInstances } from './sharedInstances.ts';
import { standardEdition } from './standardEdition.ts';
import { virtualMachines } from './virtualMachines.ts';

export const ruleFamilies: readonly RuleFamily[] = [
  shape,
  forms,
  references,
  pairs,
  pairsUnwise,
  pairsTogether,
  moduleRules,
  centralManagement,
  centralManagementPlacement,
  mirrors,
  frontEnds,
  frontEndQuorum,
  standardEdition,
  availabilityGroups,
  availabilityGroupServers,
  availabilityGroupSites,
  availabilityGroupPools,
  releases,
  coexistence,
  outOfSupport,
  sharedInstances,
  edgePools,
  persistentChatServers,
  persistentChatDatabases,
  persistentChatRelease,
  virtualMachines,
  adminRoles,
  objectives,
  disableComments,
];

export const ruleDefinitions: readonly RuleDefinition[] = ruleFamilies.flatMap((family) => family.definitions);

const definitionsByCode = new Map<RuleCode, RuleDefinition>(
  ruleDefinitions.map((definition) => [definition.code, definition]),
);

export function ruleDefinition(code: RuleCode): RuleDefinition | undefined {
  return definitionsByCode.get(code);
}
