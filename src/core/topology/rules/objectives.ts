/** Objectives that the configuration cannot reach (domain A.3, B.3). */
import type { Report } from '../findings.ts';
import { defaultBackupServiceConfiguration } from '../model.ts';
import { parsedFact, valueAt } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { formatTimeSpan, parseTimeSpan } from '../values.ts';
import type { RuleFamily } from './rule.ts';

const example = (recoveryPoint: string) => `backupService: { syncInterval: 00:10:00 }
objectives:
  poolFailover: { recoveryPoint: ${recoveryPoint} }
`;

export const objectives: RuleFamily = {
  definitions: [
    {
      code: 'objective-below-sync-interval',
      severity: 'information',
      title: 'A recovery point that the sync interval does not allow',
      why: 'The partner is behind by up to one pause between two cycles of the Backup Service. When a pool is lost, so much may be lost; only a failover of a pool that is still there loses less.',
      source: 'Our conclusion from the states of the Backup Service (domain A.3, A.7, B.3)',
      wrong: example('<<00:05:00>>'),
      right: example('00:15:00'),
      limits: 'Looks at the failover of pools. Where no `syncInterval` is given, it is 00:02:00.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: checkRecoveryPoint,
      reads: ({ sections }) => [sections.get('objectives'), sections.get('backupService')],
    },
  ],
};

function checkRecoveryPoint({ sections, backupService, isDoubtful }: Topology, report: Report): void {
  const objective = valueAt(sections.get('objectives')?.value, 'poolFailover');
  const point = objective && parsedFact(objective, 'recoveryPoint', parseTimeSpan);
  const written = valueAt(sections.get('backupService')?.value, 'syncInterval');
  const isUnknown = isDoubtful('backupService') || (written !== undefined && backupService?.syncInterval === undefined);
  if (point === undefined || isUnknown) return;
  const interval = backupService?.syncInterval;
  const pause = interval?.value ?? defaultBackupServiceConfiguration.syncInterval;
  if (point.value >= pause) return;
  report({
    code: 'objective-below-sync-interval',
    message: `A lost pool may lose the changes of ${formatTimeSpan(pause)}, which is the sync interval; the recovery point is ${formatTimeSpan(point.value)}.`,
    place: point.place,
    ...(interval && { related: [{ place: interval.place, message: 'The sync interval.' }] }),
  });
}
