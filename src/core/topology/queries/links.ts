/** What in a text may lead somewhere else: rules in comments that switch them off, and shares. */
import { isRuleCode, type Range, type RuleCode } from '../diagnostics.ts';
import { disableComments } from '../disableComments.ts';
import { rangeOf } from '../syntax/nodes.ts';
import type { Segment } from '../syntax/segments.ts';
import type { Tree } from '../syntax/tree.ts';
import { namesOfKind } from './names.ts';
import { at } from './positions.ts';

export interface RuleLink extends Range {
  readonly code: RuleCode;
}

export interface ShareLink extends Range {
  /** `\\server\share`, optionally with folders. */
  readonly share: string;
}

/** The codes of rules in comments, in the order of the text. */
export function ruleLinks(segments: readonly Segment[]): readonly RuleLink[] {
  return segments
    .filter((segment) => segment.suppresses)
    .flatMap((segment) => disableComments(segment))
    .flatMap(({ segment, codes }) =>
      codes.flatMap(({ text, start, end }) =>
        isRuleCode(text) ? [{ code: text, start: segment.start + start, end: segment.start + end }] : [],
      ),
    );
}

/** The shares of a file, in the order of the text. */
export function shareLinks({ root }: Tree): readonly ShareLink[] {
  return namesOfKind(root, 'fileServer').flatMap(({ path }) => {
    const node = at(root, path)?.node;
    return node?.kind === 'scalar' && typeof node.value === 'string' ? [{ ...rangeOf(node), share: node.value }] : [];
  });
}
