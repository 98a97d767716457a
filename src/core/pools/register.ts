/**
 * What the directory service of a deployment knows besides the stores themselves: which Central Management store is the
 * right one (the connection point, domain B.7) and which pools have been failed over. Kept in the engine's database. Every
 * change is written here first and into the stores after it, so that a store that was away is known to be an old one.
 */
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { Component } from '../storage/migrations.ts';

export interface Register {
  /** The value that was written last, or `undefined`. */
  read(name: string): unknown;
  /** Durable when it returns. */
  write(name: string, value: object): void;
}

const component: Component = {
  name: 'pools',
  migrations: ['create table pools_register (name text primary key, value text not null) strict, without rowid;'],
};

export function openRegister(database: EngineDatabase): Register {
  database.register(component);
  return {
    read: (name) => {
      const row = database.run(() => database.statement('select value from pools_register where name = ?').get(name));
      return row === undefined ? undefined : JSON.parse(String(row['value']));
    },
    write: (name, value) => {
      database.run(() =>
        database
          .statement('insert into pools_register values (?, ?) on conflict (name) do update set value = excluded.value')
          .run(name, JSON.stringify(value)),
      );
    },
  };
}
