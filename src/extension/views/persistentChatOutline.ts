/** Persistent Chat pools in the status tree: state, servers, databases, and how far log shipping is behind. */
import { l10n } from 'vscode';
import type { ChatServerStatus, ChatShippingStatus, DatabaseStatus, PersistentChatStatus } from '../../core/status.ts';
import { count } from '../amounts.ts';
import { databaseDetails } from './databaseOutline.ts';
import type { NodeDescription } from './liveTree.ts';
import { fact, row, shortName, tooltip } from './outlineParts.ts';
import {
  chatLevel,
  chatWords,
  databaseLevel,
  icon,
  type Level,
  mirroringStatus,
  mirroringWords,
  worst,
} from './states.ts';

export function chatRows(pools: readonly PersistentChatStatus[]): NodeDescription[] {
  if (pools.length === 0) return [];
  return [
    row({
      id: 'persistentChat',
      label: l10n.t('Persistent Chat'),
      icon: icon('comment-discussion', worst(pools.map(chatLevel))),
      context: ['persistentChat'],
      open: true,
      children: pools.map(poolRow),
    }),
  ];
}

function poolRow(pool: PersistentChatStatus): NodeDescription {
  const active = pool.servers.filter((server) => server.active).map(({ fqdn }) => shortName(fqdn));
  const words = chatWords(pool);
  return row({
    id: pool.id,
    label: shortName(pool.fqdn),
    description: words,
    tooltip: tooltip(
      pool.fqdn,
      pool.logShipping?.error === undefined
        ? [words]
        : [words, pool.logShipping.error.message, pool.logShipping.error.remedy],
      [
        fact(l10n.t('Pool state'), pool.PoolState),
        fact(l10n.t('Active servers'), active.length === 0 ? l10n.t('none') : active.join(', ')),
        fact(l10n.t('Messages not known to be in the backup database'), `${pool.unshippedMessages}`),
        fact(l10n.t('Messages lost in failovers'), `${pool.lostMessages}`),
      ],
    ),
    icon: icon(pool.PoolState === 'Normal' ? 'comment-discussion' : 'arrow-circle-right', chatLevel(pool)),
    context: ['chatPool', pool.PoolState === 'Normal' ? 'normal' : 'failedOver'],
    open: true,
    subject: { kind: 'chatPool', pool: pool.fqdn },
    spoken: l10n.t('Persistent Chat pool {0}, {1}', pool.fqdn, words),
    children: [
      ...pool.servers.map(serverRow),
      ...pool.databases.map(databaseRow),
      ...(pool.logShipping === undefined ? [] : [shippingRow(pool, pool.logShipping)]),
    ],
  });
}

function serverRow(server: ChatServerStatus): NodeDescription {
  const role = server.active ? l10n.t('active') : l10n.t('idle');
  const words = server.running ? role : l10n.t('{0}, stopped', role);
  const level: Level = server.running ? (server.active ? 'good' : 'unknown') : server.active ? 'error' : 'attention';
  return row({
    id: server.id,
    label: shortName(server.fqdn),
    description: `${words} · ${server.site}`,
    tooltip: tooltip(server.fqdn, [words], [fact(l10n.t('Site'), server.site)]),
    icon: icon('server', level),
    context: ['chatServer'],
    spoken: l10n.t('Chat server {0}, {1}', server.fqdn, words),
  });
}

function databaseRow(database: DatabaseStatus): NodeDescription {
  const place = database.principal === undefined ? undefined : database[database.principal];
  const where = place === undefined ? l10n.t('no principal') : shortName(place.split('\\')[0] ?? place);
  return row({
    id: database.id,
    label: database.DatabaseName,
    description: `${mirroringWords(mirroringStatus(database))} · ${where}`,
    tooltip: tooltip(
      database.DatabaseName,
      database.error === undefined
        ? [database.explanation]
        : [database.explanation, database.error.message, database.error.remedy],
      [
        fact(l10n.t('Primary'), database.primary),
        ...(database.mirror === undefined ? [] : [fact(l10n.t('Mirror'), database.mirror)]),
      ],
    ),
    icon: icon('database', databaseLevel(database)),
    context: ['chatDatabase'],
    spoken: l10n.t(
      'Persistent Chat database {0}, {1} · {2}',
      database.DatabaseName,
      mirroringWords(mirroringStatus(database)),
      where,
    ),
    children: databaseDetails(database),
  });
}

function shippingRow(pool: PersistentChatStatus, shipping: ChatShippingStatus): NodeDescription {
  const amount = (commits: number | undefined): string => (commits === undefined ? l10n.t('unknown') : count(commits));
  const behind = [shipping.unshipped, shipping.uncopied, shipping.unrestored];
  const level: Level =
    shipping.error !== undefined ? 'error' : behind.every((commits) => commits === 0) ? 'good' : 'attention';
  return row({
    id: `${pool.id}/logShipping`,
    label: l10n.t('Log shipping'),
    description: shipping.running ? behindWords(behind) : l10n.t('not set up'),
    tooltip: tooltip(
      l10n.t('Log shipping'),
      [l10n.t('How far the backup database is behind, in commits.'), shipping.error?.message ?? []].flat(),
      [
        fact(l10n.t('Not in the share'), amount(shipping.unshipped)),
        fact(l10n.t('Not copied'), amount(shipping.uncopied)),
        fact(l10n.t('Not restored'), amount(shipping.unrestored)),
      ],
    ),
    icon: icon('archive', level),
    context: ['logShipping'],
  });
}

/** In commits, over all of its stages; which of them it is stands in the tooltip. */
function behindWords(behind: readonly (number | undefined)[]): string {
  const known = behind.filter((commits) => commits !== undefined);
  const total = known.reduce((sum, commits) => sum + commits, 0);
  if (known.length < behind.length) return l10n.t('cannot be measured');
  if (total === 0) return l10n.t('up to date');
  return total === 1 ? l10n.t('1 commit behind') : l10n.t('{0} commits behind', count(total));
}
