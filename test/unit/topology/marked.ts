/** Topologies written with marks: `<<` and `>>` around what a diagnostic is expected to cover. */
import { type Diagnostic, type Fix, type Range, type TextEdit, TopologyDocument } from './imports.ts';

export interface Marked {
  readonly text: string;
  readonly ranges: readonly Range[];
}

/** Takes the marks out of a text and says where they were. */
export function readMarks(marked: string): Marked {
  const ranges: Range[] = [];
  let text = '';
  let rest = marked;
  for (let at = rest.indexOf('<<'); at !== -1; at = rest.indexOf('<<')) {
    const end = rest.indexOf('>>', at);
    if (end === -1) throw new Error(`A mark is not closed: ${rest.slice(at)}`);
    text += rest.slice(0, at);
    const inside = rest.slice(at + 2, end);
    ranges.push({ start: text.length, end: text.length + inside.length });
    text += inside;
    rest = rest.slice(end + 2);
  }
  return { text: text + rest, ranges };
}

const head = {
  lyncTopology: 'lyncTopology: 1\n',
  deployment: 'deployment: Litware\n',
  sites: 'sites:\n  Atlanta: {}\n  Dallas: {}\n  Phoenix: {}\n',
};
const pools = `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013", centralManagement: standby }
  phx-cs-001.litwareinc.com: { site: Phoenix, edition: Enterprise, release: "2013" }
`;
const groups = 'availabilityGroups: {}\n';

/** A fragment with the sections that it leaves out and that something in it may name. */
export function completed(fragment: string): string {
  const has = (key: string) => new RegExp(`^(?:<<)?${key}(?:>>)?:`, 'm').test(fragment);
  const before = Object.entries(head).flatMap(([key, text]) => (has(key) ? [] : [text]));
  const behind = [...(has('pools') ? [] : [pools]), ...(has('availabilityGroups') ? [] : [groups])];
  return [...before, fragment, ...behind].join('');
}

export function diagnosticsOf(text: string): readonly Diagnostic[] {
  return TopologyDocument.open(text).diagnostics;
}

/** The text with edits made; they must not overlap. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  for (const edit of edits.toSorted((one, other) => other.start - one.start)) {
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
  }
  return result;
}

export function preferredFix(diagnostic: Diagnostic): Fix | undefined {
  return diagnostic.fixes?.find((fix) => fix.preferred);
}
