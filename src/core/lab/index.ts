/** Making, filling, using as clients do, and breaking an embedded deployment. */
import type { DatabaseSync } from 'node:sqlite';
import type { DatabaseServices, LabServices } from '../engine/services.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment } from '../topology/model.ts';

export interface LabOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly databases: DatabaseServices;
  /** The engine's bookkeeping (`engine.db`); tables named `lab_*` are created in it. */
  readonly engineDatabase: DatabaseSync;
  /** Something was made, filled or broken: what was measured before may no longer be true. */
  readonly onChanged: () => void;
}

/** The lab of an embedded deployment. Creates nothing on disk but its tables in the bookkeeping. */
export declare function createLabServices(options: LabOptions): LabServices;
