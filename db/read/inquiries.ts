import { type RawBuilder, sql } from 'kysely';
import type { InquirySummary } from '../../contract/inspections.ts';
import { INQUIRY_STATES } from '../../rules/supervision.ts';
import type { Db } from '../connect.ts';
import type { UseInquiryRow } from '../tables/supervision.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { managedAt, type Scope, supervisingAt } from './scope.ts';

type Row = UseInquiryRow & { sort_key: string; body_name: string; employer_name: string };

const selected = sql`
  select x.*, x.asked_at::text as sort_key, b.name as body_name, e.name as employer_name
  from use_inquiry x join organisation b on b.id = x.organisation_id join organisation e on e.id = x.employer_id`;

/** The inquiries to the units the caller manages, the latest first. */
export async function readInquiries(
  db: Db,
  scope: Scope,
  { limit, after }: { limit: number; after: Cursor | null },
): Promise<{ items: InquirySummary[]; next: string | null }> {
  const past = after ? sql`and (x.asked_at, x.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const found = await sql<Row>`${selected}
    where x.employer_id = any (${managedAt(scope)}::text[]) ${past} order by x.asked_at desc, x.id desc limit ${limit + 1}`.execute(
    db,
  );
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map((row) => shown(scope, row)), next };
}

/** The inquiries of an inspection, in the order they were drawn. */
export async function inquiriesOf(db: Db, scope: Scope, inspectionId: string): Promise<InquirySummary[]> {
  const ofInspection: RawBuilder<unknown> = sql`x.inspection_id = ${inspectionId}`;
  const { rows } = await sql<Row>`${selected} where ${ofInspection} order by x.position`.execute(db);
  return rows.map((row) => shown(scope, row));
}

function shown(scope: Scope, row: Row): InquirySummary {
  const isOpen = row.state === 'asked' || row.state === 'answered';
  return {
    id: row.id,
    position: row.position,
    year: row.year,
    bodyName: row.body_name,
    employerId: row.employer_id,
    employerName: row.employer_name,
    people: row.people,
    considered: row.considered,
    state: row.state,
    stateLabel: INQUIRY_STATES[row.state],
    askedAt: row.asked_at.toISOString(),
    answer: row.answer,
    conclusion: row.conclusion,
    rectificationId: row.rectification_id,
    may: {
      answer: row.state === 'asked' && managedAt(scope).includes(row.employer_id),
      conclude: isOpen && supervisingAt(scope).includes(row.organisation_id) && row.answered_by !== scope.personId,
    },
  };
}
