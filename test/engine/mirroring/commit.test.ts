import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import type { CommitMoment } from '../../../src/core/mirroring/commit.ts';
import { createDatabaseFiles } from '../../../src/core/mirroring/createDatabaseFiles.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import { problem } from './expectations.ts';
import { createPair, mirror, noteOf, type Pair, primary, rowsOf, sessionOf, setNotes, tamper } from './pair.ts';

describe('a mirrored commit', () => {
  let pair: Pair;
  beforeEach(async () => {
    pair = await createPair();
  });
  afterEach(() => pair[Symbol.dispose]());

  it('is on both disks before it is acknowledged, and in the rows of the mirror after upkeep', async () => {
    const database = pair.open();
    const position = setNotes(database, { 'sip:anna@litwareinc.com': 'one' });
    assert.equal(position.sequence, 1);
    for (const file of Object.values(pair.files)) {
      assert.equal(sessionOf(file)['sequence'], 1);
      assert.equal(sessionOf(file)['checksum'], position.checksum);
    }
    assert.equal(sessionOf(pair.files.mirror)['redone'], 0);
    await database.maintain();
    assert.equal(rowsOf(pair.files.mirror), rowsOf(pair.files.primary));
    assert.match(rowsOf(pair.files.mirror), /sip:anna@litwareinc.com/);
    assert.equal(sessionOf(pair.files.mirror)['redone'], 1);
  });

  it('is hardened on the mirror before the principal stores it', () => {
    const seen: [CommitMoment | string, unknown, unknown][] = [];
    const database = pair.open({
      reached: (moment) =>
        seen.push([moment, sessionOf(pair.files.primary)['sequence'], sessionOf(pair.files.mirror)['sequence']]),
    });
    setNotes(database, { anna: 'one' });
    assert.deepEqual(seen, [
      ['recorded', 0, 0],
      ['hardened', 0, 1],
      ['committed', 1, 1],
    ]);
  });

  it('that writes nothing leaves no entry', () => {
    const database = pair.open();
    const { position, value } = database.commit('client', (connection) =>
      connection.prepare("delete from presence where sipAddress = 'nobody'").run(),
    );
    assert.deepEqual([position.sequence, value.changes], [0, 0]);
    assert.deepEqual(database.logAfter(0, 10), []);
  });

  it('keeps nothing of a change that throws, and hands the error on', () => {
    const database = pair.open();
    const mine = new Error('of the caller');
    const failing = (): unknown =>
      database.commit('client', (connection) => {
        connection.exec("insert into locations values ('x', 'y', 'z')");
        throw mine;
      });
    assert.throws(failing, (error) => error instanceof LyncTopologyError && error.code === 'commit-rejected');
    assert.throws(
      () =>
        database.commit('client', () => {
          throw mine;
        }),
      (error) => error === mine,
    );
    assert.equal(setNotes(database, { anna: 'one' }).sequence, 1);
  });

  it('refuses what the log cannot carry', () => {
    const database = pair.open();
    for (const sql of [
      'create table more (a text primary key)',
      'commit',
      "update mirroring_state set role = 'mirror'",
      'delete from mirroring_log',
      'pragma user_version = 7',
      "attach ':memory:' as other",
    ]) {
      assert.throws(
        () => database.commit('client', (connection) => connection.exec(sql)),
        problem('commit-rejected'),
        sql,
      );
    }
    assert.throws(
      () => database.read((connection) => connection.exec('delete from presence')),
      problem('commit-rejected'),
    );
    assert.equal(setNotes(database, { anna: 'one' }).sequence, 1);
  });

  it('refuses a commit within a commit', () => {
    const database = pair.open();
    const nested = (): unknown => database.commit('client', () => setNotes(database, { anna: 'inner' }));
    assert.throws(nested, problem('commit-rejected'));
    assert.equal(noteOf(database, 'anna'), undefined);
  });

  it('carries the rows of a changeset that an import applies', async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    const [entry] = database.logAfter(0, 1) ?? [];
    assert.ok(entry);
    database.commit('client', (connection) => connection.exec('delete from presence'));
    database.commit('import:dal', (connection) => connection.applyChangeset(entry.changeset));
    assert.equal(noteOf(database, 'anna'), 'one');
    await database.maintain();
    assert.equal(rowsOf(pair.files.mirror), rowsOf(pair.files.primary));
    const log = database.logAfter(0, 10) ?? [];
    assert.deepEqual(
      log.map(({ origin, rows }) => [origin, rows]),
      [
        ['client', 1],
        ['client', 1],
        ['import:dal', 1],
      ],
    );
    assert.deepEqual(
      database.logSizesAfter(0, 10),
      log.map(({ position, origin, rows, changeset }) => ({
        sequence: position.sequence,
        origin,
        rows,
        bytes: changeset.length,
      })),
    );
  });

  it('goes on without its mirror and says so', () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    markStopped(pair.dataDirectory, mirror.server);
    setNotes(database, { anna: 'two' });
    const status = database.status();
    assert.equal(status.StateOnPrimary, 'Principal');
    assert.equal(status.StateOnMirror, 'DatabaseInaccessibleOrMirroringNotEnabled');
    assert.deepEqual([status.MirroringStatusOnPrimary, status.MirroringStatusOnMirror], ['disconnected', '']);
    assert.equal(status.sendQueue, 1);
    assert.equal(status.error?.code, 'server-stopped');
  });

  it('is refused, naming the server, while the principal is stopped, and works again when it is started', () => {
    const database = pair.open();
    markStopped(pair.dataDirectory, primary.server);
    assert.throws(() => setNotes(database, { anna: 'one' }), problem('server-stopped', primary.server));
    assert.equal(database.status().principal, undefined);
    markStarted(pair.dataDirectory, primary.server);
    assert.equal(setNotes(database, { anna: 'one' }).sequence, 1);
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
  });

  it('is refused while the roles are changing', () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    tamper(pair.files.primary, 'update mirroring_state set pendingFailover = 1');
    assert.throws(() => setNotes(database, { anna: 'two' }), problem('database-failing-over'));
    assert.equal(database.status().MirroringStatusOnPrimary, 'pending failover');
    assert.equal(noteOf(database, 'anna'), 'one');
  });

  it('is refused by a principal that was replaced, and goes to the new one', () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    tamper(pair.files.mirror, "update mirroring_state set role = 'principal', epoch = 2");
    assert.throws(() => setNotes(database, { anna: 'two' }), problem('database-failing-over'));
    assert.equal(sessionOf(pair.files.primary)['sequence'], 1);
    assert.equal(setNotes(database, { anna: 'three' }).epoch, 2);
    assert.equal(sessionOf(pair.files.primary)['role'], 'mirror');
  });

  it('is refused when its transaction was ended by an error that the change swallowed', () => {
    tamper(pair.files.primary, 'create table picky (a text primary key on conflict rollback) strict');
    const database = pair.open();
    const swallowing = (): unknown =>
      database.commit('client', (connection) => {
        connection.exec("insert into picky values ('x')");
        try {
          connection.exec("insert into picky values ('x')");
        } catch {
          // As a careless caller would.
        }
      });
    assert.throws(swallowing, problem('commit-rejected'));
    assert.equal(database.position().sequence, 0);
    assert.equal(setNotes(database, { anna: 'one' }).sequence, 1);
  });

  it('is called off on the mirror when the principal cannot store it', () => {
    const blocker = new DatabaseSync(pair.files.primary);
    // What a constraint of the file refuses at the end of the transaction stands for any failure after the hardening.
    blocker.exec(
      `create table parents (a text primary key);
       create table children (a text primary key references parents deferrable initially deferred);`,
    );
    blocker.close();
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    assert.throws(
      () => database.commit('client', (connection) => connection.exec("insert into children values ('x')")),
      problem('commit-rejected'),
    );
    assert.equal(sessionOf(pair.files.mirror)['sequence'], 1);
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
    assert.equal(setNotes(database, { anna: 'two' }).sequence, 2);
  });

  it('is unknown when the mirror cannot be told, and settled when it is back', async () => {
    tamper(
      pair.files.primary,
      `create table parents (a text primary key);
       create table children (a text primary key references parents deferrable initially deferred);`,
    );
    const database = pair.open({
      reached: (moment) => {
        if (moment === 'hardened' && stopMirror) markStopped(pair.dataDirectory, mirror.server);
      },
    });
    let stopMirror = false;
    setNotes(database, { anna: 'one' });
    stopMirror = true;
    assert.throws(
      () => database.commit('client', (connection) => connection.exec("insert into children values ('x')")),
      problem('commit-unknown'),
    );
    stopMirror = false;
    setNotes(database, { anna: 'two' });
    markStarted(pair.dataDirectory, mirror.server);
    await database.maintain();
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
    assert.deepEqual(sessionOf(pair.files.mirror)['checksum'], sessionOf(pair.files.primary)['checksum']);
  });

  it('is refused once the database is closed', async () => {
    const database = pair.open();
    setNotes(database, { anna: 'one' });
    database[Symbol.dispose]();
    assert.throws(() => setNotes(database, { anna: 'two' }), problem('engine-stopped'));
    await database.maintain();
    assert.equal(database.status().error?.code, 'engine-stopped');
  });

  it('does not mind the case of the name of its pool', () => {
    assert.equal(setNotes(pair.open({ pool: 'ATL-CS-001.litwareinc.com' }), { anna: 'one' }).sequence, 1);
  });

  it('works without a mirror', async () => {
    using alone = await createPair();
    const place = { type: 'Archiving', name: 'lcslog', mirror: undefined } as const;
    await createDatabaseFiles({ ...place, pool: 'atl', primary, dataDirectory: alone.dataDirectory });
    const database = alone.open({ ...place, pool: 'atl' });
    const { position } = database.commit('client', (connection) =>
      connection.exec("insert into archivedMessages values ('1', 'a', 'b', 'text', 't')"),
    );
    assert.equal(position.sequence, 1);
    const status = database.status();
    assert.deepEqual(
      [status.StateOnPrimary, status.MirroringStatusOnPrimary],
      ['DatabaseInaccessibleOrMirroringNotEnabled', ''],
    );
    assert.equal(status.principal, 'primary');
    await assert.rejects(database.failOver('mirror', {}), problem('database-not-mirrored'));
  });
});
