import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension host', () => {
  it('has the SQLite that the engine is built on, with change sets', () => {
    const sqlite = process.getBuiltinModule('node:sqlite');
    assert.ok(sqlite, 'node:sqlite is missing');
    const database = new sqlite.DatabaseSync(':memory:');
    database.exec('create table t (k integer primary key) strict');
    const session = database.createSession();
    database.exec('insert into t values (1)');
    assert.ok(session.changeset().length > 0);
    database.close();
  });

  it('knows the extension under development and has the sample open', () => {
    assert.ok(vscode.extensions.getExtension('lync-topology.lync-topology'), 'the extension is not installed');
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });
});
