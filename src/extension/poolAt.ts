/**
 * The pool that a place in a topology file is about: the name that stands there, or the pool whose block it lies in. A look
 * at the text only: the commands that use it ask the deployment whether there is such a pool.
 */
export function poolAt(text: string, offset: number): string | undefined {
  const lines = text.slice(0, lineEnd(text, offset)).split(/\r?\n/);
  const block = blocksAround(lines);
  const pools = namesOfPools(text);
  const word = wordAt(text, offset);
  if (word !== undefined && pools.has(word.toLowerCase())) return word;
  return block[0] === 'pools' ? block[1] : undefined;
}

/** The keys that enclose the last line, outermost first. */
function blocksAround(lines: readonly string[]): readonly string[] {
  const keys: string[] = [];
  let indent = Number.POSITIVE_INFINITY;
  for (const line of [...lines].reverse()) {
    const match = /^(\s*)(["']?)([^\s"'#][^"'#]*?)\2\s*:(?:\s|$)/.exec(line);
    const depth = match?.[1]?.length;
    if (match?.[3] === undefined || depth === undefined || depth >= indent) continue;
    keys.unshift(match[3]);
    indent = depth;
    if (depth === 0) break;
  }
  return keys;
}

/** The keys directly under `pools`, in lower case. */
function namesOfPools(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  let inside = false;
  let indent: number | undefined;
  for (const line of text.split(/\r?\n/)) {
    const match = /^(\s*)(["']?)([^\s"'#][^"'#]*?)\2\s*:(?:\s|$)/.exec(line);
    if (match?.[3] === undefined) continue;
    const depth = match[1]?.length ?? 0;
    if (depth === 0) {
      inside = match[3] === 'pools';
      indent = undefined;
    } else if (inside) {
      indent ??= depth;
      if (depth === indent) names.add(match[3].toLowerCase());
    }
  }
  return names;
}

function wordAt(text: string, offset: number): string | undefined {
  const before = /[\w.-]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  const after = /^[\w.-]*/.exec(text.slice(offset))?.[0] ?? '';
  const word = before + after;
  return word === '' ? undefined : word;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}
