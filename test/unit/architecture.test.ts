import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';

interface Import {
  file: string;
  /** A path relative to the project, or the name of a package. */
  target: string;
  /** Gone when the program runs. */
  typesOnly: boolean;
}

const source = join(projectFolder, 'src');

/** From each part of the product, the other parts that it may import. */
const downwards: Record<string, string[]> = {
  extension: ['deployments', 'languageServer', 'engineHost', 'core'],
  cli: ['deployments', 'languageServer', 'engineHost', 'core'],
  languageServer: ['core'],
  // The embedded deployment attaches to an engine host, or is one for as long as it runs.
  deployments: ['engineHost', 'core'],
  engineHost: ['core'],
  core: [],
};

describe('the architecture', () => {
  const imports = allImports();
  const own = imports.filter(({ target }) => target.startsWith('src/'));
  const packages = imports.filter(({ target }) => !target.startsWith('src/'));

  it('has imports to look at in every part', () => {
    for (const part of Object.keys(downwards)) {
      assert.ok(
        own.some(({ file }) => partOf(file) === part),
        `no import was found in src/${part}`,
      );
    }
  });

  it('lets imports run downwards only', () => {
    assertNone(own, ({ file, target }) => {
      const from = partOf(file);
      const to = partOf(target);
      return from !== to && !downwards[from]?.includes(to);
    });
  });

  it('keeps topology and storage on the ground floor of the core', () => {
    const ground = /^src\/core\/(topology|storage)\//;
    assertNone(own, ({ file, target }) => {
      return ground.test(file) && !ground.test(target) && target !== 'src/core/errors.ts';
    });
  });

  it('lets the language server know the topology and nothing else of the core', () => {
    assertNone(own, ({ file, target }) => {
      const known = /^src\/(languageServer\/|core\/topology\/|core\/errors\.ts$)/;
      return file.startsWith('src/languageServer/') && !known.test(target);
    });
  });

  it('knows the editor in the extension alone', () => {
    assertNone(packages, ({ file, target }) => {
      return /^vscode(-languageclient(\/.*)?)?$/.test(target) && !file.startsWith('src/extension/');
    });
  });

  it('keeps protocols out of the core', () => {
    assertNone(packages, ({ file, target }) => file.startsWith('src/core/') && target.startsWith('vscode-'));
  });

  it('has no files that need each other to be loaded', () => {
    assert.deepEqual(circles(own.filter(({ typesOnly }) => !typesOnly)), []);
  });

  it('keeps yaml behind the syntax of the topology', () => {
    assertNone(packages, ({ file, target }) => target === 'yaml' && !file.startsWith('src/core/topology/syntax/'));
  });
});

function assertNone(imports: Import[], isWrong: (found: Import) => boolean): void {
  const wrong = imports.filter(isWrong).map(({ file, target }) => `${file} imports ${target}`);
  assert.deepEqual(wrong, []);
}

function partOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function allImports(): Import[] {
  return globSync('**/*.ts', { cwd: source }).flatMap((name) => {
    const file = `src/${name.replaceAll('\\', '/')}`;
    const text = readFileSync(join(source, name), 'utf8');
    const specifiers = text.matchAll(
      /(?:(?:^|\n)import (type )[^;']*?)?(?:^|\s)(?:from|import|import\()\s*'([^']+)'/gm,
    );
    return [...specifiers].map(([, type, specifier = '']) => ({
      file,
      typesOnly: type !== undefined,
      target: specifier.startsWith('.') ? normalize(join(dirname(file), specifier)).replaceAll('\\', '/') : specifier,
    }));
  });
}

/** Files from which imports lead back to themselves, each with the way. */
function circles(found: Import[]): string[] {
  const targets = Map.groupBy(found, ({ file }) => file);
  const done = new Set<string>();
  const wrong: string[] = [];
  const visit = (file: string, way: string[]): void => {
    const start = way.indexOf(file);
    if (start !== -1) wrong.push([...way.slice(start), file].join(' imports '));
    if (start !== -1 || done.has(file)) return;
    for (const { target } of targets.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return wrong;
}
