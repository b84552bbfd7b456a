import { type RawBuilder, sql } from 'kysely';
import type { StuckPage, StuckQuery, StuckStage } from '../../contract/overdue.ts';
import { daysBetween, legalDay } from '../../rules/calendar.ts';
import { codes, STUCK_CAUSES, type StageKind, type StuckCause } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { superiorsOf } from '../superiors.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { idsWith, overseenPlace, type Scope } from './scope.ts';

type Row = {
  id: string;
  claim_id: string;
  number: number;
  title: string;
  kind: StageKind;
  cause: StuckCause;
  organisation_id: string | null;
  organisation_name: string | null;
  employer_name: string | null;
  opened_at: Date;
  due_on: string;
  found_at: Date;
  sort_key: string;
  superiors: string[];
};

/** Open stages that nobody may decide (滞留), the oldest finding first: of the bodies the caller administers, and of the places they oversee. */
export async function readStuck(
  db: Db,
  scope: Scope,
  { cause, limit, after, today }: Omit<StuckQuery, 'after'> & { after: Cursor | null; today: string },
): Promise<StuckPage> {
  const from = after === null ? sql`` : sql`and (x.found_at, x.id) > (${after.key}::timestamptz, ${after.id}::uuid)`;
  const [page, counts] = await Promise.all([
    sql<Row>`
      select x.id, x.claim_id, c.number, c.title, s.kind, x.cause, x.organisation_id, o.name as organisation_name, e.name as employer_name,
        s.opened_at, s.due_on::text as due_on, x.found_at, x.found_at::text as sort_key,
        array(select u.name from ${superiorsOf()} b join organisation u on u.id = b.id order by u.name) as superiors
      from stuck_stage x join claim c on c.id = x.claim_id join stage s on s.claim_id = x.claim_id and s.seq = x.stage_seq
      left join organisation o on o.id = x.organisation_id left join organisation e on e.id = c.employer_id
      where x.ended_at is null and s.settled_at is null and ${stuckFor(scope)} ${cause ? sql`and x.cause = ${cause}` : sql``} ${from}
      order by x.found_at, x.id limit ${limit + 1}`.execute(db),
    sql<{ cause: StuckCause; n: number }>`
      select x.cause, count(*)::int as n from stuck_stage x join claim c on c.id = x.claim_id
      join stage s on s.claim_id = x.claim_id and s.seq = x.stage_seq
      where x.ended_at is null and s.settled_at is null and ${stuckFor(scope)} group by x.cause`.execute(db),
  ]);
  const { rows, next } = pageOf(page.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return {
    items: rows.map((row) => shown(row, today)),
    next,
    causes: codes(STUCK_CAUSES).map((one) => ({
      cause: one,
      label: STUCK_CAUSES[one],
      count: counts.rows.find((row) => row.cause === one)?.n ?? 0,
    })),
  };
}

/** The condition under which the finding `x` about the claim `c` is the caller's: of a body they manage, or of a place they oversee. */
export const stuckFor = (scope: Scope): RawBuilder<boolean> =>
  sql<boolean>`(x.organisation_id = any (${sql.val(idsWith(scope, ['administrator']))}::text[]) or ${overseenPlace(scope, 'c')})`;

const shown = (row: Row, today: string): StuckStage => ({
  id: row.id,
  claimId: row.claim_id,
  claimNumber: row.number,
  title: row.title,
  stage: row.kind,
  cause: row.cause,
  causeLabel: STUCK_CAUSES[row.cause],
  organisationId: row.organisation_id,
  organisationName: row.organisation_name,
  superiors: row.superiors,
  employerName: row.employer_name,
  openedAt: row.opened_at.toISOString(),
  dueOn: row.due_on,
  foundAt: row.found_at.toISOString(),
  ageDays: Math.max(0, daysBetween(legalDay(row.opened_at.toISOString()), today)),
});
