/** A pool's databases in the status tree, by type, because a failover is of a type. */
import { l10n } from 'vscode';
import type { DatabaseStatus, LostContent, PoolStatus } from '../../core/status.ts';
import type { DatabaseType } from '../../core/topology/vocabulary.ts';
import { count, moment } from '../amounts.ts';
import type { NodeDescription } from './liveTree.ts';
import { fact, row, shortName, tooltip } from './outlineParts.ts';
import { databaseLevel, type Icon, icon, mirroringStatus, mirroringWords, roleWords, worst } from './states.ts';

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

/** `onPrimary`, `onMirror`: where databases serve clients that could be failed over from there; `noPrincipal`: nowhere. */
function places(databases: readonly DatabaseStatus[]): string[] {
  const mirrored = databases.filter((database) => database.mirror !== undefined);
  return [
    ...(mirrored.some((database) => database.principal === 'primary') ? ['onPrimary'] : []),
    ...(mirrored.some((database) => database.principal === 'mirror') ? ['onMirror'] : []),
    ...(mirrored.some((database) => database.principal === undefined) ? ['noPrincipal'] : []),
    ...(mirrored.some((database) => mirroringStatus(database) === 'suspended') ? ['suspended'] : []),
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
    children: databaseDetails(database),
  });
}

/** Its partners, its witness and what waits between them. */
export function databaseDetails(database: DatabaseStatus): NodeDescription[] {
  return [
    placeRow(database, 'primary', database.primary),
    ...(database.mirror === undefined
      ? []
      : [placeRow(database, 'mirror', database.mirror), ...witnessRows(database), queueRow(database)]),
    ...(database.lost === undefined ? [] : [lostRow(database, database.lost)]),
  ];
}

/** The role first: the name of the instance is long, and the row above says whether they are synchronised. */
function placeRow(database: DatabaseStatus, place: 'primary' | 'mirror', instance: string): NodeDescription {
  const state = place === 'primary' ? database.StateOnPrimary : database.StateOnMirror;
  const status = place === 'primary' ? database.MirroringStatusOnPrimary : database.MirroringStatusOnMirror;
  return row({
    id: `${database.id}/${place}`,
    label: shortName(instance),
    description: shortRoleWords(state),
    tooltip: tooltip(
      instance,
      [place === 'primary' ? l10n.t('The configured primary.') : l10n.t('The configured mirror.')],
      [fact(l10n.t('Role now'), placeWords(state, status))],
    ),
    icon: placeIcon(database, state),
    context: ['place'],
    spoken:
      place === 'primary'
        ? l10n.t('Primary {0}, {1}', instance, placeWords(state, status))
        : l10n.t('Mirror {0}, {1}', instance, placeWords(state, status)),
  });
}

function placeIcon(database: DatabaseStatus, state: DatabaseStatus['StateOnPrimary']): Icon {
  switch (state) {
    case 'Principal':
      return icon('star-full', databaseLevel(database));
    case 'Mirror':
      return icon('mirror', databaseLevel(database));
    case 'DatabaseInaccessibleOrMirroringNotEnabled':
      return icon('debug-disconnect', database.principal === undefined ? 'error' : 'attention');
  }
}

function queueRow(database: DatabaseStatus): NodeDescription {
  return row({
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
  });
}

/** By name, as far as they are kept; the tree has room for how many. */
function lostRow({ id }: DatabaseStatus, { commits, rows, first }: LostContent): NodeDescription {
  const words = commits === 1 ? l10n.t('1 commit') : l10n.t('{0} commits', count(commits));
  return row({
    id: `${id}/lost`,
    label: l10n.t('Lost by force'),
    description: words,
    tooltip: tooltip(
      l10n.t('Lost by force'),
      [l10n.t('A forced failover gave up {0}, with {1} rows. The first of them:', words, count(rows))],
      first.map(({ table, key, time, place }) => fact(`${table} ${key}`, `${moment(time)}, ${place}`)),
    ),
    icon: icon('trash', 'attention'),
    context: ['lost'],
  });
}

/** The third of a session: without it nothing fails over by itself. */
function witnessRows({ id, witness, witnessState }: DatabaseStatus): NodeDescription[] {
  if (witness === undefined) return [];
  const words = witnessWords(witnessState);
  return [
    row({
      id: `${id}/witness`,
      label: shortName(witness),
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

/** The documentation's words fill a tooltip, not a row. */
function shortRoleWords(state: DatabaseStatus['StateOnPrimary']): string {
  return state === 'DatabaseInaccessibleOrMirroringNotEnabled' ? l10n.t('not accessible') : roleWords(state);
}

function placeWords(
  state: DatabaseStatus['StateOnPrimary'],
  status: DatabaseStatus['MirroringStatusOnPrimary'],
): string {
  return status === '' ? roleWords(state) : l10n.t('{0}, {1}', roleWords(state), mirroringWords(status));
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
