/** What the rows of the status tree have in common. */

import type { NodeDescription } from './liveTree.ts';
import type { Icon } from './states.ts';
import type { Subject } from './subject.ts';

/** A leaf or branch with what every row needs; `spoken` is put together from label and description. */
export function row(part: {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly icon: Icon;
  readonly context: readonly string[];
  readonly spoken?: string;
  readonly open?: boolean;
  readonly subject?: Subject;
  readonly command?: NonNullable<NodeDescription['command']>;
  readonly children?: readonly NodeDescription[];
}): NodeDescription {
  const { context, children, spoken, ...rest } = part;
  return {
    ...rest,
    context: ` ${context.join(' ')} `,
    spoken: spoken ?? [part.label, part.description].filter(Boolean).join(', '),
    children: children ?? [],
  };
}

/** A Markdown table row for a tooltip. */
export function fact(name: string, value: string): string {
  return `| ${escapeCell(name)} | ${escapeCell(value)} |`;
}

/** Facts under a sentence, as Markdown. Back slashes of UNC paths and SQL instances are kept. */
export function tooltip(title: string, sentences: readonly string[], facts: readonly string[]): string {
  const table = facts.length === 0 ? [] : ['', '| | |', '| --- | --- |', ...facts];
  return [`**${escapeText(title)}**`, ...sentences.flatMap((sentence) => ['', escapeText(sentence)]), ...table].join(
    '\n',
  );
}

export function escapeText(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~$]/g, (character) => `\\${character}`);
}

function escapeCell(text: string): string {
  return escapeText(text).replaceAll('\n', ' ');
}

/** The first label of a host's name, as people say it. */
export function shortName(fqdn: string): string {
  return fqdn.split('.')[0] ?? fqdn;
}

/** Names as short as they can be without two being the same: a view is narrow, and the state needs the room. */
export function shortNames(fqdns: readonly string[]): (fqdn: string) => string {
  const seen = Map.groupBy(fqdns, (fqdn) => shortName(fqdn).toLowerCase());
  return (fqdn) => ((seen.get(shortName(fqdn).toLowerCase())?.length ?? 0) > 1 ? fqdn : shortName(fqdn));
}
