/** The report as Markdown. Names come from files and people, so nothing in them is read as markup. */
import type { DrillReport } from './report.ts';
import { type Block, sectionsOf, titleOf } from './sections.ts';

export function reportMarkdown(report: DrillReport): string {
  const sections = sectionsOf(report).flatMap(({ title, blocks }) => [`## ${title}`, ...blocks.map(blockText)]);
  return `${[`# ${plain(titleOf(report))}`, ...sections].join('\n\n')}\n`;
}

function blockText(block: Block): string {
  if (block.kind === 'text') return plain(block.text);
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [line(block.columns), `|${block.columns.map(() => '---|').join('')}`, ...block.rows.map(line)].join('\n');
}

function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#~&]/g, '\\$&').replaceAll(/\s+/g, ' ');
}
