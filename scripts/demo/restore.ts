/** Pool 1 loses its conference content and gets it back from Pool 2 (domain A.6). */
import { join } from 'node:path';
import { compareTrees } from '../../src/core/backupService/content/index.ts';
import { contentFolder, metadataFolder } from '../../src/core/lab/names.ts';
import { formatBytes, formatCount, formatDuration } from '../../src/core/operations/amounts.ts';
import type { Plan } from '../../src/core/operations/definition.ts';
import { type Checksums, checksumsOf, compareChecksums } from './checksums.ts';
import { type DemoContext, type Finding, runStep, shareFolder } from './context.ts';
import { modulesOf, watchUntilSteady } from './steadyState.ts';

const folders = [contentFolder, metadataFolder];
const module = 'ConfServices.DataConf';

export async function restoreContent(context: DemoContext): Promise<readonly Finding[]> {
  const { screen, connection, signal, pool1, pool2 } = context;
  screen.chapter(`${pool1.fqdn} loses its conference content`);
  const before = await takeChecksums(context, 'Take the checksums of its content');
  await runStep(context, 'Destroy the content on its share', 'fault', { Action: 'lose', Target: pool1.fqdn });
  const lostAt = performance.now();
  const [broken] = await modulesOf(context, [pool1], module);
  screen.note([`${module}: ${broken?.module.ExportStatus}. ${broken?.module.explanation}`]);
  const request = {
    operation: 'Invoke-CsBackupServiceSync',
    parameters: { PoolFqdn: pool2.fqdn, BackupModule: module },
  };

  screen.chapter('The restore');
  screen.note(planLines(await connection.plan(request, signal)));
  await runStep(context, `Send it back from ${pool2.fqdn}`, request.operation, request.parameters);
  await watchUntilSteady(context, [pool1, pool2], module);
  const recovery = performance.now() - lostAt;
  const same = await compareShares(context);
  const after = await takeChecksums(context, 'Take the checksums again and compare');
  const { missing, different } = compareChecksums(before, after);
  return [
    { name: 'From the loss to Steady State', value: formatDuration(recovery) },
    same,
    {
      name: `Against the ${formatCount(before.size, 'checksum')} taken before`,
      value: missing + different === 0 ? 'nothing lost' : `${missing} missing, ${different} different`,
      good: before.size > 0 && missing + different === 0,
    },
  ];
}

function takeChecksums(context: DemoContext, title: string): Promise<Checksums> {
  const root = shareFolder(context, context.pool1);
  return context.screen.step(
    title,
    () => checksumsOf(root, folders, context.signal),
    (sums) => formatCount(sums.size, 'file'),
  );
}

async function compareShares(context: DemoContext): Promise<Finding> {
  const [first, second] = [shareFolder(context, context.pool1), shareFolder(context, context.pool2)];
  const compared = await context.screen.step(
    'Compare both shares byte by byte',
    async () => {
      const trees = await Promise.all(
        folders.map((folder) => compareTrees(join(first, folder), join(second, folder), { signal: context.signal })),
      );
      const sum = (amount: (tree: (typeof trees)[number]) => number): number =>
        trees.reduce((total, tree) => total + amount(tree), 0);
      return {
        files: sum((tree) => tree.files),
        bytes: sum((tree) => tree.bytes),
        differences: sum((tree) => tree.differences.length),
      };
    },
    ({ files, bytes }) => `${formatCount(files, 'file')}, ${formatBytes(bytes)}`,
  );
  return {
    name: 'Both shares, byte by byte',
    value: compared.differences === 0 ? 'the same' : formatCount(compared.differences, 'difference'),
    good: compared.files > 0 && compared.differences === 0,
  };
}

function planLines(plan: Plan): readonly string[] {
  return [
    `Plan: ${plan.title}`,
    ...plan.preconditions.map(({ met, statement }) => `  ${met ? '✔' : '✘'} ${statement}`),
    ...plan.steps.map(({ title, detail }, index) => `  ${index + 1}. ${title}. ${detail}`),
    ...(plan.losses.length === 0 ? ['  Nothing would be lost.'] : plan.losses.map((loss) => `  Lost: ${loss}`)),
    `  PS> ${plan.powershell}`,
  ];
}
