import * as z from 'zod';
import { clientLoad, requireRole } from '../access/roles.ts';
import { checkScenario } from '../drills/checkScenario.ts';
import { reportMarkdown } from '../drills/markdown.ts';
import { type ReadScenario, readScenario } from '../drills/readScenario.ts';
import type { DrillReport } from '../drills/report.ts';
import { runDrill } from '../drills/runDrill.ts';
import { titleOf } from '../drills/steps.ts';
import type { EngineServices } from '../engine/services.ts';
import { faultDefinitions } from '../lab/faults/kinds.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  Scenario: z.string().meta(
    meta({
      description: 'The scenario file: faults, load, operations, waits and expectations.',
      placeholder: 'FILE',
      fileContent: true,
    }),
  ),
});
type Parameters = z.infer<typeof parameters>;

/** `all` gives the operations that a scenario may run. */
export function drill(all: () => readonly OperationDefinition[]): OperationDefinition<typeof parameters, DrillReport> {
  const read = (services: EngineServices, { Scenario }: Parameters): ReadScenario => {
    const found = readScenario(Scenario);
    const kinds = faultDefinitions.map(({ kind }) => kind);
    checkScenario(found, services.deployment, all(), kinds);
    return found;
  };
  const definition: OperationDefinition<typeof parameters, DrillReport> = {
    name: 'drill',
    kind: 'embedded',
    title: 'Run a drill',
    summary: 'Runs a scenario of faults, load and operations on the embedded deployment and reports what it found.',
    description: [
      'Clients work from the first step to the last; every row they were told is stored goes on record. The recovery time is the longest that one of their transactions had to wait, or the time until content that was taken away was there again with the same bytes; the recovery point is how far back the state reaches that survived. Both are compared with the objectives of the topology, or with those that Microsoft states.',
      'The first step that fails ends the drill. Faults that it made are mended at its end, however it ends; lost content stays lost unless a step restored it. When the engine itself is killed, the next one mends what the drill broke, compares what clients had been told and writes the report.',
      'Each step runs under the roles of whoever runs the drill. The command ends with 1 when something expected did not come true. "report" writes what was found.',
    ],
    parameters,
    examples: [
      {
        command: 'drill samples/drills/database-failover.drill.yaml',
        explanation: 'A database failover and failback under load.',
      },
    ],
    roles: ['CsAdministrator'],
    effect: 'destructive',
    // The next engine does not go on with it: it compares, mends and reports.
    resumes: true,
    confirmation: (_given, plan) => plan.confirmation ?? 'Run the drill',
    describe: ({ Scenario }) => `Drill: ${nameIn(Scenario)}`,
    leases: () => ['drill'],
    preconditions: async (services, given) => {
      const { scenario } = read(services, given);
      if (scenario.load !== undefined) requireRole(services.deployment, services.operator, clientLoad);
      return [initializedPrecondition(services)];
    },
    plan: async (services, given) => {
      const { scenario } = read(services, given);
      return makePlan(definition, given, {
        title: definition.describe(given),
        preconditions: [initializedPrecondition(services)],
        steps: scenario.steps.map((step) => {
          const title = titleOf(step);
          return step.name === undefined ? { title, detail: '' } : { title: step.name, detail: title };
        }),
        losses: scenario.steps.flatMap(({ fault }) => {
          const kind = faultDefinitions.find((candidate) => candidate.kind === fault?.kind);
          return fault === undefined ? [] : (kind?.losses?.(fault.target) ?? []);
        }),
        confirmation: `Run the drill ${scenario.drill}`,
      });
    },
    execute: (services, given, run) => runDrill(services, read(services, given).scenario, run),
    text: reportMarkdown,
    failed: ({ outcome }) => outcome !== 'passed',
  };
  return definition;
}

function nameIn(text: string): string {
  try {
    return readScenario(text).scenario.drill;
  } catch {
    return 'a scenario that cannot be read';
  }
}
