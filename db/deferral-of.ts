import { sql } from 'kysely';
import type { Activity } from '../rules/activity.ts';
import { GRANTED_DEFERRALS } from '../rules/deferral.ts';
import type { Deferral } from '../rules/year.ts';
import { lookAtEach } from './acts/trail.ts';
import type { Db } from './connect.ts';
import { type PersonYear, yearKey, yearRows } from './person-year.ts';

/** The deferral that make-up study of a year is judged by; undefined when none was granted, or it was revoked. */
export async function deferralOf(db: Db, { personId, year }: PersonYear): Promise<Deferral | undefined> {
  const row = await db
    .selectFrom('deferral')
    .select('until_on')
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('state', 'in', GRANTED_DEFERRALS)
    .executeTakeFirst();
  return row?.until_on ? { until: row.until_on } : undefined;
}

/** The same for many people at once, by person and year. */
export async function deferralsOf(db: Db, personIds: readonly string[]): Promise<Map<string, Map<number, Deferral>>> {
  const { rows } = await sql<{ person_id: string; year: number; until_on: string }>`
    select person_id, year, until_on from deferral
    where person_id = any (${sql.val([...personIds])}::uuid[]) and state = any (${sql.val(GRANTED_DEFERRALS)}::text[]) and until_on is not null`.execute(
    db,
  );
  const deferrals = new Map<string, Map<number, Deferral>>();
  for (const { person_id, year, until_on: until } of rows) {
    deferrals.set(person_id, (deferrals.get(person_id) ?? new Map<number, Deferral>()).set(year, { until }));
  }
  return deferrals;
}

/**
 * What a change of some years' hours means to their deferrals, in the change's transaction: a living one is looked at, and one that expired
 * is corrected when a claim declared in time completes the year after all. Years without either, nearly all, cost one look together.
 */
export async function deferralsHear(trx: Db, years: readonly (PersonYear & { isComplete: boolean })[]): Promise<void> {
  const { rows } = await sql<{ id: string; person_id: string; year: number; state: 'granted' | 'expired' }>`
    select d.id, d.person_id, d.year, d.state from ${yearRows(years)} join deferral d using (person_id, year)
    where d.state in ('granted', 'expired')`.execute(trx);
  if (rows.length === 0) return;
  const complete = new Set(years.filter((each) => each.isComplete).map(yearKey));
  for (const { person_id: personId, year, state } of rows)
    if (state === 'expired' && complete.has(yearKey({ personId, year }))) await correct(trx, { personId, year });
  const living = rows.filter((row) => row.state === 'granted').map((row) => row.id);
  await lookAtEach('deferral', sql`select unnest(${living}::uuid[]) as id`).execute(trx);
}

/** By the system, with the article; then the extension that rested on the study not made up ends, also one recorded a moment ago. */
async function correct(trx: Db, { personId, year }: PersonYear): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    with corrected as (
      update deferral set state = 'made-up' where person_id = ${personId} and year = ${year} and state = 'expired' returning id),
    noted as (
      insert into audit (action, subject_kind, subject_id, detail)
      select 'deferral.corrected', 'deferral', id, '{"actor": "system", "article": "17"}'::jsonb from corrected)
    insert into case_event (case_kind, case_id, kind, detail)
    select 'deferral', id, 'corrected', '{"article": "17"}'::jsonb from corrected returning case_id as id`.execute(trx);
  if (rows.length === 0) return;
  await sql`
    with relieved as (
      update title_extension set ended_at = now() where person_id = ${personId} and year = ${year} and ended_at is null returning id)
    insert into audit (action, subject_kind, subject_id, detail)
    select 'deferral.title-extension-ended', 'deferral', ${rows[0]?.id ?? ''}, '{"actor": "system", "article": "17"}'::jsonb
    from relieved`.execute(trx);
}

/** The deferral that an activity is declared under; undefined for one that makes nothing up. */
export const deferralFor = async (db: Db, personId: string, activity: Activity): Promise<Deferral | undefined> =>
  activity.makeUpFor === undefined ? undefined : deferralOf(db, { personId, year: activity.makeUpFor });
