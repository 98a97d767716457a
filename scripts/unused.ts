import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';

interface SourceFile {
  /** Names that the file exports, with whether they are types or interfaces. */
  exported: Map<string, { isType: boolean }>;
  imports: Import[];
  /** Names of files in the text, which may be started as programs or workers. */
  programs: string[];
  text: string;
}

interface Import {
  /** Relative to the project. */
  from: string;
  /** Undefined where the whole module is taken: a namespace, `export *`, a dynamic import. */
  names: string[] | undefined;
}

/** Files that something other than an import starts. */
const entries = [
  /^scripts\/[^/]+\.(ts|mjs)$/,
  /^scripts\/testHost\/(launcher|watchdog|fetch|unpackChromium|runExtensionTests)\.ts$/,
  /\.(test|bench)\.ts$/,
  /^test\/bench\/run\.ts$/,
  /^test\/fixtures\//,
  /^test\/support\/extensionHostIndex\.ts$/,
  /^src\/extension\/extension\.ts$/,
  /^src\/(languageServer|engineHost|cli)\/main\.ts$/,
  /^src\/core\/backupService\/content\/contentWorker\.ts$/,
];

/**
 * Lists exports that no other file imports and files that no entry reaches. It reads the text of import and export
 * statements, which is exact enough for sources that a formatter keeps in one shape. An exported type counts as used
 * when its own file speaks of it again: it is then part of what another export takes or returns.
 */
export function findUnused(projectFolder: string): string[] {
  const files = readSources(projectFolder);
  const used = usedNames(files);
  return [...unreachedFiles(files), ...unusedExports(files, used)].sort();
}

function readSources(projectFolder: string): Map<string, SourceFile> {
  const paths = globSync(['src/**/*.ts', 'scripts/**/*.{ts,mjs}', 'test/**/*.ts'], { cwd: projectFolder });
  return new Map(
    paths.map((path) => {
      const text = readFileSync(join(projectFolder, path), 'utf8');
      return [
        normalize(path).replaceAll('\\', '/'),
        { exported: exportsOf(text), imports: importsOf(path, text), programs: programsOf(text), text },
      ];
    }),
  );
}

function exportsOf(text: string): SourceFile['exported'] {
  const found: SourceFile['exported'] = new Map();
  const declaration = /^export (?:async )?(function\*?|const|let|class|type|interface) (\w+)/gm;
  for (const [, kind, name = ''] of text.matchAll(declaration)) {
    found.set(name, { isType: kind === 'type' || kind === 'interface' });
  }
  return found;
}

function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, names: string[] | undefined) => {
    if (specifier.startsWith('.'))
      found.push({ from: normalize(join(dirname(path), specifier)).replaceAll('\\', '/'), names });
  };
  for (const [, clause = '', specifier = ''] of text.matchAll(/^(?:import|export)\s([^;'"]*?)\sfrom '([^']+)'/gm)) {
    const braces = /\{([^}]*)\}/.exec(clause)?.[1];
    add(specifier, braces === undefined ? undefined : braces.split(',').map(importedName).filter(Boolean));
  }
  for (const [, specifier = ''] of text.matchAll(/(?:^import|\bimport\()\s*'([^']+)'/gm)) add(specifier, undefined);
  return found;
}

function programsOf(text: string): string[] {
  const withoutImports = text.replaceAll(/(?:\bfrom|^import|\bimport\()\s*'[^']+'/gm, '');
  return [...withoutImports.matchAll(/([\w.-]+\.(?:ts|mjs))['"`]/g)].map(([, name = '']) => name);
}

function importedName(item: string): string {
  return /^(?:type )?(\w+)/.exec(item.trim())?.[1] ?? '';
}

function usedNames(files: Map<string, SourceFile>): Set<string> {
  const used = new Set<string>();
  for (const { imports } of files.values()) {
    for (const { from, names } of imports) {
      for (const name of names ?? files.get(from)?.exported.keys() ?? []) used.add(`${from} ${name}`);
    }
  }
  return used;
}

function unreachedFiles(files: Map<string, SourceFile>): string[] {
  const reached = new Set<string>();
  const queue = [...files.keys()].filter((path) => entries.some((entry) => entry.test(path)));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const file = files.get(path);
    queue.push(...(file?.imports.map(({ from }) => from) ?? []));
    for (const name of file?.programs ?? [])
      queue.push(...[...files.keys()].filter((other) => basename(other) === name));
  }
  return [...files.keys()].filter((path) => !reached.has(path)).map((path) => `${path}: nothing reaches this file`);
}

function unusedExports(files: Map<string, SourceFile>, used: Set<string>): string[] {
  const findings: string[] = [];
  for (const [path, { exported, text }] of files) {
    if (entries.some((entry) => entry.test(path))) continue;
    for (const [name, { isType }] of exported) {
      const spokenOf = text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
      if (!used.has(`${path} ${name}`) && !(isType && spokenOf > 1)) findings.push(`${path}: nothing imports ${name}`);
    }
  }
  return findings;
}
