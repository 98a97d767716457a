/** How a link is named: its two servers with a plus sign between them. */
import { LyncTopologyError } from '../../errors.ts';
import { didYouMean } from '../../operations/nearest.ts';
import type { Deployment } from '../../topology/model.ts';
import { serversOf } from './targets.ts';

export function isLink(name: string): boolean {
  return namesIn(name).length === 2;
}

/** The servers of `SERVER+SERVER`, in any case. Throws `argument-invalid`, `fault-unknown`. */
export function linkNamed(deployment: Deployment, name: string): readonly [string, string] {
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
