/** What a kind of fault is: a file beside this one with its own way to break, to measure and to mend, and a line in `kinds.ts`. */
import type { InstanceProcesses } from '../../mirroring/instances/processes.ts';
import type { FaultKind, FaultStatus } from '../../status.ts';
import type { DataDirectory } from '../../storage/layout.ts';
import type { Deployment } from '../../topology/model.ts';
import type { LabRecord } from '../record.ts';

/** What faults are made on. */
export interface FaultScene {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  /** Where a kind keeps what cannot be read back from the files. */
  readonly record: LabRecord;
  /** SQL instances that are processes of their own, which are then stopped as processes. */
  readonly instances?: InstanceFaults | undefined;
}

export type InstanceFaults = Pick<InstanceProcesses, 'freeze' | 'thaw' | 'frozen' | 'kill'>;

export interface FaultDefinition {
  readonly kind: FaultKind;
  /** What happens to the target, for plans: a title and what it means. */
  step(target: string): { readonly title: string; readonly detail: string };
  /** What is gone for good, for plans; absent when mending brings everything back. */
  losses?(target: string): readonly string[];
  /** Breaks the target of that name; checks first and changes nothing when it throws. */
  inflict(scene: FaultScene, name: string): Promise<void> | void;
  /** The faults of this kind that there are now, measured. */
  present(scene: FaultScene): readonly FaultStatus[];
  /** Ends those on the target of that name. False when the name is nothing that this kind could mend; never throws for one. */
  mend(scene: FaultScene, name: string): boolean;
  /** Ends all of this kind. */
  mendAll(scene: FaultScene): void;
}
