import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne } from './expected.ts';

function role(template: string, cmdlets = '[]'): string {
  return `adminRoles:\n  DrOperators: { template: ${template}, cmdlets: ${cmdlets} }\n`;
}

describe('admin-role-unknown-template', () => {
  const code = 'admin-role-unknown-template';

  it('knows the built-in roles in any case', () => {
    expectFound(code, role('csserveradministrator'));
    expectFound(code, role('CsResponseGroupManager'));
  });

  it('offers the role that is near, and lists them where none is', () => {
    const near = role('<<CsUsrAdministrator>>');
    expectFixed(near, expectOne(code, 'error', near).fixes?.[0], role('CsUserAdministrator'));
    const far = expectOne(code, 'error', role('<<Everything>>'));
    assert.equal(far.fixes, undefined);
    assert.match(far.message, /There are CsAdministrator, /);
  });

  it('is silent about a template that is missing', () => {
    expectFound(code, 'adminRoles:\n  DrOperators: { members: [vera] }\n');
  });
});

describe('admin-role-unknown-cmdlet', () => {
  const code = 'admin-role-unknown-cmdlet';
  const cmdlets = (list: string) => role('CsHelpDesk', `[${list}]`);

  it('knows operations, procedures, commands and the cmdlets of the documentation, in any case', () => {
    expectFound(code, cmdlets('invoke-csdatabasefailover, Restore-ConferenceContents, ship-logs, load, Move-CsUser'));
  });

  for (const [written, meant] of [
    ['Invoke-CsDatabaseFailver', 'Invoke-CsDatabaseFailover'],
    ['Invok-CsPoolFailOver', 'Invoke-CsPoolFailOver'],
    ['Invok-CsPoolFailOvr', 'Invoke-CsPoolFailOver'],
    ['InvokeCsPoolFailOver', 'Invoke-CsPoolFailOver'],
    ['ship-log', 'ship-logs'],
    ['drills', 'drill'],
  ] as const) {
    it(`takes ${written} for ${meant}`, () => {
      const marked = cmdlets(`<<${written}>>`);
      const found = expectOne(code, 'error', marked);
      assert.equal(found.fixes?.[0]?.preferred, true);
      assert.ok(found.message.endsWith(` Did you mean ${meant}?`), found.message);
      expectFixed(marked, found.fixes?.[0], cmdlets(meant));
    });
  }

  it('leaves cmdlets alone that servers may have, and says so', () => {
    for (const name of ['New-CsAdminRole', 'Enable-CsUser', 'Remove-CsDatabaseMirrorState', 'Get-CsBackupRelation']) {
      assert.equal(expectOne(code, 'information', cmdlets(`<<${name}>>`)).fixes, undefined);
    }
  });

  it('says of anything else that there is no such cmdlet', () => {
    for (const name of ['everything', 'Frobnicate-CsUser', 'Get-CsUser2', 'Get_CsUser']) {
      const found = expectOne(code, 'error', cmdlets(`<<${name}>>`));
      assert.equal(found.fixes, undefined);
      assert.equal(found.message, `There is no cmdlet "${name}" that DrOperators could allow.`);
    }
  });
});
