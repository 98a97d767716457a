/** Format 1 of a drill scenario: what is broken, done and expected while clients work. */
import * as z from 'zod';
import { fqdnPattern, timeSpanPattern } from '../topology/values.ts';

const text = z.string().min(1);
const fqdn = z.string().regex(fqdnPattern, { error: 'invalid-fqdn' });
const timeSpan = z.string().regex(timeSpanPattern, { error: 'invalid-time-span' });

const objectiveNames = ['poolFailover', 'poolFailback', 'centralManagementFailover', 'databaseFailover'] as const;
export type ObjectiveName = (typeof objectiveNames)[number];

const conditionKeys = {
  pool: fqdn,
  service: z.enum(['running', 'partlyStopped', 'stopped']).optional(),
  share: z.enum(['available', 'missing', 'unreadable', 'stopped']).optional(),
  module: text.optional(),
  exportStatus: z.enum(['NotInitialized', 'NonSteadyState', 'SteadyState', 'FinalState', 'ErrorState']).optional(),
  importStatus: z.enum(['NormalState', 'ErrorState']).optional(),
  databaseType: text.optional(),
  principal: z.enum(['primary', 'mirror', 'none']).optional(),
  mirroring: z.enum(['synchronized', 'synchronizing', 'suspended', 'disconnected', 'pending failover']).optional(),
};
const condition = z.strictObject(conditionKeys);

/** What may be broken is the kinds of `fault`; whether a kind exists is asked when the scenario is checked. */
const fault = z.strictObject({ kind: text, target: text });

const step = z.strictObject({
  name: text.optional(),
  fault: fault.optional(),
  mend: text.optional(),
  operation: text.optional(),
  parameters: z.record(text, z.union([z.string(), z.number(), z.boolean()])).optional(),
  failsWith: text.optional(),
  wait: z.strictObject({ ...conditionKeys, timeout: timeSpan.optional() }).optional(),
  clients: z.int().min(1).max(1_000_000).optional(),
  expect: condition.optional(),
});

const load = z.strictObject({
  pool: fqdn,
  databaseType: z.enum(['User', 'CentralMgmt']).optional(),
  rate: z.int().min(1).max(10_000).optional(),
});

const expectations = z.strictObject({
  lostRows: z.int().min(0).max(1_000_000_000).optional(),
  lostFiles: z.int().min(0).max(1_000_000_000).optional(),
  recoveryTime: timeSpan.optional(),
  recoveryPoint: timeSpan.optional(),
});

export const scenarioSchema = z.strictObject({
  lyncDrill: z.literal(1),
  drill: text,
  description: text.optional(),
  objective: z.enum(objectiveNames).optional(),
  load: z.array(load).optional(),
  steps: z.array(step).min(1),
  expect: expectations.optional(),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioStep = Scenario['steps'][number];
export type Condition = z.infer<typeof condition>;
export type ScenarioLoad = z.infer<typeof load>;

/** What a step does: exactly one of these. */
export const stepActions = ['fault', 'mend', 'operation', 'wait', 'clients', 'expect'] as const;

/** In milliseconds, where a wait gives no time-out of its own. */
export const defaultTimeout = 300_000;
