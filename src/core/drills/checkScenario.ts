/** Whether a scenario fits the deployment: everything it names exists, before anything is broken. */
import { LyncTopologyError } from '../errors.ts';
import { requireRelationship } from '../hyperV/relationships.ts';
import { faultTarget } from '../lab/faults/targets.ts';
import { formatList } from '../operations/amounts.ts';
import type { OperationDefinition } from '../operations/definition.ts';
import { didYouMean } from '../operations/nearest.ts';
import { parseParameters } from '../operations/parameters.ts';
import { requireChatPool } from '../persistentChat/places.ts';
import { type Deployment, findPool } from '../topology/model.ts';
import { canonicalBackupModule, databaseTypes } from '../topology/vocabulary.ts';
import { requireDisk } from './disks.ts';
import { type ReadScenario, type ScenarioProblem, scenarioInvalid } from './readScenario.ts';
import { type Condition, conditionSubjects, type ScenarioLoad, type ScenarioStep } from './scenario.ts';

/** Throws `drill-invalid`, naming the line. */
export function checkScenario(
  { scenario, lineOfStep, lineOfLoad }: ReadScenario,
  deployment: Deployment,
  operations: readonly OperationDefinition[],
  faultKinds: readonly string[],
): void {
  const problems: ScenarioProblem[] = [];
  scenario.load?.forEach((load, index) => {
    const message = loadProblem(load, deployment);
    if (message !== undefined) problems.push({ line: lineOfLoad(index), message });
  });
  scenario.steps.forEach((step, index) => {
    const message = stepProblem(step, deployment, operations, faultKinds, (scenario.load ?? []).length > 0);
    if (message !== undefined) problems.push({ line: lineOfStep(index), message });
  });
  if (problems.length > 0) throw scenarioInvalid(problems);
}

function stepProblem(
  step: ScenarioStep,
  deployment: Deployment,
  operations: readonly OperationDefinition[],
  faultKinds: readonly string[],
  hasClients: boolean,
): string | undefined {
  if (step.fault !== undefined) return faultProblem(step.fault, deployment, faultKinds);
  if (step.operation !== undefined) return operationProblem(step, operations);
  if (step.clients !== undefined && !hasClients) return 'There are no clients to wait for: "load" names none.';
  if (step.write !== undefined) return writeProblem(step.write, deployment);
  const condition = step.wait ?? step.expect;
  return condition === undefined ? undefined : conditionProblem(condition, deployment);
}

function faultProblem(
  { kind, target }: NonNullable<ScenarioStep['fault']>,
  deployment: Deployment,
  kinds: readonly string[],
): string | undefined {
  if (!kinds.includes(kind)) {
    return `There is no fault "${kind}". ${didYouMean(kind, kinds, `Faults are ${formatList(kinds)}.`)}`;
  }
  return kind === 'cut' ? undefined : sentenceOf(() => faultTarget(deployment, target));
}

function operationProblem(step: ScenarioStep, operations: readonly OperationDefinition[]): string | undefined {
  const name = step.operation ?? '';
  const definition = operations.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const names = operations.map((candidate) => candidate.name);
  if (definition === undefined) return `There is no operation ${name}. ${didYouMean(name, names, '')}`.trimEnd();
  if (definition.name === 'drill') return 'A drill does not run another drill.';
  return sentenceOf(() => parseParameters(definition, step.parameters ?? {}));
}

function conditionProblem(condition: Condition, deployment: Deployment): string | undefined {
  const { module, databaseType, pool, persistentChat, virtualMachine } = condition;
  const subjects = subjectNames.filter((subject) => condition[subject] !== undefined);
  const [subject] = subjects;
  if (subject === undefined || subjects.length > 1) {
    return `A condition is about one of ${formatList(subjectNames)}; this one is about ${formatList(subjects) || 'none'}.`;
  }
  const keys: readonly string[] = conditionSubjects[subject];
  const said = Object.keys(condition).filter((key) => key !== subject && key !== 'timeout');
  const foreign = said.find((key) => !keys.includes(key));
  if (foreign !== undefined) return `"${foreign}" is nothing that is said of a ${subject}.`;
  const says = keys.filter((key) => !qualifiers.includes(key));
  if (!said.some((key) => says.includes(key))) return `The condition says nothing: add ${says.join(' or ')}.`;
  if (module !== undefined && canonicalBackupModule(module) === undefined)
    return `There is no Backup Service module ${module}.`;
  if (databaseType !== undefined && !databaseTypes.some((type) => type === databaseType))
    return `There is no DatabaseType ${databaseType}. ${didYouMean(databaseType, databaseTypes, '')}`.trimEnd();
  if (pool !== undefined) return poolProblem(deployment, pool);
  if (persistentChat !== undefined) return chatPoolProblem(deployment, persistentChat);
  return sentenceOf(() => requireRelationship(deployment, virtualMachine ?? '', condition.relationship ?? 'Simple'));
}

const subjectNames = ['pool', 'persistentChat', 'virtualMachine'] as const;
/** They say which of several is meant. */
const qualifiers: readonly string[] = ['module', 'databaseType', 'relationship'];

function writeProblem(
  { virtualMachine, disk }: NonNullable<ScenarioStep['write']>,
  deployment: Deployment,
): string | undefined {
  return sentenceOf(() => requireDisk(deployment, virtualMachine, disk));
}

function loadProblem({ pool, databaseType, content }: ScenarioLoad, deployment: Deployment): string | undefined {
  if (content === true && databaseType !== undefined) return '"content" and "databaseType" are two kinds of clients.';
  if (content === true && findPool(deployment, pool)?.fileShare === undefined)
    return poolProblem(deployment, pool) ?? `${pool} has no file share in the topology.`;
  return databaseType === 'PersistentChat' ? chatPoolProblem(deployment, pool) : poolProblem(deployment, pool);
}

function chatPoolProblem(deployment: Deployment, fqdn: string): string | undefined {
  return sentenceOf(() => requireChatPool(deployment, fqdn));
}

function poolProblem(deployment: Deployment, fqdn: string): string | undefined {
  if (findPool(deployment, fqdn) !== undefined) return undefined;
  const known = deployment.pools.map((pool) => pool.fqdn);
  return `The topology has no pool ${fqdn}. ${didYouMean(fqdn, known, '')}`.trimEnd();
}

function sentenceOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof LyncTopologyError) return `${error.message} ${error.remedy}`;
    throw error;
  }
}
