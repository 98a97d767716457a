/** The log-shipping secondary of a Persistent Chat pool, and the share through which it is fed (domain D.1). */
import type { Report } from '../findings.ts';
import { uncPathName } from '../model.ts';
import type { ChatPoolFacts, StretchedPlacementFacts } from '../resolved/chatPoolFacts.ts';
import type { PoolFacts } from '../resolved/facts.ts';
import type { Names } from '../resolved/topology.ts';
import { chatDatabases, chatExample, chatShare } from './persistentChatExample.ts';
import { neighboursOf, shareKey } from './poolNeighbours.ts';
import type { RuleFamily } from './rule.ts';
import { sameName } from './sqlServers.ts';

const [databases, type, primary, backup] = chatDatabases;
const right = chatExample({ more: [chatShare, ...chatDatabases] });
const poolsWithShare = `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
    centralManagement: active
    fileShare: \\\\atl-fs-001.litwareinc.com\\LyncShare
`;

export const persistentChatDatabases: RuleFamily = {
  definitions: [
    {
      code: 'persistent-chat-no-secondary',
      severity: 'warning',
      title: 'Persistent Chat without a log-shipping secondary',
      why: 'Rooms and messages reach the other site by log shipping only. Without a secondary there is nothing to fail over to when the first site is lost.',
      source: 'Microsoft, Persistent Chat high availability and disaster recovery (domain D.1, D.5)',
      wrong: chatExample({ more: [chatShare, databases, '  <<PersistentChat>>:', primary] }),
      right,
      limits: 'Compliance data is transient and is not failed over: it needs no secondary.',
    },
    {
      code: 'persistent-chat-secondary-server',
      severity: 'error',
      title: 'A log-shipping secondary on the server of the primary',
      why: 'The secondary is there for the loss of the data centre. On the server of the primary, or of its mirror, it is lost together with it.',
      source: 'Microsoft, Persistent Chat high availability and disaster recovery (domain D.1)',
      wrong: chatExample({
        more: [chatShare, databases, type, primary, '    backup: <<atl-sql-011.litwareinc.com\\STANDBY>>'],
      }),
      right,
    },
    {
      code: 'backup-mirror-without-backup',
      severity: 'error',
      title: 'A mirror of a log-shipping secondary that is not there',
      why: 'The backup mirror is the mirror of the log-shipping secondary: it takes a `backup` to mirror.',
      source: 'Microsoft, Persistent Chat high availability and disaster recovery (domain D.1)',
      wrong: chatExample({
        more: [chatShare, databases, type, primary, '    backupMirror: <<dal-sql-012.litwareinc.com\\CHAT>>'],
      }),
      right: chatExample({
        more: [chatShare, databases, type, primary, backup, '    backupMirror: dal-sql-012.litwareinc.com\\CHAT'],
      }),
    },
    {
      code: 'log-shipping-share-missing',
      severity: 'warning',
      title: 'A log-shipping secondary without a share',
      why: 'The log reaches the secondary through a share that the SQL servers of both sites can read and write. Without one nothing is shipped.',
      source: 'Microsoft, configuring Persistent Chat high availability (domain D.1)',
      wrong: chatExample({ more: [databases, type, primary, '    backup: <<dal-sql-011.litwareinc.com\\CHAT>>'] }),
      right,
    },
    {
      code: 'log-shipping-share-is-file-share',
      severity: 'error',
      title: 'Log shipping through the file share of a pool',
      why: 'The log-shipping share belongs to the SQL servers, which read and write it under their own accounts. It is not the file store of a pool, on which the product sets its own permissions each time a topology is published.',
      source: 'Microsoft, configuring Persistent Chat high availability (domain A.8, D.1)',
      wrong: `${poolsWithShare}${chatExample({ more: ['logShippingShare: <<\\\\atl-fs-001.litwareinc.com\\LyncShare>>', ...chatDatabases] })}`,
      right: `${poolsWithShare}${chatExample({ more: [chatShare, ...chatDatabases] })}`,
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: ({ persistentChatPools }, report) => {
        for (const pool of persistentChatPools.all)
          for (const placement of pool.databases) checkPlacement(pool, placement, report);
      },
      reads: ({ persistentChatPools }) => [persistentChatPools],
    },
    {
      on: 'deployment',
      check: ({ persistentChatPools, pools }, report) => {
        for (const pool of persistentChatPools.all) checkShare(pool, pools, report);
      },
      reads: ({ persistentChatPools, pools }) =>
        persistentChatPools.all.length === 0
          ? []
          : [persistentChatPools, ...pools.all.map((pool) => neighboursOf(pool).share)],
      readsContent: true,
    },
  ],
};

function checkPlacement(pool: ChatPoolFacts, placement: StretchedPlacementFacts, report: Report): void {
  checkSecondary(pool, placement, report);
  checkServer(placement, report);
  const { type: name, backup: secondary, backupMirror, hasBackupKey, key } = placement;
  if (backupMirror !== undefined && !hasBackupKey) {
    report({
      code: 'backup-mirror-without-backup',
      message: `${name} has a backup mirror and no backup that it could mirror.`,
      place: backupMirror.place,
      related: [{ place: key, message: `${name} of ${pool.name}.` }],
    });
  }
  if (secondary === undefined || pool.hasLogShippingShareKey || name !== 'PersistentChat') return;
  report({
    code: 'log-shipping-share-missing',
    message: `The log of ${name} cannot reach its backup: ${pool.name} has no logShippingShare.`,
    place: secondary.place,
    related: [{ place: pool.key, message: pool.name }],
  });
}

function checkSecondary(pool: ChatPoolFacts, placement: StretchedPlacementFacts, report: Report): void {
  const isMissing = placement.type === 'PersistentChat' && !placement.hasBackupKey && placement.primary !== undefined;
  if (!isMissing || placement.backupMirror !== undefined) return;
  report({
    code: 'persistent-chat-no-secondary',
    message: `${pool.name} has no log-shipping secondary ("backup"): it cannot fail over to another site.`,
    place: placement.key,
    related: [{ place: pool.key, message: pool.name }],
  });
}

function checkServer(
  { type: name, primary: first, mirror, backup: secondary }: StretchedPlacementFacts,
  report: Report,
): void {
  if (secondary === undefined) return;
  const other = [first, mirror].find(
    (fact) => fact !== undefined && sameName(fact.value.server, secondary.value.server),
  );
  if (other === undefined) return;
  const role = other === first ? 'primary' : 'mirror';
  report({
    code: 'persistent-chat-secondary-server',
    message: `The backup of ${name} is on ${secondary.value.server}, as its ${role} is, and is lost together with it.`,
    place: secondary.place,
    related: [{ place: other.place, message: `The ${role} instance.` }],
  });
}

function checkShare({ logShippingShare }: ChatPoolFacts, pools: Names<PoolFacts>, report: Report): void {
  if (logShippingShare === undefined) return;
  const share = shareKey(logShippingShare.value);
  const owner = pools.all.find((pool) => neighboursOf(pool).share === share);
  if (owner?.fileShare === undefined) return;
  report({
    code: 'log-shipping-share-is-file-share',
    message: `${uncPathName(logShippingShare.value)} is the file share of ${owner.name}; logs need a share of their own.`,
    place: logShippingShare.place,
    related: [{ place: owner.fileShare.place, message: `The file share of ${owner.name}.` }],
  });
}
