/** Virtual machines as lines of `status`: each replica with its state and what it means. */
import { replicationHealthNames, replicationStateNames } from '../../core/hyperV/stateNames.ts';
import type { ReplicationStatus, VirtualMachineStatus } from '../../core/status.ts';
import type { Output } from '../terminal.ts';

export function writeVirtualMachine(out: Output, machine: VirtualMachineStatus): void {
  out.line();
  out.line(out.style('bold', `${machine.name}  virtual machine on ${machine.primaryHost}`));
  if (machine.relationships.length === 0) out.line('  not replicated');
  for (const replica of machine.relationships) {
    out.line(`  ${replica.ReplicaServer.padEnd(28)}${stateWords(out, replica)}`);
    if (replica.ReplicationHealth !== 1) out.line(`  ${' '.repeat(28)}${replica.explanation}`);
  }
}

function stateWords(out: Output, { RelationshipType, ReplicationState, ReplicationHealth }: ReplicationStatus): string {
  const role = RelationshipType === 'Extended' ? 'extended replica' : 'replica';
  const words = `${role}, ${replicationStateNames[ReplicationState]}, ${replicationHealthNames[ReplicationHealth]}`;
  return ReplicationHealth === 3 ? out.style('red', words) : words;
}
