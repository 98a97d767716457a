/** The sample deployments for tests that need one made and filled before a window opens. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';

export const atlanta = 'atl-cs-001.litwareinc.com';
export const dallas = 'dal-cs-001.litwareinc.com';

/** Small, so that a test is about what is shown. */
const amounts = ['--users', '200', '--conferences', '40', '--content-files', '600', '--content-bytes', '12000000'];

/** Makes a folder with the sample, its data directory and sample data in it; nothing is synchronised yet. */
export async function makeSample(folder: string, sample: 'litware' | 'fabrikam' = 'litware'): Promise<string> {
  const fileName = `${sample}.topology.yaml`;
  mkdirSync(folder, { recursive: true });
  cpSync(join(projectFolder, 'samples', sample, fileName), join(folder, fileName));
  for (const args of [['init'], ['seed', ...amounts]]) {
    const { status, output } = await commandLine(folder, ...args);
    assert.equal(status, 0, output);
  }
  return folder;
}

/** Runs the command line on the deployment in a folder; resolves with its exit status and what it wrote. */
export async function commandLine(
  folder: string,
  ...args: readonly string[]
): Promise<{ readonly status: number | null; readonly output: string }> {
  const child: ChildProcess = spawn(process.execPath, [join(projectFolder, 'dist', 'cli.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    output += String(chunk);
  });
  const status = await new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  return { status, output };
}
