/** Tables of the Backup Service in the engine's database. */
import type { Component } from '../storage/migrations.ts';

export const backupServiceComponent: Component = {
  name: 'backup',
  migrations: [
    `create table backup_configuration (
       name text primary key,
       value integer not null
     ) strict, without rowid;
     create table backup_cycle (
       source text not null,
       module text not null,
       started_at text not null,
       ended_at text not null,
       items integer not null,
       bytes integer not null,
       outcome text not null,
       side text,
       error text,
       primary key (source, module)
     ) strict, without rowid;`,
    `create table backup_event (
       number integer primary key autoincrement,
       time text not null,
       event integer not null,
       pool text not null,
       module text not null,
       message text not null
     ) strict;`,
  ],
};
