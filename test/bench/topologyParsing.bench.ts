/**
 * What a keystroke costs, from the changed text to its diagnostics, against a full parse by the `yaml` library of the
 * same text. Both in one process, one after the other for each keystroke, medians of all.
 */
import { parseDocument } from 'yaml';
import { TopologyDocument } from '../../src/core/topology/document.ts';

export interface ParsingResult {
  readonly lines: number;
  /** Milliseconds: from text to diagnostics when the file is opened. */
  readonly open: number;
  /** Milliseconds per character typed in the middle of the file, text to diagnostics. */
  readonly keystroke: number;
  readonly keystroke95: number;
  /** Milliseconds: `yaml` parseDocument of the whole text. */
  readonly fullParse: number;
  readonly ratio: number;
}

export function benchTopologyParsing(sizes: readonly number[] = [1000, 10_000, 50_000]): readonly ParsingResult[] {
  return sizes.map((lines) => measure(lines, lines > 20_000 ? 12 : 24));
}

/** A topology of about that many lines: pools with mirrored databases, paired two by two. */
export function largeTopology(lines: number): string {
  const count = Math.floor((lines - 10) / 20);
  const pools = Array.from({ length: count }, (_, index) => poolText(index));
  const pairs = Array.from({ length: Math.floor(count / 2) }, (_, index) => pairText(index * 2));
  const head = 'lyncTopology: 1\ndeployment: Litware\nsites:\n  Atlanta: {}\n  Dallas: {}\npools:\n';
  return `${head}${pools.join('')}poolPairs:\n${pairs.join('')}`;
}

function poolText(index: number): string {
  const even = index % 2 === 0;
  return `  cs-${index}.litwareinc.com:
    site: ${even ? 'Atlanta' : 'Dallas'}
    edition: Enterprise
    release: "2013"
    hosting: physical
    frontEnds:
      - fe-${index}-1.litwareinc.com
      - fe-${index}-2.litwareinc.com
      - fe-${index}-3.litwareinc.com
    fileShare: \\\\fs-${index}.litwareinc.com\\LyncShare
    databases:
      User:
        primary: sql-${index}-1.litwareinc.com\\RTC
        mirror: sql-${index}-2.litwareinc.com\\RTC
        witness: sql-${index}-3.litwareinc.com\\RTC
      Application:
        primary: sql-${index}-1.litwareinc.com\\RTC
        mirror: sql-${index}-2.litwareinc.com\\RTC
`;
}

function pairText(index: number): string {
  return `  - pools: [cs-${index}.litwareinc.com, cs-${index + 1}.litwareinc.com]
    backupModules: [UserServices.PresenceFocus, ConfServices.DataConf]
`;
}

const typed = '    operatingSystem: Windows\n';

function measure(lines: number, rounds: number): ParsingResult {
  const text = largeTopology(lines);
  const opened = time(() => TopologyDocument.open(text).diagnostics);
  const document = TopologyDocument.open(text);
  let at = text.indexOf('    hosting', text.length / 2);
  const keystrokes: number[] = [];
  const fullParses: number[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const character = typed.charAt(index % typed.length);
    keystrokes.push(
      time(() => {
        document.update([{ start: at, end: at, text: character }]);
        return document.diagnostics;
      }),
    );
    at += 1;
    fullParses.push(time(() => parseDocument(document.text)));
  }
  const [keystroke, fullParse] = [quantile(keystrokes, 0.5), quantile(fullParses, 0.5)];
  return {
    lines: text.split('\n').length,
    open: opened,
    keystroke,
    keystroke95: quantile(keystrokes, 0.95),
    fullParse,
    ratio: keystroke / fullParse,
  };
}

function time(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
