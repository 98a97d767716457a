/** What both pools of a pair would lose together (domain A.1, A.8, B.1). */
import type { Report } from '../findings.ts';
import { type SqlInstance, uncPathName } from '../model.ts';
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair } from '../resolved/topology.ts';
import { pairExample } from './pairSupport.ts';
import type { RuleFamily } from './rule.ts';
import { sameName } from './sqlServers.ts';

const share = (text: string) => [`fileShare: ${text}`];
const user = (instance: string) => ['databases:', `  User: { primary: ${instance} }`];
const first = '\\\\atl-fs-001.litwareinc.com\\LyncShare';
const second = '\\\\dal-fs-001.litwareinc.com\\LyncShare';

export const pairsTogether: RuleFamily = {
  definitions: [
    {
      code: 'pair-same-file-share',
      severity: 'warning',
      title: 'Both pools of a pair on one file share',
      why: 'The Backup Service copies what changed into the file store of the partner. On one share there is one copy of it, and both pools lose their conference content together.',
      source: 'Our conclusion from Microsoft, Backup Service (domain A.1, A.8)',
      wrong: pairExample('', { more: share(first) }, { more: share(`<<${first}>>`) }),
      right: pairExample('', { more: share(first) }, { more: share(second) }),
    },
    {
      code: 'pair-same-sql-server',
      severity: 'warning',
      title: 'Both pools of a pair on one SQL server',
      why: 'The backup pool goes on when the other one is lost. With its databases on the same server it is lost together with it.',
      source: 'Our conclusion from Microsoft, disaster recovery topologies (domain B.1)',
      wrong: pairExample(
        '',
        { more: user('sql-001.litwareinc.com\\ATL') },
        { more: user('<<sql-001.litwareinc.com\\DAL>>') },
      ),
      right: pairExample(
        '',
        { more: user('sql-001.litwareinc.com\\ATL') },
        { more: user('sql-002.litwareinc.com\\DAL') },
      ),
      limits: 'Looks at primary and mirror of the databases of type User. A witness may serve both pools.',
    },
  ],
  rules: [
    { on: 'pair', check: checkShares },
    { on: 'pair', check: checkServers },
  ],
};

function checkShares({ both }: ResolvedPair, report: Report): void {
  const [one, other] = both ?? [];
  if (one?.fileShare === undefined || other?.fileShare === undefined) return;
  const [path, same] = [uncPathName(other.fileShare.value), uncPathName(one.fileShare.value)];
  if (!sameName(path, same)) return;
  report({
    code: 'pair-same-file-share',
    message: `${one.name} and ${other.name} back each other up and both keep their files in ${path}.`,
    place: other.fileShare.place,
    related: [{ place: one.fileShare.place, message: `The file share of ${one.name}.` }],
  });
}

function checkServers({ both }: ResolvedPair, report: Report): void {
  const [one, other] = both ?? [];
  if (one === undefined || other === undefined) return;
  const theirs = instancesOf(one);
  for (const instance of instancesOf(other)) {
    const same = theirs.find(({ value }) => sameName(value.server, instance.value.server));
    if (same === undefined) continue;
    report({
      code: 'pair-same-sql-server',
      message: `${one.name} and ${other.name} back each other up and both have user databases on ${same.value.server}.`,
      place: instance.place,
      related: [{ place: same.place, message: `A database of ${one.name}.` }],
    });
  }
}

function instancesOf({ databases }: PoolFacts): readonly Fact<SqlInstance>[] {
  const user = databases.find(({ type }) => type === 'User');
  return [user?.primary, user?.mirror].filter((fact) => fact !== undefined);
}
