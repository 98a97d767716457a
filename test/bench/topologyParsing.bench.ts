/**
 * What a key stroke costs, from the changed text to its diagnostics, against a full parse by the `yaml` library of the same
 * text. Both in one process, in turn.
 */
import { parseDocument } from 'yaml';
import { TopologyDocument } from '../../src/core/topology/document.ts';
import { largeTopology } from '../support/largeTopology.ts';
import { type Benchmark, type BenchmarkRow, interleave, timed } from './harness.ts';

export const benchmark: Benchmark = async ({ quick }) => {
  const rows: BenchmarkRow[] = [];
  for (const lines of quick ? [1_000] : [1_000, 10_000, 50_000])
    rows.push(await measure(lines, lines > 20_000 ? 12 : 24));
  return { title: 'Topology file, key stroke to diagnostics in the process', rows, notes: [] };
};

async function measure(lines: number, rounds: number): Promise<BenchmarkRow> {
  const document = TopologyDocument.open(largeTopology(lines));
  void document.diagnostics;
  const typed = '    operatingSystem: Windows\n';
  const start = document.text.indexOf('    frontEnds', document.text.length / 2);
  let strokes = 0;
  const stroke = (): Promise<number> => {
    const at = start + strokes;
    const text = typed.charAt(strokes % typed.length);
    strokes++;
    return timed(() => {
      document.update([{ start: at, end: at, text }]);
      return document.diagnostics;
    });
  };
  const medians = await interleave(rounds, stroke, () => timed(() => parseDocument(document.text)));
  return {
    name: `${lines / 1_000}k lines`,
    ...medians,
    unit: 'ms',
    peerName: 'yaml parseDocument',
    ...(lines >= 10_000 ? { target: 1 / 10 } : {}),
  };
}
