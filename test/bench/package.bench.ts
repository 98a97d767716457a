/** What is shipped: how large it is, and what it costs to be activated, in the extension host of a real VS Code. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';
import { type Benchmark, type BenchmarkRow, interleave } from './harness.ts';
import { buildProduct, loadedBytes, packProduct, productFolder } from './product.ts';

/** What VS Code reads of an extension before and while it is activated. */
const shipped = ['package.json', 'package.nls.json', 'syntaxes', 'media', 'schemas', 'l10n'];

const emptyManifest = {
  name: 'empty',
  publisher: 'lync-topology',
  version: '1.0.0',
  engines: { vscode: '^1.101.0' },
  main: './main.js',
  activationEvents: ['onCommand:empty.nothing'],
};

export const benchmark: Benchmark = async ({ quick, log }) => {
  const folder = mkdtempSync(join(tmpdir(), 'lync-bench-'));
  try {
    const rows = sizes(folder);
    const notes = ['Bundles are counted with the files that they load at their start.'];
    try {
      rows.push(...(await activation(folder, quick ? 1 : 7, log)));
      notes.push(
        'Activation is what activate() takes in the extension host of VS Code, with a folder that has no topology.',
      );
    } catch (error) {
      notes.push(`Activation was not measured: ${error instanceof Error ? error.message : String(error)}`);
    }
    return { title: 'What is shipped', rows, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function sizes(folder: string): BenchmarkRow[] {
  const vsix = join(folder, 'lync-topology.vsix');
  packProduct(vsix);
  buildProduct();
  const row = (name: string, bytes: number, budget?: number): BenchmarkRow => ({
    name,
    ours: bytes / 1000,
    peer: Number.NaN,
    peerName: '',
    unit: 'kB',
    ...(budget === undefined ? {} : { budget }),
  });
  return [
    row('.vsix', statSync(vsix).size, 1000),
    row('language server', loadedBytes('languageServer.js'), 450),
    row('extension, before anything is asked of it', loadedBytes('extension.js'), 150),
  ];
}

async function activation(folder: string, rounds: number, log: (line: string) => void): Promise<BenchmarkRow[]> {
  for (const name of shipped)
    cpSync(join(projectFolder, name), join(productFolder, name), { recursive: true, force: true });
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), JSON.stringify(emptyManifest));
  writeFileSync(join(empty, 'main.js'), 'exports.activate = () => {};\n');
  log('activation in VS Code …');
  const { ours, peer } = await interleave(
    rounds,
    () => activate(folder, productFolder, 'lync-topology.lync-topology'),
    () => activate(folder, empty, 'lync-topology.empty'),
  );
  const shared = { unit: 'ms', peerName: 'an empty extension' };
  return [
    { name: 'activation', ours, peer, ...shared },
    {
      name: 'activation beyond that of an empty extension',
      ours: ours - peer,
      peer: Number.NaN,
      ...shared,
      budget: 50,
    },
  ];
}

/** Milliseconds that the extension takes, measured by what stands where a test would. */
function activate(folder: string, extension: string, identifier: string): number {
  const result = join(folder, 'result.json');
  const measure = join(folder, 'measure.js');
  rmSync(result, { force: true });
  writeFileSync(measure, measurement(identifier, result));
  const workspace = join(folder, 'w');
  mkdirSync(workspace, { recursive: true });
  const launcher = join(projectFolder, 'scripts', 'testHost', 'launcher.ts');
  const words = [launcher, `--extensionDevelopmentPath=${extension}`, `--extensionTestsPath=${measure}`, workspace];
  const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', ...words], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`VS Code ended with status ${status}. ${stderr.trim().slice(-300)}`);
  const { duration, wasActive }: { duration: number; wasActive: boolean } = JSON.parse(readFileSync(result, 'utf8'));
  if (wasActive) throw new Error(`${identifier} was active before it was measured.`);
  return duration;
}

/** Runs in the extension host. */
function measurement(identifier: string, result: string): string {
  return `exports.run = async () => {
  const extension = require('vscode').extensions.getExtension(${JSON.stringify(identifier)});
  const wasActive = extension.isActive;
  const start = performance.now();
  await extension.activate();
  const duration = performance.now() - start;
  require('node:fs').writeFileSync(${JSON.stringify(result)}, JSON.stringify({ duration, wasActive }));
};
`;
}
