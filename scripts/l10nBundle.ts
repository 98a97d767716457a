/** Writes the texts that the extension shows into the bundle that translators work from. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from './bootstrap/project.mjs';

export const bundleFile = join(projectFolder, 'l10n', 'bundle.l10n.json');

/** The text of the bundle: each message as its own key, in order. */
export function bundleText(): string {
  const messages = globSync('src/extension/**/*.ts', { cwd: projectFolder })
    .sort()
    .flatMap((file) => messagesIn(readFileSync(join(projectFolder, file), 'utf8'), file));
  const sorted = [...new Set(messages)].sort();
  return `${JSON.stringify(Object.fromEntries(sorted.map((message) => [message, message])), null, 2)}\n`;
}

/**
 * The messages of the calls `l10n.t('…', …)` of a source. Throws where a message is not written out: it could not be
 * translated.
 */
export function messagesIn(source: string, file: string): readonly string[] {
  return [...source.matchAll(/\bl10n\.t\(\s*/g)].map((call) => {
    const start = call.index + call[0].length;
    const literal = /^(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")(?=\s*[,)])/.exec(source.slice(start))?.[0];
    if (literal !== undefined) return messageOf(literal);
    const line = source.slice(0, start).split('\n').length;
    throw new Error(`${file}:${line}: the message of l10n.t is not a string that is written out.`);
  });
}

/** A literal of the formatter's making: the only escapes are those of quotes, back slashes and line ends. */
function messageOf(literal: string): string {
  return literal.slice(1, -1).replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(projectFolder, 'l10n'), { recursive: true });
  writeFileSync(bundleFile, bundleText());
}
