import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import Mocha from 'mocha';
import { countsVariable, testOutputMarkVariable } from '../../scripts/testCounts.ts';

/**
 * VS Code calls it in the extension host; it runs the test files that were bundled beside it. A rejection makes VS Code
 * end with a failure.
 */
export async function run(): Promise<void> {
  markOutput();
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const grep = process.env['LYNC_TOPOLOGY_TEST_GREP'] ?? '';
  const mocha = new Mocha({
    timeout: 60_000,
    color: process.env['LYNC_TOPOLOGY_TEST_COLOR'] === 'yes',
    ...(grep === '' ? {} : { fgrep: grep }),
  });
  for (const file of globSync('*.test.js', { cwd: folder }).sort()) mocha.addFile(join(folder, file));
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run((failures) => {
      const { passes: passed = 0, pending: skipped = 0 } = runner.stats ?? {};
      const countsFile = process.env[countsVariable];
      if (countsFile !== undefined) writeFileSync(countsFile, JSON.stringify({ passed, failed: failures, skipped }));
      resolve(failures);
    });
  });
  if (failed > 0) throw new Error(`${failed} tests failed.`);
}

function markOutput(): void {
  const mark = process.env[testOutputMarkVariable] ?? '';
  const { consoleLog } = Mocha.reporters.Base;
  Mocha.reporters.Base.consoleLog = (...values: unknown[]) => {
    for (const line of format(...values).split('\n')) consoleLog(`${mark}${line}`);
  };
}
