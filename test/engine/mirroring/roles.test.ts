import assert from 'node:assert/strict';
import type { FileState } from '../../../src/core/mirroring/fileState.ts';
import { decideRoles, type RoleDecision, type Seen } from '../../../src/core/mirroring/roles.ts';

const file = (role: 'principal' | 'mirror', epoch: number, more: Partial<FileState> = {}): FileState => ({
  database: 'atl/rtcxds',
  history: 'one',
  role,
  epoch,
  pendingFailover: false,
  redone: 0,
  partnerHardened: 0,
  vow: '',
  suspended: false,
  witnessTold: false,
  ended: false,
  safety: 'full',
  position: { epoch, sequence: 0, checksum: '' },
  ...more,
});
const pending = { pendingFailover: true };
const otherHistory = { history: 'two' };

/** What the primary's and the mirror's file say, and who serves. */
const table: readonly [string, Seen, Seen, string][] = [
  ['both as configured', file('principal', 1), file('mirror', 1), 'primary'],
  ['failed over', file('mirror', 2), file('principal', 2), 'mirror'],
  ['the mirror is away', file('principal', 1), undefined, 'primary'],
  ['the primary is away, failed over', undefined, file('principal', 2), 'mirror'],
  ['the primary is away, not failed over', undefined, file('mirror', 1), 'mirrorOnly'],
  ['the new principal is away', file('mirror', 2), undefined, 'mirrorOnly'],
  ['both are away', undefined, undefined, 'unreachable'],
  ['interrupted before the promotion', file('principal', 1, pending), file('mirror', 1), 'primary, called off'],
  ['interrupted after the promotion', file('principal', 1, pending), file('principal', 2), 'mirror, fenced'],
  ['interrupted, the mirror is away', file('principal', 1, pending), undefined, 'handOverInterrupted'],
  ['interrupted after the promotion, the primary is away', undefined, file('principal', 2), 'mirror'],
  ['an old principal comes back', file('principal', 1), file('principal', 3), 'mirror, fenced'],
  ['an old mirror comes back', file('principal', 3), file('mirror', 1), 'primary, fenced'],
  ['two principals of one epoch', file('principal', 2), file('principal', 2), 'twoPrincipals'],
  ['two mirrors', file('mirror', 2), file('mirror', 2), 'noneIsPrincipal'],
  ['the highest epoch is a mirror', file('principal', 1), file('mirror', 2), 'noneIsPrincipal'],
  ['a mirror of another history', file('principal', 1), file('mirror', 5, otherHistory), 'primary'],
  ['a principal of another history', file('principal', 1), file('principal', 5, otherHistory), 'twoPrincipals'],
];

describe('who serves', () => {
  for (const [situation, primary, mirror, expected] of table) {
    it(`${situation}: ${expected}`, () => assert.equal(words(decideRoles(primary, mirror)), expected));
  }
});

function words(decision: RoleDecision): string {
  if (decision.kind === 'none') return decision.why;
  if (decision.kind === 'promote') return `promote ${decision.place}`;
  const more = [decision.clearPending ? ', called off' : '', decision.fence ? ', fenced' : ''];
  return decision.principal + more.join('');
}
