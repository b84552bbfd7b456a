import { sql } from 'kysely';
import type { CasePosition } from '../contract/positions.ts';
import { legalDay } from '../rules/calendar.ts';
import { RECONSIDERATION_BASIS, reconsiderationStep } from '../rules/reconsideration.ts';
import { tell } from './acts/notices.ts';
import { caseEventCte, lookAtEach } from './acts/trail.ts';
import { auditJson } from './audit-detail.ts';
import { databaseClock } from './clock.ts';
import type { Db } from './connect.ts';
import { overseersAt, reconsiderationOfficers } from './reconsideration-officers.ts';
import { superiorOf } from './superiors.ts';
import type { ReconsiderationRow } from './tables/reconsiderations.ts';

/** What a review of a rejection (复核) does by itself: it reminds and tells the superior body, and never decides. Safe to repeat. */

/**
 * Looks at the record and does what is due, under the review's lock, by the database's clock: somebody who decided in time is never
 * reminded.
 */
export async function lookAtReconsideration(db: Db, id: string, clock = databaseClock): Promise<CasePosition> {
  return db.transaction().execute(async (trx) => {
    for (;;) {
      const review = await lock(trx, id);
      if (review.state !== 'requested') return { over: true, waitMs: null };
      const now = await clock(trx);
      const step = reconsiderationStep(
        {
          dueOn: review.due_on,
          escalateOn: review.escalate_on,
          reminded: review.reminded_at !== null,
          escalated: review.escalated_at !== null,
        },
        now.getTime(),
      );
      if (step.do === 'rest') return { over: false, waitMs: null };
      if (step.do === 'wait') return { over: false, waitMs: Math.max(1, Date.parse(step.until) - now.getTime()) };
      await (step.do === 'remind' ? remind(trx, review, now) : escalate(trx, review, now));
    }
  });
}

const lock = (trx: Db, id: string): Promise<ReconsiderationRow> =>
  trx
    .selectFrom('reconsideration')
    .selectAll()
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow(() => new Error(`no review ${id} in the record`));

async function remind(trx: Db, review: ReconsiderationRow, now: Date): Promise<void> {
  await trx.updateTable('reconsideration').set({ reminded_at: now }).where('id', '=', review.id).execute();
  await trace(trx, review, 'overdue');
  const today = legalDay(now.getTime());
  const { title } = await namesOf(trx, review);
  const told = await reconsiderationOfficers(trx, {
    claimId: review.claim_id,
    organisationId: review.organisation_id,
    today,
  });
  const detail = { title, due: review.due_on, path: '/reconsiderations' };
  await tell(
    trx,
    told.map((personId) => ({ personId, kind: 'reconsideration-overdue' as const, key: review.id, detail })),
  );
}

/** The superior's overseers; at the province its own. */
async function escalate(trx: Db, review: ReconsiderationRow, now: Date): Promise<void> {
  await trx.updateTable('reconsideration').set({ escalated_at: now }).where('id', '=', review.id).execute();
  await trace(trx, review, 'escalated');
  const superior = (await superiorOf(trx, review.organisation_id)) ?? review.organisation_id;
  const { title, organisation } = await namesOf(trx, review);
  const detail = { title, organisation, due: review.due_on, claimId: review.claim_id };
  const told = await overseersAt(trx, superior, legalDay(now.getTime()));
  await tell(
    trx,
    told.map((personId) => ({ personId, kind: 'reconsideration-escalated' as const, key: review.id, detail })),
  );
}

const trace = async (trx: Db, { id }: ReconsiderationRow, kind: 'overdue' | 'escalated'): Promise<void> => {
  const detail = { article: RECONSIDERATION_BASIS, interpretation: 'D-28' };
  await sql`
    with ${caseEventCte({ caseKind: 'reconsideration', caseId: id, kind, actorId: null, detail })}
    insert into audit (action, subject_kind, subject_id, detail)
    values (${`reconsideration.${kind}`}, 'reconsideration', ${id}, ${auditJson({ actor: 'system', ...detail })}::jsonb)`.execute(
    trx,
  );
};

async function namesOf(trx: Db, review: ReconsiderationRow): Promise<{ title: string; organisation: string }> {
  return trx
    .selectFrom('claim as c')
    .innerJoin('organisation as o', (j) => j.on('o.id', '=', review.organisation_id))
    .select(['c.title', 'o.name as organisation'])
    .where('c.id', '=', review.claim_id)
    .executeTakeFirstOrThrow();
}

/** Rings for reviews whose day passed unnoticed (a lost workflow, a Temporal store put back). */
export async function lookAtOverdueReconsiderations(db: Db, after: string): Promise<void> {
  const late = sql`
    select id from reconsideration
    where state = 'requested' and escalated_at is null
      and (case when reminded_at is null then due_on else escalate_on end + 1)::timestamp at time zone 'Asia/Shanghai' < now() - ${after}::interval
    order by due_on limit 1000`;
  await lookAtEach('reconsideration', late).execute(db);
}
