/**
 * What an operation is. One definition serves the palette, the command line, the plan, the PowerShell text, the help page
 * and the role check: adding a cmdlet is adding a file beside this one and a line in `registry.ts`.
 */
import type * as z from 'zod';
import type { EngineServices, JobRun } from '../engine/services.ts';
import type { ErrorInformation } from '../errors.ts';

export interface OperationDefinition<Schema extends z.ZodObject = z.ZodObject, Result = unknown> {
  /** The cmdlet's name with its own casing, or the command's name for the embedded deployment's own commands. */
  readonly name: string;
  /** `cmdlet`: in the documentation; `guided`: a procedure of the documentation; `embedded`: of the embedded deployment only. */
  readonly kind: 'cmdlet' | 'guided' | 'embedded';
  /** In words, as a menu shows it. */
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly description: readonly string[];
  /** Property names are the cmdlet's parameter names; each carries `ParameterMeta` by `.meta()`. */
  readonly parameters: Schema;
  readonly examples: readonly OperationExample[];
  /** Built-in roles that may run it (domain A.10); `Get-CsAdminRole` decides on real servers. */
  readonly roles: readonly string[];
  /** `reads` changes nothing; `changes` can be repeated without harm; `destructive` needs plan and confirmation. */
  readonly effect: 'reads' | 'changes' | 'destructive';
  /** The verb of the confirmation's button, with its object: "Fail over to atl-sql-002.litwareinc.com". Destructive ones have it. */
  confirmation?(parameters: z.infer<Schema>, plan: Plan): string;
  /** One line that names what is done to what, for jobs and logs. */
  describe(parameters: z.infer<Schema>): string;
  /** Leases a job of it holds; empty or absent for operations that are not jobs. */
  leases?(services: EngineServices, parameters: z.infer<Schema>): readonly string[];
  /** What must hold before anything is changed, measured now. The plan shows them; nothing starts while one does not hold. */
  preconditions?(
    services: EngineServices,
    parameters: z.infer<Schema>,
    signal: AbortSignal,
  ): Promise<readonly Precondition[]>;
  /** Changes nothing. */
  plan(services: EngineServices, parameters: z.infer<Schema>, signal: AbortSignal): Promise<Plan>;
  /** Called when every precondition holds. `run` belongs to the job, if `leases` makes it one. */
  execute(services: EngineServices, parameters: z.infer<Schema>, run: OperationRun): Promise<Result>;
  /**
   * A job of it that an engine left unfinished is taken up by the next one, although it is destructive: it is a procedure
   * whose steps are on record, and to stop halfway is worse than to go on.
   */
  readonly resumes?: boolean;
  /** Columns of the table that text output shows, in order; every property as a list when absent. */
  readonly columns?: readonly string[];
  /** The text output, where neither a table nor a list is what people read. */
  text?(result: Result): string;
  /** It ran to its end and found that something is not as it should be: the command line ends with 1. */
  failed?(result: Result): boolean;
}

export interface OperationRun extends JobRun {
  /** Lines of the Verbose stream. */
  readonly verbose: (line: string) => void;
  /** Runs another operation to its end, as a job where it is one, with roles, preconditions and record of its own. */
  readonly perform: (request: OperationRequest) => Promise<unknown>;
}

export interface OperationRequest {
  /** In any case. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface OperationExample {
  readonly command: string;
  readonly explanation: string;
}

/** What surfaces need to know of a parameter beside its zod type; given by `.meta({ ... })`. */
export interface ParameterMeta {
  readonly description: string;
  /** What the palette offers and completes. */
  readonly offers?:
    | 'pool'
    | 'chatPool'
    | 'pairedPool'
    | 'backupModule'
    | 'databaseType'
    | 'database'
    | 'mirrorRole'
    | 'virtualMachine'
    | 'category';
  /** Takes values from standard input where the cmdlet takes pipeline input. */
  readonly pipeline?: boolean;
  /** Not part of the cmdlet: left out of the PowerShell text. */
  readonly productOnly?: boolean;
  readonly placeholder?: string;
  /** People name a file; surfaces hand over what is in it. */
  readonly fileContent?: boolean;
  /** A file on this machine: surfaces hand over its full path. */
  readonly path?: boolean;
}

/** What would happen. Shown before anything destructive, and by `-WhatIf` and `plan`. */
export interface Plan {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly preconditions: readonly Precondition[];
  readonly steps: readonly PlanStep[];
  /** What would be lost or interrupted; empty when nothing. */
  readonly losses: readonly string[];
  /** The equivalent PowerShell, ready to copy. */
  readonly powershell: string;
  /** Every precondition holds. */
  readonly ready: boolean;
  /** The verb of the confirmation's button with its object; destructive operations have it. */
  readonly confirmation?: string;
}

export interface Precondition {
  readonly statement: string;
  readonly met: boolean;
  /** What was measured. */
  readonly evidence: string;
  /** What to do when it is not met. */
  readonly remedy?: string;
  /** The error with which the operation is refused when it is not met. */
  readonly refusal?: ErrorInformation;
}

export interface PlanStep {
  readonly title: string;
  readonly detail: string;
}
