/** A pool's databases in the status tree, by type, because a failover is of a type. */
import { l10n } from 'vscode';
import type { DatabaseStatus, PoolStatus } from '../../core/status.ts';
import type { DatabaseType } from '../../core/topology/vocabulary.ts';
import { count } from '../amounts.ts';
import type { NodeDescription } from './liveTree.ts';
import { fact, row, shortName, tooltip } from './outlineParts.ts';
import { databaseLevel, icon, mirroringStatus, mirroringWords, roleWords, worst } from './states.ts';

export function databaseTypeRows(pool: PoolStatus): NodeDescription[] {
  const byType = Map.groupBy(pool.databases, (database) => database.DatabaseType);
  return [...byType].map(([type, databases]) => typeRow(pool, type, databases));
}

function typeRow(pool: PoolStatus, type: DatabaseType, databases: readonly DatabaseStatus[]): NodeDescription {
  const id = `${pool.id}/databases/${type}`;
  const words = typeWords(databases);
  return row({
    id,
    label: type,
    description: words,
    tooltip: tooltip(
      l10n.t('{0} databases of {1}', type, pool.fqdn),
      [...new Set(databases.map((database) => database.explanation))],
      databases.map((database) => fact(database.DatabaseName, databaseWords(database))),
    ),
    icon: icon('database', worst(databases.map(databaseLevel))),
    context: ['databaseType', ...places(databases)],
    subject: { kind: 'databaseType', pool: pool.fqdn, type },
    spoken: l10n.t('{0} databases of {1}, {2}', type, pool.fqdn, words),
    children: databases.map((database) => databaseRow(pool, database)),
  });
}

/** `onPrimary` and `onMirror`: where databases serve clients that could be failed over from there. */
function places(databases: readonly DatabaseStatus[]): string[] {
  const mirrored = databases.filter((database) => database.mirror !== undefined);
  return [
    ...(mirrored.some((database) => database.principal !== 'mirror') ? ['onPrimary'] : []),
    ...(mirrored.some((database) => database.principal !== 'primary') ? ['onMirror'] : []),
  ];
}

function typeWords(databases: readonly DatabaseStatus[]): string {
  const words = [...new Set(databases.map(databaseWords))];
  const [only] = words;
  return words.length === 1 && only !== undefined ? only : l10n.t('databases differ');
}

/** "synchronized · atl-sql-001": the server is the one that serves clients. */
function databaseWords(database: DatabaseStatus): string {
  const principal = principalPlace(database);
  if (principal === undefined) return l10n.t('no principal');
  const server = shortName(principal.split('\\')[0] ?? principal);
  return l10n.t('{0} · {1}', mirroringWords(mirroringStatus(database)), server);
}

function principalPlace(database: DatabaseStatus): string | undefined {
  return database.principal === undefined ? undefined : database[database.principal];
}

function databaseRow(pool: PoolStatus, database: DatabaseStatus): NodeDescription {
  const words = databaseWords(database);
  return row({
    id: database.id,
    label: database.DatabaseName,
    description: words,
    tooltip: tooltip(
      database.DatabaseName,
      database.error === undefined
        ? [database.explanation]
        : [database.explanation, database.error.message, database.error.remedy],
      facts(database),
    ),
    icon: icon('database', databaseLevel(database)),
    context: ['database', ...places([database])],
    subject: {
      kind: 'database',
      pool: pool.fqdn,
      type: database.DatabaseType,
      database: database.DatabaseName,
    },
    spoken: l10n.t('Database {0} of {1}, {2}', database.DatabaseName, pool.fqdn, words),
    children: details(database),
  });
}

function details(database: DatabaseStatus): NodeDescription[] {
  const level = databaseLevel(database);
  return [
    row({
      id: `${database.id}/primary`,
      label: database.primary,
      description: placeWords(database.StateOnPrimary, database.MirroringStatusOnPrimary),
      tooltip: tooltip(database.primary, [l10n.t('The configured primary.')], []),
      icon: icon(database.principal === 'primary' ? 'star-full' : 'mirror', level),
      context: ['place'],
      spoken: l10n.t('Primary {0}, {1}', database.primary, roleWords(database.StateOnPrimary)),
    }),
    ...(database.mirror === undefined
      ? []
      : [
          row({
            id: `${database.id}/mirror`,
            label: database.mirror,
            description: placeWords(database.StateOnMirror, database.MirroringStatusOnMirror),
            tooltip: tooltip(database.mirror, [l10n.t('The configured mirror.')], []),
            icon: icon(database.principal === 'mirror' ? 'star-full' : 'mirror', level),
            context: ['place'],
            spoken: l10n.t('Mirror {0}, {1}', database.mirror, roleWords(database.StateOnMirror)),
          }),
          ...witnessRows(database),
          row({
            id: `${database.id}/queues`,
            label: l10n.t('Waiting'),
            description: queueWords(database),
            tooltip: tooltip(
              l10n.t('Waiting'),
              [l10n.t('Commits that the mirror has not hardened yet, and hardened ones that it has not redone yet.')],
              [],
            ),
            icon: icon('layers', database.sendQueue > 0 ? 'attention' : 'unknown'),
            context: ['queues'],
          }),
        ]),
  ];
}

/** The third of a session: without it nothing fails over by itself. */
function witnessRows({ id, witness, witnessState }: DatabaseStatus): NodeDescription[] {
  if (witness === undefined) return [];
  const words = witnessWords(witnessState);
  return [
    row({
      id: `${id}/witness`,
      label: witness,
      description: words,
      tooltip: tooltip(
        witness,
        [
          l10n.t(
            'The witness. While it reaches both partners, the mirror takes over by itself when the principal is lost.',
          ),
        ],
        [],
      ),
      icon: icon('eye', witnessState === 'disconnected' ? 'attention' : 'unknown'),
      context: ['witness'],
      spoken: l10n.t('Witness {0}, {1}', witness, words),
    }),
  ];
}

function witnessWords(state: DatabaseStatus['witnessState']): string {
  switch (state) {
    case 'connected':
      return l10n.t('witness, connected');
    case 'disconnected':
      return l10n.t('witness, disconnected');
    default:
      return l10n.t('witness, unknown');
  }
}

function placeWords(
  state: DatabaseStatus['StateOnPrimary'],
  status: DatabaseStatus['MirroringStatusOnPrimary'],
): string {
  return status === '' ? roleWords(state) : `${roleWords(state)}, ${mirroringWords(status)}`;
}

function queueWords(database: DatabaseStatus): string {
  return database.sendQueue === 0 && database.redoQueue === 0
    ? l10n.t('nothing to send or redo')
    : l10n.t('{0} to send, {1} to redo', count(database.sendQueue), count(database.redoQueue));
}

function facts(database: DatabaseStatus): string[] {
  return [
    fact(database.primary, placeWords(database.StateOnPrimary, database.MirroringStatusOnPrimary)),
    ...(database.mirror === undefined
      ? []
      : [fact(database.mirror, placeWords(database.StateOnMirror, database.MirroringStatusOnMirror))]),
    ...(database.witness === undefined ? [] : [fact(database.witness, witnessWords(database.witnessState))]),
    fact(l10n.t('Waiting'), queueWords(database)),
    ...(database.lost === undefined
      ? []
      : [fact(l10n.t('Lost by force'), l10n.t('{0} commits', count(database.lost.commits)))]),
  ];
}
