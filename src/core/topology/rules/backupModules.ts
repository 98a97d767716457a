/** Which Backup Service modules a pair lists (domain A.2, K.8). */

import type { Report } from '../findings.ts';
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair } from '../resolved/topology.ts';
import { nearest } from '../shape/nearest.ts';
import type { SequenceNode } from '../syntax/nodes.ts';
import { type BackupModule, backupModules, canonicalBackupModule } from '../vocabulary.ts';
import { appendItem } from './edits.ts';
import { change, removal } from './fixes.ts';
import type { RuleFamily } from './rule.ts';

const pools = `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013" }
`;
const poolsWithCms = `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013", centralManagement: standby }
`;

function pairWith(modules: string): string {
  return `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
    backupModules: ${modules}
`;
}

export const moduleRules: RuleFamily = {
  definitions: [
    {
      code: 'unknown-backup-module',
      severity: 'error',
      title: 'A Backup Service module that does not exist',
      why: 'The documentation names the modules in two ways. Both are understood; the long names are the ones that every cmdlet takes, and a short one is pointed out as a hint.',
      source: 'Invoke-CsBackupServiceSync (domain A.2)',
      fix: 'The long name of the module that was meant.',
      wrong: pools + pairWith('[UserServices.PresenceFocus, <<ConfServices.DateConf>>]'),
      right: pools + pairWith('[UserServices.PresenceFocus, ConfServices.DataConf]'),
    },
    {
      code: 'duplicate-backup-module',
      severity: 'warning',
      title: 'A module that is listed twice',
      why: 'The second one says nothing. The short and the long name are the same module.',
      source: 'Our conclusion (domain A.2)',
      fix: 'The second one is taken out.',
      wrong: pools + pairWith('[UserServices.PresenceFocus, ConfServices.DataConf, <<ConfServices.DataConf>>]'),
      right: pools + pairWith('[UserServices.PresenceFocus, ConfServices.DataConf]'),
    },
    {
      code: 'backup-module-release',
      severity: 'error',
      title: 'A Response Group module before release 2019',
      why: 'The Backup Service carries Response Groups from release 2019 (update of July 2019) on, and only when every Front End of both pools has it. Before that they are exported and imported by hand.',
      source: 'Microsoft, Response Group backup (domain K.8, K.11)',
      fix: 'The module is taken out.',
      wrong: pools + pairWith('[UserServices.PresenceFocus, <<ApplicationServer.RGSDataStore>>]'),
      right: pools + pairWith('[UserServices.PresenceFocus]'),
    },
    {
      code: 'cms-module-without-cms',
      severity: 'warning',
      title: 'The Central Management module without Central Management',
      why: 'CentralMgmt.CMSMaster carries the Central Management store. Neither pool of the pair hosts it, so that there is nothing to carry.',
      source: 'Microsoft, disaster recovery topologies (domain A.2, B.1)',
      fix: 'The module is taken out; to be looked at, as `centralManagement` may be what is missing.',
      wrong: pools + pairWith('[UserServices.PresenceFocus, <<CentralMgmt.CMSMaster>>]'),
      right: pools + pairWith('[UserServices.PresenceFocus]'),
    },
    {
      code: 'cms-module-missing',
      severity: 'warning',
      title: 'Central Management without its module',
      why: 'The pair hosts the Central Management store and does not back it up: when the pool with the active store is lost, the deployment cannot be administered.',
      source: 'Microsoft, disaster recovery topologies (domain A.2, B.1)',
      fix: 'The module is added to the list.',
      wrong: poolsWithCms + pairWith('<<[UserServices.PresenceFocus, ConfServices.DataConf]>>'),
      right: poolsWithCms + pairWith('[UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster]'),
    },
  ],
  rules: [
    { on: 'pair', check: checkNames },
    { on: 'pair', check: checkDuplicates },
    { on: 'pair', check: checkReleases },
    { on: 'pair', check: checkCentralManagement },
  ],
};

function checkNames({ facts }: ResolvedPair, report: Report): void {
  for (const { value, place } of facts.modules) {
    const known = canonicalBackupModule(value);
    if (known === value) continue;
    const meant = known ?? meantModule(value);
    const help = meant === undefined ? `There are ${backupModules.join(', ')}.` : `Did you mean ${meant}?`;
    report({
      code: 'unknown-backup-module',
      message:
        known === undefined
          ? `There is no Backup Service module "${value}". ${help}`
          : `The long name of ${value} is ${known}.`,
      place,
      ...(known !== undefined && { severity: 'hint' }),
      ...(meant !== undefined && { fixes: [change(place, meant)] }),
    });
  }
}

function meantModule(written: string): BackupModule | undefined {
  const shortNames = backupModules.map((module) => module.split('.')[1] ?? module);
  const meant = nearest(written, [...backupModules, ...shortNames]);
  return meant === undefined ? undefined : canonicalBackupModule(meant);
}

function checkDuplicates({ facts }: ResolvedPair, report: Report): void {
  const firsts = new Map<string, Fact<string>>();
  for (const fact of facts.modules) {
    const name = canonicalBackupModule(fact.value) ?? fact.value.toLowerCase();
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, fact);
      continue;
    }
    const fix = removal(facts.modulesNode, fact.place, 'Take the second one out', true);
    report({
      code: 'duplicate-backup-module',
      message: `${fact.value} is listed twice.`,
      place: fact.place,
      related: [{ place: first.place, message: 'It is listed here first.' }],
      ...(fix && { fixes: [fix] }),
    });
  }
}

function checkReleases({ facts, pools: paired }: ResolvedPair, report: Report): void {
  const older = paired.filter((pool) => pool?.release?.value === '2013' || pool?.release?.value === '2015');
  const [oldest] = older;
  if (oldest?.release === undefined) return;
  for (const fact of facts.modules) {
    const module = canonicalBackupModule(fact.value);
    if (!module?.startsWith('ApplicationServer.')) continue;
    const fix = removal(facts.modulesNode, fact.place, `Take ${module} out`, true);
    report({
      code: 'backup-module-release',
      message: `${module} needs release 2019 on both pools; ${oldest.name} runs ${oldest.release.value}.`,
      place: fact.place,
      related: older.flatMap((pool) =>
        pool?.release === undefined
          ? []
          : [{ place: pool.release.place, message: `${pool.name}: ${pool.release.value}` }],
      ),
      ...(fix && { fixes: [fix] }),
    });
  }
}

function checkCentralManagement({ facts, both }: ResolvedPair, report: Report): void {
  const list = facts.modulesNode;
  if (both === undefined || list?.kind !== 'sequence') return;
  const listed = facts.modules.filter((fact) => canonicalBackupModule(fact.value) === 'CentralMgmt.CMSMaster');
  const host = both.find((pool) => pool.hasCentralManagementKey);
  if (host === undefined) {
    for (const fact of listed) reportWithoutStore(both, list, fact, report);
  } else if (
    listed.length === 0 &&
    host.centralManagement !== undefined &&
    list.items.length === facts.modules.length
  ) {
    const edit = appendItem(list, 'CentralMgmt.CMSMaster');
    report({
      code: 'cms-module-missing',
      message: `${host.name} hosts Central Management, and the pair does not back it up: CentralMgmt.CMSMaster is missing.`,
      place: list,
      related: [{ place: host.centralManagement.place, message: `${host.name}: ${host.centralManagement.value}` }],
      ...(edit && { fixes: [{ title: 'Add CentralMgmt.CMSMaster', edits: [edit], preferred: true }] }),
    });
  }
}

function reportWithoutStore(both: readonly PoolFacts[], list: SequenceNode, fact: Fact<string>, report: Report): void {
  const names = both.map(({ name }) => name).join(' nor ');
  const fix = removal(list, fact.place, 'Take CentralMgmt.CMSMaster out', false);
  report({
    code: 'cms-module-without-cms',
    message: `Neither ${names} hosts Central Management: CentralMgmt.CMSMaster has nothing to carry.`,
    place: fact.place,
    related: both.map(({ key, name }) => ({ place: key, message: `${name} says nothing of Central Management.` })),
    ...(fix && { fixes: [fix] }),
  });
}
