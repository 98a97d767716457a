import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { waitUntil } from '../support/waitUntil.ts';
import { at, atlanta, type Folder, sampleFolder } from './support.ts';

type Value = string | number | null;

interface Row {
  readonly table: string;
  readonly key: Readonly<Record<string, Value>>;
  readonly value: Readonly<Record<string, Value>> | null;
}

/** What was acknowledged last of every row. A last line without its end was never acknowledged as written. */
function acknowledged(file: string): readonly Row[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const last = new Map<string, Row>();
  for (const line of lines) {
    const row: Row = JSON.parse(line);
    assert.ok(!Number.isNaN(Date.parse(String(at(row, 'time')))), line);
    last.set(JSON.stringify([row.table, row.key]), row);
  }
  return [...last.values()];
}

/**
 * The rows whose stored state is not what was acknowledged last. The one transaction that was under way when the load was
 * killed may be stored without having been acknowledged: its rows, two at most, are newer than every acknowledgement.
 */
function missing(database: string, rows: readonly Row[]): readonly string[] {
  using connection = new DatabaseSync(database, { readOnly: true });
  const newest = rows
    .map(({ value }) => String(value?.['changedAt'] ?? ''))
    .reduce((one, next) => (one > next ? one : next));
  const different = rows.flatMap(({ table, key, value }) => {
    const where = Object.keys(key)
      .map((column) => `"${column}" = ?`)
      .join(' and ');
    const stored = connection.prepare(`select * from "${table}" where ${where}`).get(...Object.values(key));
    const same =
      value === null
        ? stored === undefined
        : Object.entries(value).every(([column, wanted]) => stored?.[column] === wanted);
    const underWay = stored === undefined ? value !== null : String(stored['changedAt']) > newest;
    return same ? [] : [{ underWay, text: JSON.stringify({ table, key, value, stored }) }];
  });
  const lost = different.filter(({ underWay }) => !underWay);
  return (lost.length > 0 || different.length > 2 ? different : []).map(({ text }) => text);
}

describe('lync-topology load', () => {
  let folder: Folder;
  let principal: string;
  let mirror: string;
  before(async () => {
    folder = sampleFolder();
    assert.equal((await folder.cli(['init'])).status, 0);
    const file = (server: string) => join(folder.data, 'servers', server, 'RTC', 'rtcxds.db');
    principal = file('atl-sql-001.litwareinc.com');
    mirror = file('atl-sql-002.litwareinc.com');
  });
  after(() => folder[Symbol.dispose]());

  it('changes rows at a rate, and records what was acknowledged', async () => {
    const args = [
      'load',
      '-PoolFqdn',
      atlanta,
      '--rate',
      '100',
      '--duration',
      '1s',
      '--acknowledged',
      'rows.jsonl',
      '--json',
    ];
    const { status, out } = await folder.cli(args);
    assert.equal(status, 0, out);
    const report: unknown = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    const rows = readFileSync(join(folder.path, 'rows.jsonl'), 'utf8').trimEnd().split('\n');
    assert.equal(at(report, 'acknowledged'), rows.length);
    assert.ok(rows.length > 0 && Number(at(report, 'commits')) <= 101, out);
    assert.deepEqual(Object.keys(JSON.parse(rows[0] ?? '')), ['database', 'table', 'key', 'value', 'time']);
    assert.deepEqual(missing(principal, acknowledged(join(folder.path, 'rows.jsonl'))), []);
  });

  it('keeps every acknowledged row when the process is killed, and when databases move meanwhile', async () => {
    const engine = folder.start(['serve', '--json']);
    await engine.line((line) => line.includes('"serving"'));
    const file = join(folder.path, 'killed.jsonl');
    const load = folder.start(['load', '-PoolFqdn', atlanta, '--acknowledged', file, '--json']);
    const written = (more: number) => async () =>
      existsSync(file) && readFileSync(file, 'utf8').split('\n').length > more ? true : undefined;
    await waitUntil('rows are acknowledged', written(20));
    const move = (to: string) =>
      folder.cli(['Invoke-CsDatabaseFailover', '-PoolFqdn', atlanta, '-DatabaseType', 'User', '-NewPrincipal', to]);
    assert.equal((await move('mirror')).status, 0);
    const count = readFileSync(file, 'utf8').split('\n').length;
    await waitUntil('rows are acknowledged on the mirror', written(count + 20));
    load.child.kill('SIGKILL');
    await load.finished;
    engine.child.kill('SIGKILL');
    await engine.finished;
    assert.equal((await folder.cli(['Get-CsDatabaseMirrorState', '-PoolFqdn', atlanta])).status, 0);
    const rows = acknowledged(file);
    assert.ok(rows.length > 20);
    assert.deepEqual(missing(mirror, rows), []);
    assert.equal((await move('primary')).status, 0);
    assert.deepEqual(missing(principal, rows), []);
  });

  it('ends with its report and status 0 when it is interrupted', async () => {
    const load = folder.start(['load', '-PoolFqdn', atlanta, '-DatabaseType', 'CentralMgmt', '--json']);
    await load.line((line) => line.includes('"progress"'));
    load.child.kill('SIGINT');
    const { status, out } = await load.finished;
    assert.equal(status, 0);
    assert.equal(at(JSON.parse(out.trimEnd().split('\n').at(-1) ?? ''), 'event'), 'report');
  });

  for (const [args, code, expected] of [
    [['-PoolFqdn', atlanta, '--rate', '0'], 'argument-invalid', 64],
    [['-PoolFqdn', atlanta, '-DatabaseType', 'Archiving'], 'argument-invalid', 64],
    [['-PoolFqdn', 'nix.litwareinc.com'], 'pool-unknown', 2],
    [['-PoolFqdn', atlanta, '--acknowledged', 'no/such/folder/rows'], 'access-denied', 1],
  ] as const) {
    it(`refuses "${args.join(' ')}"`, async () => {
      const { status, out } = await folder.cli(['load', ...args, '--json']);
      assert.deepEqual([status, at(JSON.parse(out), 'error', 'code')], [expected, code]);
    });
  }
});
