/**
 * The process of an SQL instance: it alone has the instance's files open, and answers one call after the other until the pipe
 * ends, which it does with whoever started it.
 *
 * Calls are answered in the order in which they came. So when a process was stopped, everything that was asked before has been
 * done or refused by the time it answers the first new call, and who reads a state then reads one that no late call changes.
 */
import { existsSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Session, StatementSync } from 'node:sqlite';
import { tryLock } from '../../storage/lock.ts';
import {
  type Call,
  carryError,
  decodeCall,
  encode,
  frame,
  frameReader,
  lookNumber,
  type Mode,
  type Reply,
  readyNumber,
} from './calls.ts';
import { type GuardedDatabase, openGuarded } from './host.ts';

/** Exit status of a process whose instance another one holds. */
export const heldElsewhere = 3;
const serverAway = 4;

/** Names the process that holds the instance, or held it last. */
export function processFile(folder: string): string {
  return join(folder, 'process.id');
}

interface Open {
  readonly incarnation: number;
  readonly database: GuardedDatabase;
  readonly statements: Map<string, StatementSync>;
  recorder: Session | undefined;
}

/** Statements with values in their text are not worth keeping for ever. */
const statementsKept = 500;

/** Serves the instance whose files lie in `folder`. Returns the exit status when the pipe has ended. */
export function serveInstance(folder: string): number {
  // The server's mark lies beside the folders of its instances.
  if (!existsSync(folder) || existsSync(join(dirname(folder), '.stopped'))) return serverAway;
  using lock = tryLock(join(folder, 'process.db'));
  if (lock === undefined) return heldElsewhere;
  writeFileSync(processFile(folder), `${process.pid}\n`);
  const open = new Map<number, Open>();
  const say = (number: number, body: Uint8Array): void => writeAll(frame(number, body));
  const read = frameReader((number, body) => {
    say(number, number === lookNumber ? Buffer.alloc(0) : encode(answer(open, decodeCall(body))));
  });
  say(readyNumber, Buffer.alloc(0));
  const chunk = Buffer.alloc(1 << 16);
  for (let bytes = readSome(chunk); bytes > 0; bytes = readSome(chunk)) read(Buffer.from(chunk.subarray(0, bytes)));
  for (const { database } of open.values()) database[Symbol.dispose]();
  return 0;
}

function answer(open: Map<number, Open>, call: Call): Reply {
  if (call.kind === 'open') return openFile(open, call);
  const found = open.get(call.handle);
  if (found === undefined)
    return { error: { message: 'the file is closed', errcode: undefined }, isTransaction: false };
  const { connection } = found.database;
  try {
    const value = perform(open, found, call);
    return { value, isTransaction: connection.isOpen && connection.isTransaction };
  } catch (error) {
    return { error: carryError(error), isTransaction: connection.isOpen && connection.isTransaction };
  }
}

let lastHandle = 0;

/** Ends what an engine that gave up waiting has left open, its transactions included. */
function openFile(open: Map<number, Open>, { incarnation, file, label }: Extract<Call, { kind: 'open' }>): Reply {
  for (const [handle, { database, incarnation: own }] of open) {
    if (own === incarnation) continue;
    database[Symbol.dispose]();
    open.delete(handle);
  }
  try {
    lastHandle += 1;
    const database = openGuarded(file, label);
    open.set(lastHandle, { incarnation, database, statements: new Map(), recorder: undefined });
    return { value: lastHandle, isTransaction: false };
  } catch (error) {
    return { error: carryError(error), isTransaction: false };
  }
}

function perform(open: Map<number, Open>, found: Open, call: Exclude<Call, { kind: 'open' }>): unknown {
  const { connection, guard } = found.database;
  const within = <T>(mode: Mode, work: () => T): T => (mode === 'own' ? work() : guard[mode](work));
  switch (call.kind) {
    case 'close':
      open.delete(call.handle);
      return found.database[Symbol.dispose]();
    case 'exec':
      return within(call.mode, () => connection.exec(call.sql));
    case 'statement':
      return within(call.mode, () => run(found, call));
    case 'record':
      found.recorder = connection.createSession();
      return undefined;
    case 'changeset':
      return found.recorder?.changeset();
    case 'endRecord':
      found.recorder?.close();
      found.recorder = undefined;
      return undefined;
    case 'apply':
      return within(call.mode, () => apply(found, call));
  }
}

function run(found: Open, { mode, sql, method, named, values }: Extract<Call, { kind: 'statement' }>): unknown {
  const { connection } = found.database;
  const key = `${mode} ${sql}`;
  if (found.statements.size > statementsKept) found.statements.clear();
  const statement = found.statements.get(key) ?? connection.prepare(sql);
  found.statements.set(key, statement);
  return named === undefined ? statement[method](...values) : statement[method](named, ...values);
}

function apply(found: Open, { changeset, tables, decisions }: Extract<Call, { kind: 'apply' }>): boolean {
  return found.database.connection.applyChangeset(changeset, {
    ...(tables !== undefined && { filter: (table: string) => tables.includes(table) }),
    // 2 is SQLITE_CHANGESET_ABORT.
    ...(decisions !== undefined && { onConflict: (conflict: number) => decisions.get(conflict) ?? 2 }),
  });
}

/** 0 at the end of the pipe. */
function readSome(chunk: Buffer): number {
  try {
    return readSync(0, chunk);
  } catch {
    // Windows says so by an error.
    return 0;
  }
}

function writeAll(bytes: Buffer): void {
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(1, bytes, written);
  } catch {
    // Whoever would have read this has gone; the pipe to read from has ended as well.
  }
}
