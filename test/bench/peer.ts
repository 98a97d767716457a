/** The peer of the language server: Red Hat's, with the published schema. Installed into `.cache` once. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type LanguageClient, startLanguageClient } from '../support/languageClient.ts';

const version = '1.25.0';
export const peerName = `yaml-language-server ${version}`;

/** Milliseconds that the peer waits after the last key before it validates. */
export const peerDelay = 200;

const folder = new URL('../../.cache/bench/yaml-language-server/', import.meta.url);
const program = new URL('node_modules/yaml-language-server/bin/yaml-language-server', folder);
const schema = new URL('../../schemas/lync-topology.schema.json', import.meta.url);

export function startPeer(log: (line: string) => void): Promise<LanguageClient> {
  install(log);
  const yaml = {
    validate: true,
    hover: true,
    completion: true,
    schemaStore: { enable: false },
    schemas: { [schema.href]: '*.topology.yaml' },
  };
  return startLanguageClient({
    command: [process.execPath, fileURLToPath(program), '--stdio'],
    languageId: 'yaml',
    configuration: (section) => (section === 'yaml' ? yaml : null),
  });
}

function install(log: (line: string) => void): void {
  if (existsSync(program)) return;
  log(`Installing ${peerName} …`);
  mkdirSync(folder, { recursive: true });
  const parameters = ['install', '--prefix', fileURLToPath(folder), '--ignore-scripts', '--no-save'];
  const { status, stderr } = spawnSync('npm', [...parameters, `yaml-language-server@${version}`], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${peerName} could not be installed: ${stderr.trim()}`);
}
