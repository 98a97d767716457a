/** What Persistent Chat may share with a pool, worked out once for each pool. */
import type { PoolFacts } from '../resolved/facts.ts';

export interface PoolNeighbours {
  /** Servers of its databases and of its file share, in lower case. */
  readonly servers: ReadonlySet<string>;
  /** Its file share without folders, in lower case. */
  readonly share: string | undefined;
  /** All of it, and what else Persistent Chat asks a pool, as one text. */
  readonly text: string;
}

const known = new WeakMap<PoolFacts, PoolNeighbours>();

export function neighboursOf(pool: PoolFacts): PoolNeighbours {
  const before = known.get(pool);
  if (before !== undefined) return before;
  const result = work(pool);
  known.set(pool, result);
  return result;
}

/** `server\share` in lower case. */
export function shareKey({ server, share }: { readonly server: string; readonly share: string }): string {
  return `${server}\\${share}`.toLowerCase();
}

function work({ lower, site, edition, databases, fileShare }: PoolFacts): PoolNeighbours {
  const instances = databases.flatMap(({ primary, mirror }) => [primary, mirror]);
  const servers = new Set(instances.flatMap((fact) => fact?.value.server.toLowerCase() ?? []));
  if (fileShare !== undefined) servers.add(fileShare.value.server.toLowerCase());
  const share = fileShare && shareKey(fileShare.value);
  const text = [lower, site?.value, edition?.value, share, ...servers].join(' ');
  return { servers, share, text };
}
