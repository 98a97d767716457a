import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

function pair(modules: string, one = '', other = ''): string {
  return `pools:
  a.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2019"${one} }
  b.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2019"${other} }
poolPairs:
  - pools: [a.litwareinc.com, b.litwareinc.com]
    backupModules: ${modules}
`;
}

const active = ', centralManagement: active';

describe('unknown-backup-module', () => {
  const code = 'unknown-backup-module';

  it('takes short names as a hint and offers the long one', () => {
    for (const [written, long] of [
      ['dataconf', 'ConfServices.DataConf'],
      ['CMSMaster', 'CentralMgmt.CMSMaster'],
      ['confservices.dataconf', 'ConfServices.DataConf'],
    ] as const) {
      const marked = pair(`[<<${written}>>]`);
      expectFixed(marked, expectOne(code, 'hint', marked).fixes?.[0], pair(`[${long}]`));
    }
  });

  it('offers the module that is near, and lists all where none is', () => {
    const near = pair('[<<PresenceFocs>>]');
    expectFixed(near, expectOne(code, 'error', near).fixes?.[0], pair('[UserServices.PresenceFocus]'));
    assert.match(expectOne(code, 'error', near).message, /^There is no .*Did you mean UserServices\.PresenceFocus\?$/);
    const far = expectOne(code, 'error', pair('[<<Everything>>]'));
    assert.equal(far.fixes, undefined);
    assert.match(far.message, /^There is no .*There are UserServices\.PresenceFocus, /);
    assert.match(expectOne(code, 'hint', pair('[<<DataConf>>]')).message, /^The long name of DataConf is /);
  });
});

describe('duplicate-backup-module', () => {
  it('takes the short and the long name for one', () => {
    const marked = pair('[ConfServices.DataConf, <<DataConf>>]');
    const found = expectOne('duplicate-backup-module', 'warning', marked);
    assert.deepEqual(relatedTexts(marked, found), ['ConfServices.DataConf']);
    expectFixed(marked, found.fixes?.[0], pair('[ConfServices.DataConf]'));
  });
});

describe('cms-module-without-cms', () => {
  it('is silent where a pool has any part in Central Management', () => {
    const code = 'cms-module-without-cms';
    const marked = pair('[ConfServices.DataConf, <<CMSMaster>>]');
    const found = expectOne(code, 'warning', marked);
    assert.deepEqual(relatedTexts(marked, found), ['a.litwareinc.com', 'b.litwareinc.com']);
    expectFound(code, pair('[CMSMaster]', active));
    expectFound(code, pair('[CMSMaster]', '', ', centralManagement: maybe'));
  });
});

describe('cms-module-missing', () => {
  it('is silent without a list, and where an item of it is not understood', () => {
    const code = 'cms-module-missing';
    const marked = pair('<<[DataConf]>>', active);
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'warning', marked)), ['active']);
    expectFound(code, pair('[DataConf, CMSMaster]', active));
    expectFound(code, pair('[DataConf, { x: y }]', active));
    expectFound(code, pair('all', active));
    expectFound(code, pair('[DataConf]'));
  });
});
