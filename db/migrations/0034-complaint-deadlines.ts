import { type Kysely, sql } from 'kysely';
import { legalDay } from '../../rules/calendar.ts';
import { complaintDates } from '../../rules/complaint.ts';

/** Complaints are transferred and answered by a day (D-47); who was reminded, and which superior body was told, stays on record. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(columns).execute(db);
  const { rows } = await sql<{ id: string; received_at: Date }>`select id, received_at from complaint`.execute(db);
  for (const { id, received_at } of rows) {
    const dates = complaintDates(legalDay(received_at.getTime()));
    await sql`
      update complaint set transfer_due_on = ${dates.transferDueOn}, transfer_escalate_on = ${dates.transferEscalateOn},
        answer_due_on = ${dates.answerDueOn}, answer_escalate_on = ${dates.answerEscalateOn}, calendar = ${dates.calendar}
      where id = ${id}`.execute(db);
  }
  await sql.raw(rest).execute(db);
}

const columns = `
alter table complaint
  add column transfer_due_on date,
  add column transfer_escalate_on date,
  add column answer_due_on date,
  add column answer_escalate_on date,
  add column calendar text;
`;

const rest = `
alter table complaint
  alter column transfer_due_on set not null,
  alter column transfer_escalate_on set not null,
  alter column answer_due_on set not null,
  alter column answer_escalate_on set not null,
  alter column calendar set not null,
  add constraint complaint_dates_in_order check (
    transfer_escalate_on > transfer_due_on and answer_escalate_on > answer_due_on and answer_due_on >= transfer_due_on);
-- The sweep's questions: what is unanswered, and whose day has passed?
create index complaint_to_transfer on complaint (transfer_due_on) where state = 'received';
create index complaint_to_answer on complaint (answer_due_on) where state in ('assigned', 'investigated');

-- Each warning is given once for a duty to the body that owes it. An escalated one lets the body that was told see the complaint.
create table complaint_warning (
  complaint_id uuid not null references complaint,
  duty text not null check (duty in ('transfer', 'answer')),
  warning text not null check (warning in ('due-soon', 'overdue', 'escalated')),
  body_id text not null references organisation,
  told_id text not null references organisation,
  due_on date not null,
  warned_at timestamptz not null,
  primary key (complaint_id, duty, warning, body_id)
);
create index complaint_warning_told on complaint_warning (told_id, complaint_id) where warning = 'escalated';
create trigger complaint_warning_append_only before update or delete on complaint_warning for each row execute function refuse_change();
create trigger complaint_warning_no_truncate before truncate on complaint_warning execute function refuse_change();
`;
