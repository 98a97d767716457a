/**
 * Decides, from what clients were told and what the files hold, whether anything was lost or made up.
 *
 * A client writes an attempt down before it commits, and what it was told afterwards. An attempt without an answer (the
 * process was killed) and one that was answered `commit-unknown` may have been stored or not; one that was refused must not
 * have been; one that was acknowledged must have been. Each commit writes its number to one user and to the user `counter`,
 * so a commit that was stored in part shows.
 */
import { DatabaseSync } from 'node:sqlite';
import { rowsOf, sessionOf } from './pair.ts';

export interface Attempt {
  readonly number: number;
  readonly user: string;
}

export type Answer = 'acknowledged' | 'refused' | 'unknown';

export interface HistoryRecord {
  readonly attempt: Attempt;
  readonly answer: Answer | undefined;
  /** Of an acknowledged commit, as the client was told. */
  readonly position?: Position;
}

interface Position {
  readonly epoch: number;
  readonly sequence: number;
}

/** Reads lines `{"attempt":{…}}` and `{"answer":…,"number":…}`; a last line that was cut off is none. */
export function parseHistory(text: string): readonly HistoryRecord[] {
  const records = new Map<number, { attempt: Attempt; answer: Answer | undefined; position?: Position }>();
  for (const line of text.split('\n').slice(0, -1)) {
    const parsed: { attempt?: Attempt; answer?: Answer; number?: number; position?: Position } = JSON.parse(line);
    if (parsed.attempt !== undefined) {
      records.set(parsed.attempt.number, { attempt: parsed.attempt, answer: undefined });
    } else if (parsed.number !== undefined) {
      const record = records.get(parsed.number);
      if (record === undefined) continue;
      record.answer = parsed.answer;
      if (parsed.position !== undefined) record.position = parsed.position;
    }
  }
  return [...records.values()];
}

/** Sentences about what is wrong; none when the rows are what the clients may expect. `notes` is the table as it is. */
export function checkHistory(records: readonly HistoryRecord[], notes: ReadonlyMap<string, string>): readonly string[] {
  const wrong: string[] = [];
  for (const [user, own] of byUser(records)) {
    const allowed = allowedNumbers(own);
    const stored = notes.get(user);
    const number = stored === undefined ? undefined : Number(stored);
    if (!allowed.has(number)) {
      wrong.push(`${user} holds ${stored ?? 'nothing'}; it may hold ${[...allowed].map(String).join(' or ')}`);
    }
  }
  const counter = Number(notes.get('counter') ?? 0);
  const counted = records.find(({ attempt }) => attempt.number === counter);
  const others = [...notes].filter(([user]) => user !== 'counter').map(([, note]) => Number(note));
  if (counter !== 0 && counted === undefined) wrong.push(`the counter holds ${counter}, which nobody wrote`);
  if (Math.max(0, ...others) !== counter) {
    wrong.push(`the counter holds ${counter} and the last commit of a user is ${Math.max(0, ...others)}`);
  }
  return wrong;
}

/**
 * The records with every acknowledged commit that the files list as lost by force as one that must not be there. `losses` as
 * `lossesIn` gives them: the list is read from the file, not from the product.
 */
export function withoutLosses(
  records: readonly HistoryRecord[],
  losses: ReadonlySet<string>,
): readonly HistoryRecord[] {
  return records.map((record) => {
    const { position } = record;
    const lost = position !== undefined && losses.has(`${position.epoch} ${position.sequence}`);
    return lost ? { ...record, answer: 'refused' } : record;
  });
}

/** Epoch and number of the commits that a file lists as lost. */
export function lossesIn(file: string): ReadonlySet<string> {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = connection.prepare('select distinct epoch, sequence from mirroring_losses').all();
    return new Set(rows.map((row) => `${Number(row['epoch'])} ${Number(row['sequence'])}`));
  } finally {
    connection.close();
  }
}

/**
 * Sentences about two principals that both acknowledged: the same number of the same epoch twice, or an older epoch after a
 * newer one had begun to acknowledge.
 */
export function checkAcknowledgements(records: readonly HistoryRecord[]): readonly string[] {
  const wrong: string[] = [];
  const seen = new Set<string>();
  let newest = 0;
  for (const { attempt, position } of records) {
    if (position === undefined) continue;
    const { epoch, sequence } = position;
    const name = `${epoch} ${sequence}`;
    if (seen.has(name)) wrong.push(`commit ${sequence} of epoch ${epoch} was acknowledged twice`);
    if (epoch < newest)
      wrong.push(`attempt ${attempt.number} was acknowledged in epoch ${epoch}, after epoch ${newest}`);
    seen.add(name);
    newest = Math.max(newest, epoch);
  }
  return wrong;
}

/** Sentences about how the two files differ after they have caught up. */
export function checkFiles(files: { readonly primary: string; readonly mirror: string }): readonly string[] {
  const wrong: string[] = [];
  const [left, right] = [sessionOf(files.primary), sessionOf(files.mirror)];
  const roles = [left['role'], right['role']].sort().join(' ');
  if (roles !== 'mirror principal') wrong.push(`the roles are ${roles}`);
  for (const name of ['epoch', 'sequence', 'checksum', 'pendingFailover']) {
    if (left[name] !== right[name]) wrong.push(`${name} is ${String(left[name])} and ${String(right[name])}`);
  }
  if (rowsOf(files.primary) !== rowsOf(files.mirror)) wrong.push('the rows of the two files differ');
  return wrong;
}

function byUser(records: readonly HistoryRecord[]): ReadonlyMap<string, readonly HistoryRecord[]> {
  const found = new Map<string, HistoryRecord[]>();
  for (const record of records) {
    const { user } = record.attempt;
    found.set(user, [...(found.get(user) ?? []), record]);
  }
  return found;
}

/** The last acknowledged number, or any later one whose fate nobody was told. */
function allowedNumbers(records: readonly HistoryRecord[]): ReadonlySet<number | undefined> {
  let allowed = new Set<number | undefined>([undefined]);
  for (const { attempt, answer } of records) {
    if (answer === 'acknowledged') allowed = new Set([attempt.number]);
    else if (answer !== 'refused') allowed.add(attempt.number);
  }
  return allowed;
}
