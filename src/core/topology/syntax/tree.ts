/** The tree of a whole text, put together from its segments. */
import type { Finding } from '../rules/rule.ts';
import type { Entry, MapNode, TreeNode } from './nodes.ts';
import { parseYaml } from './yaml.ts';

export interface Tree {
  readonly root: MapNode;
  readonly findings: readonly Finding[];
}

export function parseTree(text: string): Tree {
  const segment = { start: 0, text };
  const parsed = parseYaml(segment);
  const findings = parsed.problems.map(
    ({ message, start, end }): Finding => ({
      code: 'yaml-syntax',
      message,
      place: { segment, start, end },
    }),
  );
  const entries: readonly Entry[] = mapOf(parsed.root)?.entries ?? [];
  return { root: { kind: 'map', entries, flow: false, segment, start: 0, end: text.length }, findings };
}

function mapOf(node: TreeNode | undefined): MapNode | undefined {
  return node?.kind === 'map' ? node : undefined;
}
