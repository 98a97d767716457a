/** The report of a drill as headings, sentences and tables: one content for every form it is written in. */
import { formatCount, formatDuration } from '../operations/amounts.ts';
import type { DrillReport, StepReport } from './report.ts';

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export function titleOf({ drill, outcome }: DrillReport): string {
  return `Drill: ${drill} (${outcome})`;
}

export function sectionsOf(report: DrillReport): readonly Section[] {
  return [
    { title: 'Summary', blocks: [table(['', ''], summaryRows(report))] },
    {
      title: 'What was expected',
      blocks:
        report.expectations.length === 0
          ? [text('The scenario expects nothing beyond its steps.')]
          : [
              table(
                ['expectation', 'met', 'evidence'],
                report.expectations.map(({ statement, met, evidence }) => [statement, yes(met), evidence]),
              ),
            ],
    },
    { title: 'Steps', blocks: [table(['', 'step', 'outcome', 'began', 'took', 'detail'], report.steps.map(stepRow))] },
    { title: 'Clients', blocks: [clientsBlock(report)] },
    { title: 'What was lost', blocks: lossBlocks(report) },
    ...(report.remainingFaults.length === 0
      ? []
      : [
          {
            title: 'What is still broken',
            blocks: [
              table(
                ['fault', 'target', 'remedy'],
                report.remainingFaults.map(({ kind, target }) => [
                  kind,
                  target,
                  `lync-topology fault start '${target}'`,
                ]),
              ),
            ],
          },
        ]),
  ];
}

function summaryRows(report: DrillReport): readonly (readonly string[])[] {
  const { recovery } = report;
  return [
    ...(report.description === undefined ? [] : [['Scenario', report.description]]),
    ['Deployment', report.deployment],
    ['Run by', `${report.operator}, ${report.job}`],
    ['Began', report.startedAt],
    ['Ended', report.endedAt],
    ['Outcome', outcomeWords(report)],
    [
      'Recovery time',
      recovery.time === undefined
        ? `not known. ${recovery.timeFrom}`
        : `${formatDuration(recovery.time)}. ${recovery.timeFrom}`,
    ],
    [
      'Recovery point',
      recovery.point === undefined ? 'not measured: there were no clients' : pointWords(recovery.point),
    ],
    ...(recovery.objective === undefined ? [] : [['Objective', objectiveWords(report)]]),
  ];
}

function outcomeWords({ outcome }: DrillReport): string {
  return outcome === 'interrupted'
    ? 'interrupted: the engine ended during the drill. The next one compared what there is and mended what was broken.'
    : outcome;
}

function pointWords(point: number): string {
  return point === 0 ? '0 ms: nothing that was acknowledged was lost' : formatDuration(point);
}

function objectiveWords({ recovery: { objective = '', allowedTime, allowedPoint } }: DrillReport): string {
  const time = allowedTime === undefined ? [] : [`recovery time ${formatDuration(allowedTime)}`];
  const point = allowedPoint === undefined ? [] : [`recovery point ${formatDuration(allowedPoint)}`];
  return `${objective}: ${[...time, ...point].join(', ')}`;
}

function stepRow({ number, title, outcome, startedAt, duration, detail }: StepReport): readonly string[] {
  return [`${number}`, title, outcome, startedAt ?? '', duration === undefined ? '' : formatDuration(duration), detail];
}

function clientsBlock({ clients }: DrillReport): Block {
  if (clients.length === 0) return text('No clients worked during this drill.');
  const columns = ['pool', 'changes', 'transactions', 'acknowledged', 'refused', 'longest wait', 'record', 'error'];
  const amount = (value: number | undefined): string => value?.toLocaleString('en-US') ?? 'not known';
  const rows = clients.map((each) => [
    each.PoolFqdn,
    each.kind,
    amount(each.transactions),
    amount(each.acknowledged),
    amount(each.refusals),
    each.longestWait === undefined ? 'not known' : formatDuration(each.longestWait),
    each.file,
    each.error ?? '',
  ]);
  return table(columns, rows);
}

function lossBlocks({ lost }: DrillReport): readonly Block[] {
  const rows = `${formatCount(lost.rows, 'acknowledged row')} of ${formatCount(lost.comparedRows, 'row')} compared`;
  const files = `${formatCount(lost.files, 'content file')} of ${formatCount(lost.comparedFiles, 'file')} compared`;
  return [
    text(`${rows}; ${files}.`),
    ...(lost.firstRows.length === 0
      ? []
      : [
          table(
            ['pool', 'database', 'table', 'key', 'acknowledged', 'now'],
            lost.firstRows.map((row) => [row.pool, row.database, row.table, keyWords(row.key), row.time, row.reason]),
          ),
        ]),
    ...(lost.firstFiles.length === 0
      ? []
      : [
          table(
            ['pool', 'file', 'acknowledged', 'now'],
            lost.firstFiles.map((file) => [file.pool, file.path, file.time ?? 'before the fault', file.reason]),
          ),
        ]),
    ...(lost.rows > lost.firstRows.length || lost.files > lost.firstFiles.length
      ? [text('Only the first of them are named.')]
      : []),
  ];
}

function keyWords(key: Readonly<Record<string, unknown>>): string {
  return Object.entries(key)
    .map(([column, value]) => `${column}=${value}`)
    .join(', ');
}

function yes(met: boolean): string {
  return met ? 'yes' : 'NO';
}

function text(words: string): Block {
  return { kind: 'text', text: words };
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): Block {
  return { kind: 'table', columns, rows };
}
