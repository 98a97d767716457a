import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { describeParameters, parseParameters } from '../../../src/core/operations/parameters.ts';
import { powershellText } from '../../../src/core/operations/powershell.ts';
import { operations, requireOperation } from '../../../src/core/operations/registry.ts';

const sync = requireOperation('invoke-csbackupservicesync');
const failover = requireOperation('Invoke-CsDatabaseFailover');
const configuration = requireOperation('Set-CsBackupServiceConfiguration');
const pool = 'atl-cs-001.litwareinc.com';

function refusal(work: () => unknown): LyncTopologyError {
  try {
    work();
  } catch (error) {
    if (error instanceof LyncTopologyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the registry of operations', () => {
  it('finds an operation without regard to case and offers the near one for a slip', () => {
    assert.equal(sync.name, 'Invoke-CsBackupServiceSync');
    const error = refusal(() => requireOperation('Invoke-CsBackupServiceSnyc'));
    assert.equal(error.code, 'command-unknown');
    assert.match(error.remedy, /Invoke-CsBackupServiceSync/);
  });

  it('holds definitions that every surface can be derived from', () => {
    for (const operation of operations) {
      assert.ok(operation.examples.length > 0, `${operation.name} has no example`);
      assert.ok(operation.roles.length > 0, `${operation.name} has no role`);
      assert.equal(operation.effect === 'destructive', operation.confirmation !== undefined, operation.name);
      for (const parameter of describeParameters(operation)) {
        assert.match(parameter.description, /\.$/, `${operation.name} -${parameter.name} is not described`);
      }
    }
  });

  it('has examples whose command is its own and whose parameters it has', () => {
    for (const operation of operations) {
      const known = describeParameters(operation).map(({ name }) => name.toLowerCase());
      for (const { command } of operation.examples) {
        assert.ok(command.startsWith(operation.name), command);
        for (const [, name = ''] of command.matchAll(/ '?--?([A-Za-z][\w-]*)/g)) {
          const plain = name.replaceAll('-', '').toLowerCase();
          assert.ok([...known, 'confirm', 'whatif', 'verbose', 'json'].includes(plain), `${command}: ${name}`);
        }
      }
    }
  });
});

describe('the parameters of an operation', () => {
  it('are read from names in any case and from text', () => {
    assert.deepEqual(parseParameters(configuration, { maxconcurrentcalls: '4', SYNCINTERVAL: '00:00:30' }), {
      MaxConcurrentCalls: 4,
      SyncInterval: '00:00:30',
    });
    assert.deepEqual(
      parseParameters(failover, {
        poolfqdn: pool,
        databasetype: 'cms',
        newprincipal: 'MIRROR',
        excludedatabaselist: 'lis, xds',
      }),
      { PoolFqdn: pool, DatabaseType: 'CentralMgmt', NewPrincipal: 'mirror', ExcludeDatabaseList: ['lis', 'xds'] },
    );
  });

  it('take every spelling of a module and give the long one', () => {
    for (const spelling of ['ConfServices.DataConf', 'dataconf', 'DATACONF']) {
      assert.deepEqual(parseParameters(sync, { PoolFqdn: pool, BackupModule: spelling }), {
        PoolFqdn: pool,
        BackupModule: 'ConfServices.DataConf',
      });
    }
    assert.deepEqual(parseParameters(sync, { PoolFqdn: pool, BackupModule: 'all' }), {
      PoolFqdn: pool,
      BackupModule: 'All',
    });
  });

  const wrong: readonly (readonly [string, () => unknown, string, RegExp])[] = [
    ['an unknown name', () => parseParameters(sync, { PoolFqdm: pool }), 'argument-unknown', /PoolFqdn/],
    ['a missing one', () => parseParameters(sync, {}), 'argument-missing', /-PoolFqdn/],
    ['an empty value', () => parseParameters(sync, { PoolFqdn: '' }), 'argument-invalid', /-PoolFqdn/],
    [
      'a module that does not exist',
      () => parseParameters(sync, { PoolFqdn: pool, BackupModule: 'DataCon' }),
      'module-unknown',
      /ConfServices\.DataConf/,
    ],
    [
      'a number below the range',
      () => parseParameters(configuration, { MaxConcurrentCalls: '0' }),
      'argument-invalid',
      /1 or more/,
    ],
    [
      'a number that is none',
      () => parseParameters(configuration, { MaxConcurrentCalls: '1.5' }),
      'argument-invalid',
      /whole number/,
    ],
    [
      'an interval beyond the range',
      () => parseParameters(configuration, { SyncInterval: '03:00:01' }),
      'argument-invalid',
      /03:00:00/,
    ],
    [
      'a type that no pool mirrors',
      () => parseParameters(failover, { PoolFqdn: pool, DatabaseType: 'Lyss', NewPrincipal: 'mirror' }),
      'database-type-absent',
      /Lyss/,
    ],
    [
      'a role that is none',
      () => parseParameters(failover, { PoolFqdn: pool, DatabaseType: 'User', NewPrincipal: 'witness' }),
      'argument-invalid',
      /primary or mirror/,
    ],
  ];
  for (const [what, work, code, words] of wrong) {
    it(`refuse ${what} with its object, cause and remedy`, () => {
      const error = refusal(work);
      assert.equal(error.code, code);
      assert.match(`${error.message} ${error.remedy}`, words);
      assert.ok(error.object.length > 0 && error.remedy.length > 0);
    });
  }

  it('accept the ends of the range of the sync interval', () => {
    for (const SyncInterval of ['00:00:05', '03:00:00']) {
      assert.deepEqual(parseParameters(configuration, { SyncInterval }), { SyncInterval });
    }
  });
});

describe('the PowerShell text of an operation', () => {
  it('quotes values, lets switches stand alone and leaves out what only this product has', () => {
    assert.equal(
      powershellText(sync, { PoolFqdn: pool, BackupModule: 'ConfServices.DataConf', Force: true, Wait: true }),
      `Invoke-CsBackupServiceSync -PoolFqdn '${pool}' -BackupModule 'ConfServices.DataConf' -Force`,
    );
    assert.equal(
      powershellText(failover, {
        PoolFqdn: pool,
        DatabaseType: 'User',
        NewPrincipal: 'mirror',
        ExcludeDatabaseList: ['rtcab', "o'b"],
      }),
      `Invoke-CsDatabaseFailover -PoolFqdn '${pool}' -DatabaseType 'User' -NewPrincipal 'mirror' -ExcludeDatabaseList 'rtcab','o''b'`,
    );
  });

  it('never lets a value end its quotes', () => {
    const quotes = "'\u2018\u2019\u201a\u201b";
    void fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...quotes, 'a', ' ', ';', '$', '`', '"') }), (value) => {
        const text = powershellText(sync, { PoolFqdn: value });
        const literal = text.slice('Invoke-CsBackupServiceSync -PoolFqdn '.length);
        // What PowerShell reads: between the outer quotes every quote stands twice.
        const inside = literal.slice(1, -1).replaceAll(new RegExp(`([${quotes}])\\1`, 'g'), '');
        assert.ok(literal.startsWith("'") && literal.endsWith("'"));
        assert.ok(![...quotes].some((quote) => inside.includes(quote)), text);
      }),
    );
  });
});
