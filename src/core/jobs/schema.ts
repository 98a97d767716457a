/** Tables of the jobs in the engine's database. */
import type { Component } from '../storage/migrations.ts';

export const jobsComponent: Component = {
  name: 'job',
  migrations: [
    `create table job (
       number integer primary key,
       operation text not null,
       title text not null,
       parameters text not null,
       leases text not null,
       operator text not null,
       state text not null,
       queued_at text not null,
       started_at text,
       ended_at text,
       resumed integer not null default 0,
       progress text,
       result text,
       error text
     ) strict;
     create index job_by_state on job (state);
     create table job_log (
       job integer not null references job (number) on delete cascade,
       line_number integer not null,
       time text not null,
       line text not null,
       primary key (job, line_number)
     ) strict, without rowid;`,
  ],
};
