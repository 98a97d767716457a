/** Cutting the link between two servers: marks in the folders of both, which they look at before they talk to each other. */
import { cutLink, markedLinks, mendLink } from '../../storage/links.ts';
import type { FaultDefinition } from './kind.ts';
import { isLink, linkNamed } from './linkNames.ts';
import { serversOf } from './targets.ts';

export const cut: FaultDefinition = {
  kind: 'cut',
  step: (target) => ({
    title: `Cut the link ${target}`,
    detail: 'The two servers do not reach each other until it is mended; clients reach both.',
  }),
  inflict: ({ dataDirectory, deployment }, name) => cutLink(dataDirectory, ...linkNamed(deployment, name)),
  present: ({ dataDirectory, deployment }) =>
    markedLinks(dataDirectory, 'cut', serversOf(deployment)).map(({ servers, since }) => {
      const target = servers.join('+');
      return { id: `fault/cut/${target}`, kind: 'cut', target, since };
    }),
  mend: ({ dataDirectory, deployment }, name) => {
    if (!isLink(name)) return false;
    mendLink(dataDirectory, ...linkNamed(deployment, name));
    return true;
  },
  mendAll: ({ dataDirectory, deployment }) => {
    for (const { servers } of markedLinks(dataDirectory, 'cut', serversOf(deployment)))
      mendLink(dataDirectory, ...servers);
  },
};
