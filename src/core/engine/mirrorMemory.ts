/**
 * What the watch over the mirrors remembers from one engine to the next: the databases whose mirror and witness had lost each
 * other, or whose mirror was away, when it last looked. Their mirrors do not take over by themselves until all three were
 * seen together again (domain C.6); for every other one what the files and the witness say is enough.
 */
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { EngineDatabase } from '../storage/engineDatabase.ts';

export interface MirrorMemory {
  /** Mirror and witness of the database are not known to have seen each other without a break. */
  isBroken(database: MirroredDatabase): boolean;
  note(session: string, database: MirroredDatabase, broken: boolean): void;
  /** Everything of the session was seen together. */
  forget(session: string): void;
}

const component = {
  name: 'mirrorWatch',
  migrations: [
    `create table mirror_watch_broken (name text primary key, session text not null) strict, without rowid;
     create index mirror_watch_sessions on mirror_watch_broken (session);`,
  ],
} as const;

export function openMirrorMemory(engineDatabase: EngineDatabase): MirrorMemory {
  engineDatabase.register(component);
  const broken = new Map<string, string>();
  const stored = engineDatabase.statement('select name, session from mirror_watch_broken');
  for (const row of engineDatabase.run(() => stored.all())) {
    broken.set(String(row['name']), String(row['session']));
  }
  return {
    isBroken: (database) => broken.has(nameOf(database)),
    note: (session, database, isBroken) => {
      const name = nameOf(database);
      if (broken.has(name) === isBroken) return;
      if (isBroken) {
        const insert = engineDatabase.statement('insert or replace into mirror_watch_broken values (?, ?)');
        engineDatabase.run(() => insert.run(name, session));
        broken.set(name, session);
      } else {
        const remove = engineDatabase.statement('delete from mirror_watch_broken where name = ?');
        engineDatabase.run(() => remove.run(name));
        broken.delete(name);
      }
    },
    forget: (session) => {
      const names = [...broken].filter(([, own]) => own === session).map(([name]) => name);
      if (names.length === 0) return;
      const remove = engineDatabase.statement('delete from mirror_watch_broken where session = ?');
      engineDatabase.run(() => remove.run(session));
      for (const name of names) broken.delete(name);
    },
  };
}

function nameOf({ name, pool }: MirroredDatabase): string {
  return `${pool.toLowerCase()}/${name}`;
}
