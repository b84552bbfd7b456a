import { type RawBuilder, sql } from 'kysely';
import type { Escalation, EscalationsPage, EscalationsQuery } from '../../contract/overdue.ts';
import type { StageKind } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { OWN_SUPERIOR_ROLES, SUPERIOR_ROLES } from '../overdue.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { idsWith, type Scope } from './scope.ts';

type Row = {
  id: string;
  task_id: string;
  claim_id: string;
  claim_number: number;
  title: string;
  stage_kind: StageKind;
  organisation_name: string;
  superior_name: string;
  declarant_name: string;
  employer_name: string;
  holder_name: string | null;
  due_on: string;
  escalated_on: string;
  is_open: boolean;
  urgings: { at: string; by: string; note: string; on: string }[];
};

/** The late tasks that the caller's bodies were told of (督办), the latest told first; `open` leaves out what has been decided since. */
export async function readEscalations(
  db: Db,
  scope: Scope,
  { box, limit, after, today }: Omit<EscalationsQuery, 'after'> & { after: Cursor | null; today: string },
): Promise<EscalationsPage> {
  const from = after === null ? sql`` : sql`and (e.escalated_on, e.id) < (${after.key}::date, ${after.id}::uuid)`;
  const waiting = sql`t.state in ('open', 'claimed')`;
  const [page, open] = await Promise.all([
    sql<Row>`
      select e.id, e.task_id, e.claim_id, t.claim_number, t.title, t.stage_kind, o.name as organisation_name, s.name as superior_name,
        t.declarant_name, t.employer_name, h.name as holder_name, t.due_on::text as due_on, e.escalated_on::text as escalated_on,
        ${waiting} as is_open,
        coalesce((select jsonb_agg(jsonb_build_object('at', u.urged_at, 'by', p.name, 'note', u.note, 'on', u.urged_on) order by u.urged_at)
                  from urging u join person p on p.id = u.urged_by where u.escalation_id = e.id), '[]') as urgings
      from escalation e join task t on t.id = e.task_id join organisation o on o.id = t.organisation_id
      join organisation s on s.id = e.organisation_id left join person h on h.id = t.assignee_id
      where ${escalatedTo(scope)} ${box === 'open' ? sql`and ${waiting}` : sql``} ${from}
      order by e.escalated_on desc, e.id desc limit ${limit + 1}`.execute(db),
    sql<{ n: number }>`
      select count(*)::int as n from escalation e join task t on t.id = e.task_id where ${escalatedTo(scope)} and ${waiting}`.execute(
      db,
    ),
  ]);
  const { rows, next } = pageOf(page.rows, limit, (row) => ({ key: row.escalated_on, id: row.id }));
  return { items: rows.map((row) => shown(row, today)), next, open: open.rows[0]?.n ?? 0 };
}

/** The condition under which the caller was told of the escalation `e`. */
export const escalatedTo = (scope: Scope): RawBuilder<boolean> => sql<boolean>`(
  e.organisation_id = any (${sql.val(idsWith(scope, SUPERIOR_ROLES))}::text[]) and not e.own
  or e.organisation_id = any (${sql.val(idsWith(scope, OWN_SUPERIOR_ROLES))}::text[]) and e.own)`;

const shown = (row: Row, today: string): Escalation => ({
  id: row.id,
  taskId: row.task_id,
  claimId: row.claim_id,
  claimNumber: row.claim_number,
  title: row.title,
  stage: row.stage_kind,
  organisationName: row.organisation_name,
  superiorName: row.superior_name,
  declarantName: row.declarant_name,
  employerName: row.employer_name,
  holderName: row.is_open ? row.holder_name : null,
  dueOn: row.due_on,
  escalatedOn: row.escalated_on,
  isOpen: row.is_open,
  urgings: row.urgings.map(({ at, by, note }) => ({ at: new Date(at).toISOString(), by, note })),
  mayUrge: row.is_open && !row.urgings.some(({ on }) => on === today),
});
