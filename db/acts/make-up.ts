import { sql } from 'kysely';
import type { MakeUpDone } from '../../contract/make-up.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import { GRANTED_DEFERRALS } from '../../rules/deferral.ts';
import { madeUpYear, whyNotMakeUp } from '../../rules/make-up.ts';
import { again } from '../again.ts';
import type { Db } from '../connect.ts';
import { activeSources } from '../ledger.ts';
import { countAsMakeUp, lockBoth } from '../make-up.ts';
import { effectOfMakeUp, refuseMakeUp } from '../read/make-up.ts';
import { type Caller, notFound } from './caller.ts';
import { audit, caseEventCte } from './trail.ts';

type Assigning = { completionId: string; requestKey: string };

/**
 * Counts a platform course for the deferred year it made up, at the person's choice, once (Art. 17, D-13). Locks in one order: the
 * completion, the deferral, the deferred year, the year after. Sent again with the same key it answers the same.
 */
export async function assignMakeUp(
  db: Db,
  caller: Caller,
  assigning: Assigning,
  now = new Date(),
): Promise<Outcomes<MakeUpDone>> {
  return again(() => db.transaction().execute((trx) => assign(trx, caller, assigning, now)));
}

async function assign(
  trx: Db,
  caller: Caller,
  { completionId, requestKey }: Assigning,
  now: Date,
): Promise<Outcomes<MakeUpDone>> {
  const completion = await lockCompletion(trx, caller.personId, completionId);
  if (!completion) return notFound('条平台登记');
  const { personId } = caller;
  const year = madeUpYear(completion.completed_on);
  const before = await choiceOf(trx, completionId);
  if (before?.request_key === requestKey && before.person_id === personId)
    return { ok: true, value: { completionId, year: before.year, assignedAt: before.assigned_at.toISOString() } };
  const deferral = await lockDeferralOf(trx, personId, year);
  const today = legalDay(now.toISOString());
  const until = deferral?.until_on ?? null;
  const barred = whyNotMakeUp({
    completedOn: completion.completed_on,
    today,
    deferral: until === null ? undefined : { until },
    chosen: before !== undefined,
  });
  if (barred) return refuseMakeUp(barred);
  if (!deferral) throw new Error('a deferral that was there is gone');
  await lockBoth(trx, personId, year);
  const effect = await effectOfMakeUp(trx, { personId, year, completionId, on: today });
  if (!effect.ok) return effect;
  await trx
    .insertInto('make_up')
    .values({
      completion_id: completionId,
      person_id: personId,
      year,
      deferral_id: deferral.id,
      request_key: requestKey,
      assigned_at: now,
      ended_because: null,
    })
    .execute();
  const own = await activeSources(trx, { personId, year: year + 1 });
  const source = own.find((each) => each.sourceId === completionId);
  if (!source) throw new Error(`${completionId} left its year under the lock`);
  await countAsMakeUp(trx, { personId, year, on: today, causedBy: deferral.id }, source);
  await record(trx, caller, { completionId, deferralId: deferral.id, year, title: completion.title });
  return { ok: true, value: { completionId, year, assignedAt: now.toISOString() } };
}

type Completion = { completed_on: string; title: string };

/** One of the person's own completions, also one registered under a number merged into theirs. */
async function lockCompletion(trx: Db, personId: string, id: string): Promise<Completion | undefined> {
  const { rows } = await sql<Completion>`
    select x.completed_on, x.title from platform_completion x join person_identity i on i.own_id = x.person_id
    where x.id = ${id} and i.person_id = ${personId} for no key update of x`.execute(trx);
  return rows[0];
}

const choiceOf = (trx: Db, completionId: string) =>
  trx.selectFrom('make_up').selectAll().where('completion_id', '=', completionId).executeTakeFirst();

const lockDeferralOf = (trx: Db, personId: string, year: number) =>
  trx
    .selectFrom('deferral')
    .select(['id', 'until_on'])
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('state', 'in', GRANTED_DEFERRALS)
    .forNoKeyUpdate()
    .executeTakeFirst();

type Recorded = { completionId: string; deferralId: string; year: number; title: string };

async function record(trx: Db, caller: Caller, { completionId, deferralId, year, title }: Recorded): Promise<void> {
  const event = { caseKind: 'deferral', caseId: deferralId, kind: 'course-assigned', detail: { title } } as const;
  await sql`with ${caseEventCte({ ...event, actorId: caller.personId })} select 1`.execute(trx);
  const entry = { action: 'completion.assigned', subjectKind: 'completion', subjectId: completionId } as const;
  await audit(trx, caller, { ...entry, detail: { year, deferralId } });
}
