/** From the text of a scenario file to a scenario, or to every problem in it with its line. */
import { LyncTopologyError } from '../errors.ts';
import type { Finding } from '../topology/findings.ts';
import { findingsOf } from '../topology/shape/issues.ts';
import { descend, plainValue } from '../topology/shape/values.ts';
import { rangeOf, type TreeNode } from '../topology/syntax/nodes.ts';
import { parseYaml } from '../topology/syntax/yaml.ts';
import { type Scenario, type ScenarioStep, scenarioSchema, stepActions } from './scenario.ts';

/** Where something in a scenario is wrong, and why. */
export interface ScenarioProblem {
  readonly line: number;
  readonly message: string;
}

export interface ReadScenario {
  readonly scenario: Scenario;
  /** The line of a step, from 1. */
  lineOfStep(index: number): number;
  /** The line of an entry of `load`. */
  lineOfLoad(index: number): number;
}

/** Throws `drill-invalid` with the first problem and how many more there are. */
export function readScenario(text: string): ReadScenario {
  const { root, problems, hasAliases } = parseYaml({ start: 0, text });
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const wrong: ScenarioProblem[] = problems.map(({ message, start }) => ({ line: lineOf(start), message }));
  if (hasAliases) wrong.push({ line: 1, message: 'A scenario has no anchors and aliases; write each value out.' });
  if (root === undefined || root.kind !== 'map') {
    throw scenarioInvalid([
      ...wrong,
      { line: 1, message: 'The file holds no scenario: it must be a map with lyncDrill, drill and steps.' },
    ]);
  }
  const result = scenarioSchema.safeParse(plainValue(root));
  if (!result.success) wrong.push(...shapeProblems(result.error.issues, root, lineOf));
  const line = (path: readonly (string | number)[]): number => {
    const node = descend(root, path);
    return node === undefined ? 1 : lineOf(rangeOf(node).start);
  };
  if (result.success) {
    result.data.steps.forEach((step, index) => {
      const message = actionProblem(step);
      if (message !== undefined) wrong.push({ line: line(['steps', index]), message });
    });
  }
  if (!result.success || wrong.length > 0) throw scenarioInvalid(wrong);
  return {
    scenario: result.data,
    lineOfStep: (index) => line(['steps', index]),
    lineOfLoad: (index) => line(['load', index]),
  };
}

export function scenarioInvalid(problems: readonly ScenarioProblem[]): LyncTopologyError {
  const [first] = [...problems].sort((left, right) => left.line - right.line);
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new LyncTopologyError({
    code: 'drill-invalid',
    kind: 'refused',
    object: 'scenario',
    message: `The scenario cannot be run: line ${first?.line ?? 1}: ${first?.message ?? 'it is not complete.'}${more}`,
    remedy: 'Correct the file and run it again; nothing was broken. docs/drills.md describes the format.',
  });
}

function shapeProblems(
  issues: Parameters<typeof findingsOf>[0],
  root: TreeNode,
  lineOf: (offset: number) => number,
): readonly ScenarioProblem[] {
  const subject = { name: undefined, key: undefined, isPair: false };
  const findings: readonly Finding[] = findingsOf(issues, root, subject, scenarioSchema);
  return findings.map(({ message, place }) => ({ line: lineOf(rangeOf(place).start), message }));
}

function actionProblem(step: ScenarioStep): string | undefined {
  const actions = stepActions.filter((action) => step[action] !== undefined);
  if (actions.length !== 1) {
    const found = actions.length === 0 ? 'none' : actions.join(' and ');
    return `A step does exactly one of ${stepActions.join(', ')}; this one has ${found}.`;
  }
  if (step.operation === undefined && (step.parameters !== undefined || step.failsWith !== undefined)) {
    return '"parameters" and "failsWith" belong to an operation.';
  }
  return undefined;
}
