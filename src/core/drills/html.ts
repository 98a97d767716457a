/** Reports as one HTML page that needs nothing else: no script, no picture, no address. */
import type { DrillReport } from './report.ts';
import { type Block, type Section, sectionsOf, titleOf } from './sections.ts';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}' +
  'table{border-collapse:collapse;width:100%;margin:0 0 1rem}th,td{border:1px solid #888;padding:.3rem .5rem;text-align:left;vertical-align:top}' +
  'th{white-space:nowrap}td{overflow-wrap:anywhere}' +
  '@media (prefers-color-scheme:dark){body{background:#1e1e1e;color:#ddd}}';

export function reportHtml(report: DrillReport): string {
  return htmlPage(titleOf(report), sectionsOf(report));
}

export function htmlPage(heading: string, content: readonly Section[]): string {
  const title = escaped(heading);
  const sections = content.map(
    (section) => `<h2>${escaped(section.title)}</h2>\n${section.blocks.map(blockHtml).join('\n')}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
${sections.join('\n')}
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  if (block.kind === 'text') return `<p>${escaped(block.text)}</p>`;
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${emphasised(cell)}</${tag}>`).join('');
  const isNamed = block.columns.some((column) => column !== '');
  const head = isNamed ? `<thead><tr>${cells('th', block.columns)}</tr></thead>` : '';
  const body = block.rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<table>${head}<tbody>\n${body}\n</tbody></table>`;
}

/** What somebody looks for first. */
const alarming: ReadonlySet<string> = new Set(['NO', 'failed', 'interrupted']);

function emphasised(cell: string): string {
  return alarming.has(cell) ? `<strong>${escaped(cell)}</strong>` : escaped(cell);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
