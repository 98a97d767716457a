/** Hyper-V hosts as machines that run or are stopped: their mark lies in their own folder (`hosts/<host>`). */
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment } from '../topology/model.ts';

/** Every host that the topology names, once. */
export function hostsOf(deployment: Deployment): readonly string[] {
  const names = (deployment.virtualMachines ?? []).flatMap((machine) => [
    machine.primaryHost,
    ...(machine.replicaHost === undefined ? [] : [machine.replicaHost]),
    ...(machine.extendedReplicaHost === undefined ? [] : [machine.extendedReplicaHost]),
  ]);
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

/** The data directory in which the folder of a host is where a server's would be: to ask and mark its state. */
export function hostView(dataDirectory: DataDirectory): DataDirectory {
  return { ...dataDirectory, serverFolder: dataDirectory.hostFolder };
}

/** The same for a name that is a server's or a host's. */
export function withHosts(dataDirectory: DataDirectory, deployment: Deployment): DataDirectory {
  const hosts = new Set(hostsOf(deployment).map((name) => name.toLowerCase()));
  return {
    ...dataDirectory,
    serverFolder: (name) =>
      hosts.has(name.toLowerCase()) ? dataDirectory.hostFolder(name) : dataDirectory.serverFolder(name),
  };
}
