import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RowChange } from '../../../src/core/engine/services.ts';
import { applyRowChanges, findRow } from '../../../src/core/lab/rowChanges.ts';
import { databaseSchema } from '../../../src/core/storage/schemas.ts';

const scope = { pool: 'atl-cs-001.litwareinc.com', label: 'rtcxds of atl-cs-001.litwareinc.com' };
const kim = { sipAddress: 'sip:kim@litwareinc.com' };
const presence = {
  homePool: scope.pool,
  availability: 'Busy',
  activity: 'In a call',
  note: '',
  changedAt: '2026-11-02T08:00:00.000Z',
};

describe('row changes of clients', () => {
  let database: DatabaseSync;

  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    for (const sql of databaseSchema('rtcxds').migrations) database.exec(sql);
  });
  afterEach(() => database.close());

  const apply = (...changes: readonly RowChange[]): void => applyRowChanges(database, scope, changes);

  it('insert, update and delete rows by their key', () => {
    apply({ table: 'presence', key: kim, value: presence });
    assert.deepEqual(findRow(database, scope, 'presence', kim), { ...kim, ...presence });
    apply({ table: 'presence', key: kim, value: { note: 'Back at three' } });
    assert.equal(findRow(database, scope, 'presence', kim)?.['note'], 'Back at three');
    assert.equal(findRow(database, scope, 'presence', kim)?.['availability'], 'Busy');
    apply({ table: 'presence', key: kim, value: null });
    assert.equal(findRow(database, scope, 'presence', kim), undefined);
  });

  const refusals: readonly { readonly what: string; readonly change: RowChange; readonly names: RegExp }[] = [
    { what: 'an unknown table', change: { table: 'presense', key: kim, value: presence }, names: /no table presense/ },
    {
      what: 'an unknown column',
      change: { table: 'presence', key: kim, value: { mood: 'x' } },
      names: /no column mood/,
    },
    {
      what: 'a value of the wrong type',
      change: {
        table: 'users',
        key: kim,
        value: { homePool: scope.pool, enabled: 'yes', displayName: 'Kim', changedAt: '' },
      },
      names: /column enabled of users .* a whole number, not "yes"/,
    },
    {
      what: 'a null',
      change: { table: 'presence', key: kim, value: { ...presence, note: null } },
      names: /column note/,
    },
    {
      what: 'a key of other columns',
      change: { table: 'presence', key: { note: '' }, value: presence },
      names: /is sipAddress/,
    },
    {
      what: 'an incomplete new row',
      change: { table: 'presence', key: kim, value: { note: '' } },
      names: /lacks homePool/,
    },
    {
      what: 'a table of the product',
      change: { table: 'backup_state', key: { name: 'x' }, value: { value: '' } },
      names: /no table backup_state/,
    },
    {
      what: 'a row homed on another pool',
      change: { table: 'presence', key: kim, value: { ...presence, homePool: 'dal-cs-001.litwareinc.com' } },
      names: /homed on dal-cs-001/,
    },
  ];
  for (const { what, change, names } of refusals) {
    it(`refuse ${what} and say so`, () => {
      assert.throws(() => apply(change), { code: 'commit-rejected', message: names });
    });
  }

  it('leave rows of the partner alone, also when deleting', () => {
    database
      .prepare('insert into presence values (?, ?, ?, ?, ?, ?)')
      .run(kim.sipAddress, 'dal-cs-001.litwareinc.com', 'Away', 'Away', '', '');
    assert.throws(() => apply({ table: 'presence', key: kim, value: null }), { code: 'commit-rejected' });
    assert.throws(() => apply({ table: 'presence', key: kim, value: presence }), { code: 'commit-rejected' });
  });
});
