/**
 * `npm run bench [-- [--quick] [NAME …]]`: every benchmark, or those whose file name contains one of the names. Prints a table
 * each and writes all of them as JSON to `.cache/bench.json`.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { type Benchmark, type BenchmarkReport, formatReport } from './harness.ts';

const folder = new URL('.', import.meta.url);
const output = new URL('../../.cache/bench.json', import.meta.url);

async function main(parameters: readonly string[]): Promise<void> {
  const quick = parameters.includes('--quick');
  const names = parameters.filter((parameter) => !parameter.startsWith('--'));
  const files = (await readdir(folder)).filter((file) => file.endsWith('.bench.ts')).sort();
  const chosen = files.filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
  if (chosen.length === 0)
    throw new Error(`No benchmark is called ${names.join(', ')}. There are: ${files.join(', ')}.`);
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  );
  const reports: BenchmarkReport[] = [];
  for (const file of chosen) {
    const module: { benchmark: Benchmark } = await import(new URL(file, folder).href);
    const report = await module.benchmark({ quick, log: (line) => console.error(line) });
    reports.push(report);
    console.log(formatReport(report));
  }
  await mkdir(new URL('.', output), { recursive: true });
  await writeFile(output, `${JSON.stringify({ node: process.version, quick, reports }, null, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
