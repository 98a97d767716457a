/** What is read before anything is asked of the extension: every window pays for it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';

/** Files and packages that a file loads when it is loaded: not what is imported on demand, and no types. */
function loadedBy(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const imports = text.matchAll(/^(?:import|export) (?!type )(?:(\{[^}]*\}|\* as \w+|\w+) from )?'([^']+)';/gm);
  return [...imports]
    .filter(([, names = '']) => !/^\{\s*type [^,]+(?:,\s*type [^,]+)*,?\s*\}$/.test(names))
    .map(([, , target = '']) => target);
}

/** The packages that are loaded with a file, each with the file that asks for it. */
function packagesOf(start: string): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const target of loadedBy(file)) {
      if (target.startsWith('.')) visit(join(dirname(file), target));
      else if (!target.startsWith('node:')) packages.set(target, file.slice(projectFolder.length));
    }
  };
  visit(join(projectFolder, start));
  return packages;
}

describe('The start of the extension', () => {
  it('loads no package', () => {
    const packages = [...packagesOf('src/extension/extension.ts')].filter(([name]) => name !== 'vscode');
    assert.deepEqual(packages, []);
  });

  it('is looked at with eyes that see packages', () => {
    assert.ok(packagesOf('src/languageServer/main.ts').has('vscode-languageserver/node'));
    assert.ok(packagesOf('src/extension/startLanguageClient.ts').has('vscode-languageclient/node'));
  });
});
