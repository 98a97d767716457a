/** An engine with a virtual machine on two hosts, and one more for the extended replica. */
import { join } from 'node:path';
import type { Engine, EngineOptions } from '../../../src/core/engine/engine.ts';
import { resumableWork } from '../../../src/core/operations/run.ts';
import type { JobStatus, RelationshipType, ReplicationStatus } from '../../../src/core/status.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { Deployment, VirtualMachine } from '../../../src/core/topology/model.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';

export const machineName = 'ATL-FE-001';

const machine: VirtualMachine = {
  name: machineName,
  primaryHost: 'hv-atl-01',
  replicaHost: 'hv-dal-01',
  extendedReplicaHost: 'hv-phx-01',
  disks: ['os.vhdx', 'data.vhdx'],
  autoResynchronize: { enabled: false, start: 0, end: 0 },
};

export interface Machines extends AsyncDisposable {
  readonly engine: Engine;
  readonly directory: TestDirectory;
  disk(host: string, name?: string): string;
  mark(host: string, name: string): string;
  state(type?: RelationshipType): ReplicationStatus;
  /** The job, when it has ended. */
  ended(id: string | undefined): Promise<JobStatus>;
}

/** No pools: only the hosts and their disks are made. */
export function machineDeployment(change: Partial<VirtualMachine> = {}): Deployment {
  const lone = { ...machine, name: 'LONE', disks: [] };
  const { replicaHost: _, extendedReplicaHost: __, ...unreplicated } = lone;
  return { ...litware, pools: [], poolPairs: [], virtualMachines: [{ ...machine, ...change }, unreplicated] };
}

export async function openMachines(
  options: Partial<EngineOptions> = {},
  directory = testDirectory('lync-machines-'),
): Promise<Machines> {
  const engine = await directory.open({ deployment: machineDeployment(), resume: resumableWork, ...options });
  if (!engine.lab.initialized) await engine.lab.initialize(quietRun);
  const layout = openDataDirectory(directory.root);
  return {
    engine,
    directory,
    disk: (host, name = 'os.vhdx') => layout.virtualDisk(host, machineName, name),
    mark: (host, name) => join(layout.machineFolder(host, machineName), name),
    state: (type = 'Simple') => {
      const found = engine.hyperV.status()[0]?.relationships.find(({ RelationshipType }) => RelationshipType === type);
      if (found === undefined) throw new Error(`there is no ${type} relationship`);
      return found;
    },
    ended: (id = '') =>
      waitUntil(`${id} has ended`, () => {
        const job = engine.jobs.get(id);
        return job.endedAt !== undefined && job;
      }),
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
    },
  };
}
