/** Slow servers and links: whoever uses one waits, as `storage/slowness.ts` says. */
import { LyncTopologyError } from '../../errors.ts';
import type { FaultStatus } from '../../status.ts';
import { markedLinks, markLink, unmarkLink } from '../../storage/links.ts';
import { markSlow, slowSince, unmarkSlow } from '../../storage/slowness.ts';
import type { FaultDefinition, FaultScene } from './kind.ts';
import { isLink, linkNamed } from './linkNames.ts';
import { databasePlacesOf, type FaultTarget, faultTarget, findFaultTarget, serversOf, sharesOf } from './targets.ts';

const kind = 'slow';

export const slow: FaultDefinition = {
  kind,
  step: (target) => ({
    title: `Slow ${target} down`,
    detail:
      'Every commit waits for it, and conference content passes it at a megabyte a second, until it is started again.',
  }),
  inflict: ({ dataDirectory, deployment }, name) => {
    if (isLink(name)) {
      markLink(dataDirectory, kind, ...linkNamed(deployment, name));
      return;
    }
    markSlow(dataDirectory, serverToSlow({ dataDirectory, deployment }, faultTarget(deployment, name)));
  },
  present: ({ dataDirectory, deployment }) => {
    const servers = serversOf(deployment).flatMap((server) => {
      const since = slowSince(dataDirectory, server);
      return since === undefined ? [] : [statusOf(server, since)];
    });
    const links = markedLinks(dataDirectory, kind, serversOf(deployment));
    return [...servers, ...links.map((link) => statusOf(link.servers.join('+'), link.since))];
  },
  mend: ({ dataDirectory, deployment }, name) => {
    if (isLink(name)) {
      unmarkLink(dataDirectory, kind, ...linkNamed(deployment, name));
      return true;
    }
    const target = findFaultTarget(deployment, name);
    const server = target === undefined ? undefined : serverOf(target);
    if (server === undefined || slowSince(dataDirectory, server) === undefined) return false;
    unmarkSlow(dataDirectory, server);
    return true;
  },
  mendAll: ({ dataDirectory, deployment }) => {
    for (const server of serversOf(deployment)) unmarkSlow(dataDirectory, server);
    for (const { servers } of markedLinks(dataDirectory, kind, serversOf(deployment)))
      unmarkLink(dataDirectory, kind, ...servers);
  },
};

function statusOf(target: string, since: string): FaultStatus {
  return { id: `fault/${kind}/${target}`, kind, target, since };
}

/** The server whose disk the target lies on; `undefined` for one that nothing lies on alone. */
function serverOf(target: FaultTarget): string | undefined {
  switch (target.kind) {
    case 'server':
      return target.name;
    case 'pool':
      return target.pool.fileShare?.server;
    case 'instance':
      return target.instance.server;
    case 'share':
      return target.path.folder === '' ? target.path.server : undefined;
    case 'database':
      return undefined;
  }
}

/** Throws `argument-invalid` for what nobody reads or writes, or what is only a part of a disk. */
function serverToSlow({ deployment }: Pick<FaultScene, 'deployment' | 'dataDirectory'>, target: FaultTarget): string {
  const server = serverOf(target);
  const used = [
    ...databasePlacesOf(deployment).map(({ instance }) => instance.server),
    ...sharesOf(deployment).map((path) => path.server),
  ];
  if (server === undefined || !used.some((name) => name.toLowerCase() === server.toLowerCase()))
    throw nothingToSlow(target.name);
  return server;
}

function nothingToSlow(name: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: name,
    message: `${name} cannot be made slow: the embedded deployment slows SQL Servers, file servers and the links between them.`,
    remedy: 'Name the SQL Server or file server, a pool for its file server, or a link as server+server.',
  });
}
