/** The eight combinations of the three links, in each state of a session with a witness: the tables of domain C.6. */
import assert from 'node:assert/strict';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import type { MirroredDatabase, Watch } from '../../../src/core/mirroring/contract.ts';
import type { PlaceRole } from '../../../src/core/mirroring/roles.ts';
import { cutLink, mendLink } from '../../../src/core/storage/links.ts';
import { createPair, mirror, noteOf, type Pair, primary, setNotes, witness } from './pair.ts';

type LinkName = 'PM' | 'PW' | 'MW';
type State = 'synchronized' | 'synchronizing' | 'suspended';

interface Expected {
  readonly served: boolean;
  /** Of the mirror, as the principal sees it; the state that it was in where the partners see each other. */
  readonly connected: boolean;
  readonly witness: 'connected' | 'disconnected' | 'unknown';
  /** The mirror may take over: by itself when it has every commit, by force otherwise. */
  readonly takeover: boolean;
}

/** P: principal, M: mirror, W: witness; the links that are cut. */
const table: readonly (readonly [readonly LinkName[], Expected])[] = [
  [[], { served: true, connected: true, witness: 'connected', takeover: false }],
  [['PM'], { served: true, connected: false, witness: 'connected', takeover: false }],
  [['PW'], { served: true, connected: true, witness: 'disconnected', takeover: false }],
  [['MW'], { served: true, connected: true, witness: 'connected', takeover: false }],
  [['PM', 'PW'], { served: false, connected: false, witness: 'unknown', takeover: true }],
  [['PM', 'MW'], { served: true, connected: false, witness: 'connected', takeover: false }],
  [['PW', 'MW'], { served: true, connected: true, witness: 'disconnected', takeover: false }],
  [['PM', 'PW', 'MW'], { served: false, connected: false, witness: 'unknown', takeover: false }],
];

describe('a session with a witness', () => {
  for (const state of ['synchronized', 'synchronizing', 'suspended'] as const) {
    for (const [cut, expected] of table) {
      const where = cut.length === 0 ? 'no link cut' : `${cut.join(', ')} cut`;
      it(`${state}, ${where}: ${words(state, expected)}`, async () => {
        using session = await openSession(state);
        for (const link of cut) session.cut(link);
        checkStatus(session, state, expected);
        checkCommit(session, expected);
        await checkManual(session, state, expected);
        await checkTakeover(session, state, expected);
      });
    }
  }
});

function words(state: State, { served, connected, takeover }: Expected): string {
  const serving = served ? (connected ? 'served' : 'served, exposed') : 'offline';
  if (!takeover) return serving;
  return `${serving}, ${state === 'synchronized' ? 'the mirror takes over' : 'the mirror can be forced'}`;
}

interface Session extends Disposable {
  readonly database: MirroredDatabase;
  readonly principal: PlaceRole;
  readonly mirrorRole: PlaceRole;
  readonly watch: Watch;
  cut(link: LinkName): void;
  mend(link: LinkName): void;
}

async function openSession(state: State): Promise<Session> {
  const pair = await createPair(undefined, { witness });
  const database = pair.open({ witness });
  const principal = state === 'suspended' ? 'mirror' : 'primary';
  const mirrorRole = state === 'suspended' ? 'primary' : 'mirror';
  const servers = { P: state === 'suspended' ? mirror.server : primary.server, W: witness.server };
  const ends = { ...servers, M: state === 'suspended' ? primary.server : mirror.server };
  const link = (name: LinkName, change: typeof cutLink): void => {
    const [left, right] = { PM: [ends.P, ends.M], PW: [ends.P, ends.W], MW: [ends.M, ends.W] }[name];
    change(pair.dataDirectory, left ?? '', right ?? '');
  };
  const session: Session = {
    database,
    principal,
    mirrorRole,
    watch: { together: false, lost: undefined },
    cut: (name) => link(name, cutLink),
    mend: (name) => link(name, mendLink),
    [Symbol.dispose]: () => pair[Symbol.dispose](),
  };
  await bringTo(session, pair, state);
  assert.equal(await database.supervise(session.watch, 0), 'quiet');
  assert.equal(database.status().MirroringStatusOnPrimary, state, database.status().explanation);
  return session;
}

async function bringTo(session: Session, pair: Pair, state: State): Promise<void> {
  const { database } = session;
  setNotes(database, { before: '1' });
  await database.maintain();
  if (state === 'synchronizing') {
    session.cut('PM');
    setNotes(database, { before: '2' });
    session.mend('PM');
  }
  if (state === 'suspended') {
    for (const other of [mirror.server, witness.server]) cutLink(pair.dataDirectory, primary.server, other);
    await database.failOver('mirror', { force: true });
    for (const other of [mirror.server, witness.server]) mendLink(pair.dataDirectory, primary.server, other);
    setNotes(database, { before: '2' });
  }
}

function checkStatus({ database, principal }: Session, state: State, expected: Expected): void {
  const status = database.status();
  assert.equal(status.principal, expected.served ? principal : undefined, status.explanation);
  assert.equal(status.witnessState, expected.witness);
  assert.equal(status.witness, `${witness.server}\\RTC`);
  assert.equal(status.safety, 'FULL');
  const seen = principal === 'primary' ? status.MirroringStatusOnPrimary : status.MirroringStatusOnMirror;
  assert.equal(seen, expected.connected ? state : 'disconnected', status.explanation);
}

function checkCommit({ database }: Session, { served }: Expected): void {
  if (served) {
    setNotes(database, { during: '1' });
    assert.equal(noteOf(database, 'during'), '1');
  } else {
    assert.throws(
      () => setNotes(database, { during: '1' }),
      (error) =>
        error instanceof LyncTopologyError &&
        error.code === 'database-no-quorum' &&
        /neither its partner nor the witness/.test(error.message) &&
        /fault start/.test(error.remedy),
    );
  }
}

/** A manual failover needs every commit on both sides, and nothing of the witness. */
async function checkManual(session: Session, state: State, expected: Expected): Promise<void> {
  const { database, mirrorRole, principal } = session;
  if (expected.served && expected.connected && state === 'synchronized') {
    await database.failOver(mirrorRole, {});
    setNotes(database, { moved: '1' });
    await database.failOver(principal, {});
    return;
  }
  await assert.rejects(database.failOver(mirrorRole, {}), { code: 'database-not-synchronized' });
}

async function checkTakeover(session: Session, state: State, expected: Expected): Promise<void> {
  const { database, mirrorRole, principal, watch } = session;
  const supervised = await database.supervise(watch, 0);
  if (!expected.takeover) {
    assert.equal(supervised, expected.served ? 'quiet' : 'waiting');
    assert.equal(database.status().principal, expected.served ? principal : undefined);
    if (!expected.connected) {
      await assert.rejects(database.failOver(mirrorRole, { force: true }), { code: 'database-no-quorum' });
    }
    return;
  }
  if (state === 'synchronized') assert.ok(typeof supervised === 'object', 'the mirror did not take over');
  else {
    assert.equal(supervised, 'waiting');
    await database.failOver(mirrorRole, { force: true });
  }
  assert.equal(database.status().principal, mirrorRole);
  setNotes(database, { after: '1' });
}
