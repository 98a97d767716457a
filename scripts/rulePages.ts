/** Writes the page of every rule, and the list of them, from the definitions in the code. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ruleDefinitions, ruleFamilies } from '../src/core/topology/rules/all.ts';
import type { RuleDefinition } from '../src/core/topology/rules/rule.ts';

export const rulesFolder = fileURLToPath(new URL('../docs/rules/', import.meta.url));

/** File name and text of every page. */
export function rulePages(): ReadonlyMap<string, string> {
  const pages = ruleDefinitions.map((rule) => [`${rule.code}.md`, rulePage(rule)] as const);
  return new Map([['README.md', indexPage()], ...pages]);
}

function rulePage(rule: RuleDefinition): string {
  return `# ${rule.title}

\`${rule.code}\` · ${rule.severity}

${rule.why}

Reported:

\`\`\`yaml
${withoutMarks(rule.wrong)}\`\`\`

Right:

\`\`\`yaml
${rule.right}\`\`\`
${paragraph(rule.limits)}${paragraph(rule.fix && `Quick fix: ${rule.fix}`)}
Source: ${rule.source.replace(/ \(domain [^)]*\)$/, '')}.

${silencing(rule)}

[All rules](README.md)
`;
}

/** Syntax errors stay what they are whatever a comment says, and so does what is said about comments. */
function silencing({ code }: RuleDefinition): string {
  const setting = `To change the severity, set \`lyncTopology.diagnostics.severity\` to \`{ "${code}": "off" }\`, or to \`hint\`, \`information\`,
\`warning\` or \`error\`.`;
  if (code === 'yaml-syntax' || code === 'unused-disable-comment') return setting;
  return `${setting} For one line, write \`# lync-topology-disable-line ${code}\` at its end, or
\`# lync-topology-disable-next-line ${code}\` above it; a reason may follow behind \`--\`.`;
}

function paragraph(text: string | undefined): string {
  return text === undefined ? '' : `\n${text}\n`;
}

function indexPage(): string {
  const rows = ruleFamilies
    .flatMap((family) => family.definitions)
    .map((rule) => `| [\`${rule.code}\`](${rule.code}.md) | ${rule.severity} | ${rule.title} |`);
  return `# Rules

What is checked in a topology file. Each rule has a page that says why it exists and what to do.

| rule | severity | what |
|---|---|---|
${rows.join('\n')}
`;
}

function withoutMarks(example: string): string {
  return example.replaceAll(/<<|>>/g, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(rulesFolder, { recursive: true });
  const pages = rulePages();
  for (const name of readdirSync(rulesFolder)) if (!pages.has(name)) rmSync(join(rulesFolder, name));
  for (const [name, text] of pages) writeFileSync(join(rulesFolder, name), text);
}
