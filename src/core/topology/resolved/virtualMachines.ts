/** The virtual machines of a topology, as far as they are understood. */
import type { VirtualMachine } from '../model.ts';
import { findEntry, type MapNode, type TreeNode } from '../syntax/nodes.ts';

/** The window of domain E.5, where the topology gives none. */
const defaultWindow = { start: '18:30', end: '06:00' };

/** Nothing when the topology gives no machines. A machine without a primary host is left out. */
export function virtualMachinesOf(root: MapNode): { readonly virtualMachines?: readonly VirtualMachine[] } {
  const section = findEntry(root, 'virtualMachines')?.value;
  if (section?.kind !== 'map') return {};
  const virtualMachines = section.entries.flatMap(({ name, value }) => {
    const primaryHost = textAt(value, 'primaryHost');
    if (primaryHost === undefined) return [];
    const replicaHost = textAt(value, 'replicaHost');
    const extendedReplicaHost = textAt(value, 'extendedReplicaHost');
    return [
      {
        name,
        primaryHost,
        ...(replicaHost !== undefined && { replicaHost }),
        ...(extendedReplicaHost !== undefined && { extendedReplicaHost }),
        disks: disksOf(value),
        autoResynchronize: windowOf(findEntry(value, 'autoResynchronize')?.value),
      },
    ];
  });
  return virtualMachines.length === 0 ? {} : { virtualMachines };
}

function disksOf(machine: TreeNode): readonly string[] {
  const list = findEntry(machine, 'disks')?.value;
  if (list?.kind !== 'sequence') return [];
  return [...new Set(list.items.flatMap((item) => textOf(item) ?? []))];
}

function windowOf(node: TreeNode | undefined): VirtualMachine['autoResynchronize'] {
  const enabled = findEntry(node, 'enabled')?.value;
  return {
    enabled: enabled?.kind === 'scalar' && enabled.value === true,
    start: minutesOf(textAt(node, 'start')) ?? minutesOf(defaultWindow.start) ?? 0,
    end: minutesOf(textAt(node, 'end')) ?? minutesOf(defaultWindow.end) ?? 0,
  };
}

/** Minutes after midnight. */
function minutesOf(text: string | undefined): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d\d)/.exec(text ?? '') ?? [];
  return hours === undefined || minutes === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

function textAt(node: TreeNode | undefined, key: string): string | undefined {
  return textOf(findEntry(node, key)?.value);
}

function textOf(node: TreeNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}
