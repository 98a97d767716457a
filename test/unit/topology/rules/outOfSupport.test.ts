import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { TopologyDocument } from '../imports.ts';
import { completed } from '../marked.ts';
import { expectFound, expectOne, relatedTexts } from './expected.ts';

function pools(...releases: readonly string[]): string {
  const lines = releases.map(
    (release, index) => `  cs-${index}.litwareinc.com: { site: Dallas, edition: Enterprise, release: ${release} }\n`,
  );
  return `pools:\n${lines.join('')}`;
}

const code = 'out-of-support';

describe('out-of-support', () => {
  it('names each release once, where it stands first', () => {
    const text = pools('<<"2013">>', '"2013"', '<<"2019">>', 'SE', '"2013"');
    const [oldest, newer] = expectFound(code, text, { today: '2026-11-21' });
    assert.ok(oldest !== undefined && newer !== undefined);
    assert.equal(oldest.severity, 'information');
    assert.deepEqual(relatedTexts(text, oldest), ['"2013"', '"2013"']);
    assert.match(oldest.message, /Lync Server 2013 ended on 2023-04-11; cs-0\.litwareinc\.com and 2 more run it/);
    assert.match(newer.message, /Skype for Business Server 2019 ended on 2025-10-14; cs-2\.litwareinc\.com runs it/);
  });

  it('goes by the day: the last day is still one of support', () => {
    expectFound(code, pools('"2015"'), { today: '2025-10-14' });
    expectOne(code, 'information', pools('<<"2015">>'), { today: '2025-10-15' });
    expectOne(code, 'information', pools('"2019"', '<<"2013">>'), { today: '2024-01-01' });
  });

  it('takes the day on which the text is looked at', () => {
    expectOne(code, 'information', pools('<<"2013">>'));
    expectFound(code, pools('SE'));
  });

  it('looks at versions of SQL Server, with or without a service pack', () => {
    const servers = (...versions: readonly string[]) =>
      `sqlServers:\n${versions.map((version, index) => `  sql-${index}: { version: ${version} }\n`).join('')}`;
    const text = pools('SE') + servers('<<"2008 R2">>', '<<"2012 SP4">>', '"SQL Server 2012"', '"2017"', '"15.0"');
    const [first, second] = expectFound(code, text, { today: '2026-11-21' });
    assert.ok(first !== undefined && second !== undefined);
    assert.match(first.message, /SQL Server 2008 R2 ended on 2019-07-09; sql-0 runs it/);
    assert.match(second.message, /SQL Server 2012 ended on 2022-07-12; sql-1 and 1 more run it/);
    assert.deepEqual(relatedTexts(text, second), ['"SQL Server 2012"']);
    expectFound(code, pools('SE') + servers('"2016"'), { today: '2026-07-14' });
    expectOne(code, 'information', pools('SE') + servers('<<"2016">>'), { today: '2026-07-15' });
  });

  it('names ten other places at most', () => {
    const text = pools('<<"2013">>', ...Array.from({ length: 30 }, () => '"2013"'));
    const found = expectOne(code, 'information', text);
    assert.equal(found.related?.length, 10);
    assert.match(found.message, /and 30 more run it/);
  });
});

describe('Options of rules', () => {
  const codes = (document: TopologyDocument) => document.diagnostics.filter((item) => item.code === code).length;
  const open = (text: string) => TopologyDocument.open(text, { rules: { today: '2026-11-21' } });

  it('set dates by product, in any case, and add products', () => {
    const supportEnds = {
      'lync server 2013': '2030-01-01',
      'Skype for Business Server Subscription Edition': '2020-01-01',
      'Skype for Business Server 2019': 'never',
    };
    const options = { today: '2026-11-21', supportEnds };
    expectFound(code, pools('"2013"'), options);
    expectOne(code, 'information', pools('<<SE>>'), options);
    expectOne(code, 'information', pools('<<"2019">>'), options);
  });

  it('may change while a document is open, before and after an edit', () => {
    const document = open(completed(pools('"2013"')));
    assert.equal(codes(document), 1);
    document.setRuleOptions({ today: '2020-01-01' });
    assert.equal(codes(document), 0);
    document.update([{ start: 0, end: 0, text: '# Litware\n' }]);
    assert.equal(codes(document), 0);
    document.setRuleOptions({ today: '2020-01-01', supportEnds: { 'Lync Server 2013': '2019-12-31' } });
    assert.equal(codes(document), 1);
  });

  it('follow the calendar when no day is set', () => {
    mock.timers.enable({ apis: ['Date'], now: new Date(2023, 3, 11, 23, 59) });
    try {
      const document = TopologyDocument.open(completed(pools('"2013"')));
      assert.equal(codes(document), 0);
      mock.timers.setTime(new Date(2023, 3, 12, 0, 1).getTime());
      document.update([{ start: 0, end: 0, text: '# Litware\n' }]);
      assert.equal(codes(document), 1);
    } finally {
      mock.timers.reset();
    }
  });

  it('stay the same object while they are the same, so that nothing is looked at again', () => {
    const document = open(completed(pools('"2013"')));
    const before = document.topology.options;
    document.update([{ start: 0, end: 0, text: '# Litware\n' }]);
    assert.equal(document.topology.options, before);
    document.setRuleOptions({ today: '2026-11-22' });
    assert.notEqual(document.topology.options, before);
  });
});
