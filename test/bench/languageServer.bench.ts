/**
 * Key stroke to diagnostics over standard streams, ours against `yaml-language-server` with the published schema, in turn.
 * The peer waits 200 ms after the last key before it validates; its times are given with and without that.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type LanguageClient, startLanguageClient } from '../support/languageClient.ts';
import { largeTopology } from '../support/largeTopology.ts';
import { type Benchmark, type BenchmarkRow, interleave, timed } from './harness.ts';

const peerVersion = '1.25.0';
const peerName = `yaml-language-server ${peerVersion}`;
const peerDelay = 200;
const peerFolder = new URL('../../.cache/bench/yaml-language-server/', import.meta.url);
const schema = new URL('../../schemas/lync-topology.schema.json', import.meta.url);
const bundle = new URL('../../dist/languageServer.js', import.meta.url);
const uri = 'file:///large.topology.yaml';

export const benchmark: Benchmark = async ({ quick, log }) => {
  const peer = installPeer(log);
  const rows: BenchmarkRow[] = [];
  for (const lines of quick ? [1_000] : [1_000, 10_000, 50_000])
    rows.push(...(await compare(lines, peer, quick ? 3 : 7, log)));
  return {
    title: 'Language server, over standard streams',
    rows,
    notes: [
      `Ours is ${existsSync(bundle) ? 'the bundle' : 'run from its sources'}. Every key stroke changes a value in the middle of the file and waits for the diagnostics of that text.`,
      `"net" leaves out the ${peerDelay} ms that the peer waits before it validates; our own pause (25 ms at most) is left in.`,
    ],
  };
};

async function compare(
  lines: number,
  peerCommand: readonly string[],
  rounds: number,
  log: (line: string) => void,
): Promise<readonly BenchmarkRow[]> {
  const text = largeTopology(lines);
  const label = `${lines / 1_000}k lines`;
  log(`${label}: ${text.length} characters`);
  const ours = await startLanguageClient(
    existsSync(bundle) ? { command: [process.execPath, fileURLToPath(bundle), '--stdio'] } : {},
  );
  const peer = await startPeer(peerCommand);
  try {
    const opened = { ours: await timed(() => ours.open(uri, text)), peer: await timed(() => peer.open(uri, text)) };
    const key = await interleave(
      rounds,
      () => typeOneKey(ours),
      () => typeOneKey(peer),
    );
    const hovered = await interleave(
      rounds,
      () => typeThen(ours, (at) => ours.hover(uri, at)),
      () => typeThen(peer, (at) => peer.hover(uri, at)),
    );
    const completed = await interleave(
      rounds,
      () => typeThen(ours, (at) => ours.completion(uri, at)),
      () => typeThen(peer, (at) => peer.completion(uri, at)),
    );
    const row = (
      name: string,
      values: { readonly ours: number; readonly peer: number },
      target?: number,
    ): BenchmarkRow => ({
      name: `${label}: ${name}`,
      ...values,
      unit: 'ms',
      peerName,
      ...(target === undefined ? {} : { target }),
    });
    return [
      row(
        'open to diagnostics, net',
        { ours: opened.ours, peer: opened.peer - peerDelay },
        lines === 50_000 ? 2 / 3 : undefined,
      ),
      row('key to diagnostics', key),
      row(
        'key to diagnostics, net',
        { ours: key.ours, peer: key.peer - peerDelay },
        lines === 10_000 ? 1 / 8 : lines === 50_000 ? 1 / 15 : undefined,
      ),
      row('hover after a key', hovered, lines === 10_000 ? 1 / 10 : undefined),
      row('completion after a key', completed, lines === 10_000 ? 1 / 10 : undefined),
      row(
        'resident memory (MB)',
        { ours: residentMemory(ours), peer: residentMemory(peer) },
        lines === 50_000 ? 1 / 3 : undefined,
      ),
    ].map((entry) => (entry.name.includes('memory') ? { ...entry, unit: 'MB' } : entry));
  } finally {
    await ours[Symbol.asyncDispose]();
    await peer[Symbol.asyncDispose]();
  }
}

let strokes = 0;

/** Writes a digit into the name of a site's description in the middle of the file, or takes it out again. */
function nextStroke(client: LanguageClient): { readonly start: number; readonly end: number; readonly text: string } {
  const text = client.document(uri).getText();
  const line = text.indexOf('    edition: ', Math.floor(text.length / 2));
  const at = text.indexOf('\n', line);
  const added = text[at - 1] !== 'e';
  strokes++;
  return added ? { start: at - 1, end: at, text: '' } : { start: at, end: at, text: String(strokes % 10) };
}

function typeOneKey(client: LanguageClient): Promise<number> {
  const { start, end, text } = nextStroke(client);
  return timed(() => client.change(uri, start, end, text));
}

/** The request goes out right behind the key, before the diagnostics have come; they are waited for outside the measure. */
async function typeThen(client: LanguageClient, request: (offset: number) => Promise<unknown>): Promise<number> {
  const { start, end, text } = nextStroke(client);
  await client.type(uri, start, end, text);
  const content = client.document(uri).getText();
  const offset = content.indexOf('atl-cs-', content.lastIndexOf('  - pools: [')) + 3;
  const duration = await timed(() => request(offset));
  await client.diagnostics(uri, client.document(uri).version);
  return duration;
}

function startPeer(command: readonly string[]): Promise<LanguageClient> {
  const yaml = {
    validate: true,
    hover: true,
    completion: true,
    schemaStore: { enable: false },
    schemas: { [schema.href]: '*.topology.yaml' },
  };
  return startLanguageClient({
    command,
    languageId: 'yaml',
    configuration: (section) => (section === 'yaml' ? yaml : null),
  });
}

function installPeer(log: (line: string) => void): readonly string[] {
  const program = new URL('node_modules/yaml-language-server/bin/yaml-language-server', peerFolder);
  if (!existsSync(program)) {
    log(`Installing ${peerName} …`);
    mkdirSync(peerFolder, { recursive: true });
    const parameters = [
      'install',
      '--prefix',
      fileURLToPath(peerFolder),
      '--ignore-scripts',
      '--no-save',
      `yaml-language-server@${peerVersion}`,
    ];
    const { status, stderr } = spawnSync('npm', parameters, { encoding: 'utf8', shell: process.platform === 'win32' });
    if (status !== 0) throw new Error(`${peerName} could not be installed: ${stderr.trim()}`);
  }
  return [process.execPath, fileURLToPath(program), '--stdio'];
}

/** Megabytes of the server's process; not a number where the system does not tell. */
function residentMemory(client: LanguageClient): number {
  const { status, stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(client.process.pid)], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) / 1024 : Number.NaN;
}
