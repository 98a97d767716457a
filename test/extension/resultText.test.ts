import assert from 'node:assert/strict';
import { resultText } from '../../src/extension/resultText.ts';

describe('a result as text', () => {
  it('is a list of its properties', () => {
    assert.equal(
      resultText({ Identity: 'Global', SyncInterval: '00:02:00' }),
      'Identity     : Global\nSyncInterval : 00:02:00\n',
    );
  });

  it('is a table where it is a list of simple things', () => {
    const databases = [
      { DatabaseName: 'rtcxds', StateOnPrimary: 'Principal' },
      { DatabaseName: 'lis', StateOnPrimary: 'Mirror' },
    ];
    assert.equal(
      resultText(databases),
      [
        'DatabaseName  StateOnPrimary',
        '------------  --------------',
        'rtcxds        Principal',
        'lis           Mirror',
        '',
      ].join('\n'),
    );
  });

  it('keeps everything that is nested', () => {
    const text = resultText({
      PoolFqdn: 'a.litwareinc.com',
      BackupModules: [{ Identity: 'ConfServices.DataConf', Backlog: { items: 3, bytes: 40 }, LeftOut: ['link'] }],
    });
    assert.equal(
      text,
      [
        'PoolFqdn      : a.litwareinc.com',
        '',
        'BackupModules',
        '  Identity : ConfServices.DataConf',
        '  Backlog  : items 3, bytes 40',
        '  LeftOut  : link',
        '',
      ].join('\n'),
    );
  });
});
