/** Format 1 of a drill scenario: what is broken, done and expected while clients work. */
import * as z from 'zod';
import { replicationStateNames } from '../hyperV/stateNames.ts';
import { fqdnPattern, timeSpanPattern } from '../topology/values.ts';

const text = z.string().min(1);
const fqdn = z.string().regex(fqdnPattern, { error: 'invalid-fqdn' });
const timeSpan = z.string().regex(timeSpanPattern, { error: 'invalid-time-span' });

const objectiveNames = ['poolFailover', 'poolFailback', 'centralManagementFailover', 'databaseFailover'] as const;
export type ObjectiveName = (typeof objectiveNames)[number];

/** A condition is about one of these, and says at least one thing of it. */
export const conditionSubjects = {
  pool: [
    'service',
    'share',
    'module',
    'exportStatus',
    'importStatus',
    'databaseType',
    'principal',
    'mirroring',
    'servedBy',
    'centralManagement',
  ],
  persistentChat: ['poolState', 'logShipping', 'databaseType', 'principal', 'mirroring'],
  virtualMachine: ['relationship', 'replicationState', 'disks'],
} as const;

const conditionKeys = {
  pool: fqdn.optional(),
  persistentChat: fqdn.optional(),
  virtualMachine: text.optional(),
  service: z.enum(['running', 'partlyStopped', 'stopped']).optional(),
  share: z.enum(['available', 'missing', 'unreadable', 'stopped']).optional(),
  module: text.optional(),
  exportStatus: z.enum(['NotInitialized', 'NonSteadyState', 'SteadyState', 'FinalState', 'ErrorState']).optional(),
  importStatus: z.enum(['NormalState', 'ErrorState']).optional(),
  databaseType: text.optional(),
  principal: z.enum(['primary', 'mirror', 'none']).optional(),
  mirroring: z.enum(['synchronized', 'synchronizing', 'suspended', 'disconnected', 'pending failover']).optional(),
  servedBy: z.enum(['home', 'backup']).optional(),
  centralManagement: z.enum(['active', 'standby']).optional(),
  poolState: z.enum(['Normal', 'FailedOver']).optional(),
  logShipping: z.enum(['upToDate', 'behind', 'off']).optional(),
  relationship: z.enum(['Simple', 'Extended']).optional(),
  replicationState: z.enum(Object.values(replicationStateNames)).optional(),
  disks: z.enum(['same', 'different']).optional(),
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
  write: z
    .strictObject({ virtualMachine: text, disk: text.optional(), bytes: z.int().min(1).max(1_000_000_000) })
    .optional(),
  clients: z.int().min(1).max(1_000_000).optional(),
  expect: condition.optional(),
});

const load = z.strictObject({
  pool: fqdn,
  databaseType: z.enum(['User', 'CentralMgmt', 'PersistentChat']).optional(),
  /** They upload, change and delete conference content instead of changing rows. */
  content: z.boolean().optional(),
  rate: z.int().min(1).max(10_000).optional(),
});

const amount = z.int().min(0).max(1_000_000_000);
/** A number alone is the most that may be lost. */
const loss = z.union([amount, z.strictObject({ atLeast: amount.optional(), atMost: amount.optional() })]);

const expectations = z.strictObject({
  lostRows: loss.optional(),
  lostFiles: loss.optional(),
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
export const stepActions = ['fault', 'mend', 'operation', 'wait', 'write', 'clients', 'expect'] as const;

/** In milliseconds, where a wait gives no time-out of its own. */
export const defaultTimeout = 300_000;

export type ExpectedLoss = z.infer<typeof loss>;
