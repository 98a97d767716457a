/** The audit log: who ran what, when, with which parameters, and how it ended. Append only, by the database's own triggers. */
import type { DatabaseSync } from 'node:sqlite';
import type { AuditRecord, AuditServices } from '../engine/services.ts';
import { translated } from '../engine/translated.ts';
import type { Component } from '../storage/migrations.ts';

/** Tables of the audit log in the engine's database. */
export const auditComponent: Component = {
  name: 'audit',
  migrations: [
    `create table audit (
       number integer primary key autoincrement,
       time text not null,
       operator text not null,
       operation text not null,
       parameters text not null,
       outcome text not null check (outcome in ('started', 'completed', 'failed', 'refused', 'cancelled')),
       detail text
     ) strict;
     create trigger audit_is_not_updated before update on audit
       begin select raise(abort, 'the audit log is append only'); end;
     create trigger audit_is_not_deleted before delete on audit
       begin select raise(abort, 'the audit log is append only'); end;`,
  ],
};

export function openAudit(database: DatabaseSync, operator: string): AuditServices {
  const insert = database.prepare(
    'insert into audit (time, operator, operation, parameters, outcome, detail) values (?, ?, ?, ?, ?, ?)',
  );
  const newest = database.prepare(
    'select * from audit where outcome = coalesce(?, outcome) order by number desc limit ?',
  );
  return {
    append: (record) => {
      const parameters = JSON.stringify(record.parameters);
      const time = new Date().toISOString();
      translated(database, () =>
        insert.run(time, operator, record.operation, parameters, record.outcome, record.detail ?? null),
      );
    },
    list: (limit, outcome) =>
      newest.all(outcome ?? null, limit).map((row) => ({
        time: String(row['time']),
        operator: String(row['operator']),
        operation: String(row['operation']),
        parameters: JSON.parse(String(row['parameters'])),
        outcome: outcomeOf(row['outcome']),
        ...(typeof row['detail'] === 'string' ? { detail: row['detail'] } : {}),
      })),
  };
}

/** The table's check constraint admits no other outcome. */
function outcomeOf(value: unknown): AuditRecord['outcome'] {
  switch (value) {
    case 'started':
    case 'completed':
    case 'refused':
    case 'cancelled':
      return value;
    default:
      return 'failed';
  }
}
