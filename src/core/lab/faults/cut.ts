/** Cutting the link between two servers: marks in the folders of both, which they look at before they talk to each other. */
import { LyncTopologyError } from '../../errors.ts';
import { didYouMean } from '../../operations/nearest.ts';
import { cutLink, cutLinks, mendLink } from '../../storage/links.ts';
import type { Deployment } from '../../topology/model.ts';
import type { FaultDefinition } from './kind.ts';
import { serversOf } from './targets.ts';

export const cut: FaultDefinition = {
  kind: 'cut',
  step: (target) => ({
    title: `Cut the link ${target}`,
    detail: 'The two servers do not reach each other until it is mended; clients reach both.',
  }),
  inflict: ({ dataDirectory, deployment }, name) => cutLink(dataDirectory, ...linkNamed(deployment, name)),
  present: ({ dataDirectory, deployment }) =>
    cutLinks(dataDirectory, serversOf(deployment)).map(({ servers, since }) => {
      const target = servers.join('+');
      return { id: `fault/cut/${target}`, kind: 'cut', target, since };
    }),
  mend: ({ dataDirectory, deployment }, name) => {
    if (namesIn(name).length !== 2) return false;
    mendLink(dataDirectory, ...linkNamed(deployment, name));
    return true;
  },
  mendAll: ({ dataDirectory, deployment }) => {
    for (const { servers } of cutLinks(dataDirectory, serversOf(deployment))) mendLink(dataDirectory, ...servers);
  },
};

/** The servers of `SERVER+SERVER`, in any case. Throws `argument-invalid`, `fault-unknown`. */
function linkNamed(deployment: Deployment, name: string): readonly [string, string] {
  const [left, right, ...more] = namesIn(name);
  if (left !== undefined && right !== undefined && more.length === 0) {
    return [serverNamed(deployment, left), serverNamed(deployment, right)];
  }
  throw new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: name,
    message: `${name} does not name a link.`,
    remedy:
      'Name the two servers with a plus sign between them: atl-sql-001.litwareinc.com+atl-sql-002.litwareinc.com.',
  });
}

function namesIn(name: string): readonly string[] {
  return name.split(/[\s+]+/).filter((part) => part !== '');
}

function serverNamed(deployment: Deployment, name: string): string {
  const servers = serversOf(deployment);
  const found = servers.find((server) => server.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new LyncTopologyError({
    code: 'fault-unknown',
    kind: 'refused',
    object: name,
    message: `The topology of ${deployment.name} has no server named ${name}.`,
    remedy: didYouMean(name, servers, 'Name two of its servers.'),
  });
}
