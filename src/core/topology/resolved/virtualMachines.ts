/** The virtual machines of a topology as plain data, as far as they are understood. */
import type { VirtualMachine } from '../model.ts';
import { findEntry, type MapNode } from '../syntax/nodes.ts';
import { entriesOf } from './facts.ts';
import { defaultWindow, type MachineFacts, machineFacts, type WindowFacts } from './machineFacts.ts';

/** Nothing when the topology gives no machines. A machine without a primary host is left out. */
export function virtualMachinesOf(root: MapNode): { readonly virtualMachines?: readonly VirtualMachine[] } {
  const entries = entriesOf(findEntry(root, 'virtualMachines')?.value);
  const virtualMachines = entries.flatMap((entry) => machineOf(machineFacts(entry)) ?? []);
  return virtualMachines.length === 0 ? {} : { virtualMachines };
}

function machineOf(facts: MachineFacts): VirtualMachine | undefined {
  const { name, primaryHost, replicaHost, extendedReplicaHost, disks, autoResynchronize } = facts;
  if (primaryHost === undefined) return undefined;
  return {
    name,
    primaryHost: primaryHost.value,
    ...(replicaHost && { replicaHost: replicaHost.value }),
    ...(extendedReplicaHost && { extendedReplicaHost: extendedReplicaHost.value }),
    disks: [...new Set(disks.map(({ value }) => value))],
    autoResynchronize: windowOf(autoResynchronize),
  };
}

function windowOf(facts: WindowFacts | undefined): VirtualMachine['autoResynchronize'] {
  return {
    enabled: facts?.enabled?.value === true,
    start: minutesOf(facts?.start?.value ?? defaultWindow.start),
    end: minutesOf(facts?.end?.value ?? defaultWindow.end),
  };
}

/** Minutes after midnight, of a time of day as `hh:mm`. */
function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
